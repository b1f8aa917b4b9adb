import { maxAuthenticatorNameCharacters } from '../../domain/bounds.ts';
import type { WebAuthnStrategy } from '../../domain/strategy-name.ts';
import type { FormTarget } from '../view.ts';
import { usePage } from './context.ts';
import { Field } from './field.tsx';
import { HiddenFields } from './form.tsx';
import { Remember } from './remember.tsx';
import { WebAuthnForm } from './webauthn.tsx';

interface EnrollWebAuthnModel {
  form: FormTarget;
  strategy: WebAuthnStrategy;
  /** The name that the person has given before the browser is asked. */
  name: string;
  options: object | null;
  rememberDays: number | null;
}

/** Asks for a name, and then the browser for a new authenticator. */
export function EnrollWebAuthn({ form, strategy, name, options, rememberDays }: EnrollWebAuthnModel) {
  const { text } = usePage();
  return (
    <WebAuthnForm to={form} strategy={strategy} ceremony="create" hidden={{ strategy }} options={options} button={text('enroll.start')}>
      {options === null ? (
        <Field
          name="name"
          label={text('field.deviceName')}
          hint={text('field.deviceNameHint')}
          input={{ type: 'text', required: false, autocomplete: 'off', maxLength: maxAuthenticatorNameCharacters, value: name }}
        />
      ) : (
        <>
          <HiddenFields fields={{ name }} />
          <Remember days={rememberDays} />
        </>
      )}
    </WebAuthnForm>
  );
}
