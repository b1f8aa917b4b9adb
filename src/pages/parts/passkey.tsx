import { maxAuthenticatorNameCharacters } from '../../domain/bounds.ts';
import type { FormTarget } from '../view.ts';
import { usePage } from './context.ts';
import { Field } from './field.tsx';
import { Form, HiddenFields, Submit } from './form.tsx';

/**
 * Offers to sign in by a passkey. Only a browser can ask for one, so the offer is hidden until the script runs. The script also lets the field
 * of the address suggest passkeys, but not after one was refused, or its captcha, because a browser that answers by itself would answer with the same one without
 * end.
 */
export function PasskeyOffer({ form, options }: { form: FormTarget; options: object }) {
  const { text, problem } = usePage();
  const words = { 'data-cancelled': text('mfa.cancelled'), 'data-waiting': text('mfa.waiting') };
  const refused = problem !== null && /^(WEBAUTHN|CAPTCHA)_/.test(problem.code);
  return (
    <div class="stack" data-passkey={JSON.stringify(options)} data-suggests={!refused} {...words} hidden>
      <p class="note" role="status" data-status hidden />
      <Form to={form} hidden={{ action: 'passkey', answer: '' }} captcha="login">
        <Submit quiet>{text('login.passkey')}</Submit>
      </Form>
    </div>
  );
}

/** Asks for a name, and the browser for a new passkey. */
export function NewPasskey({ form, options, name }: { form: FormTarget; options: object; name: string }) {
  const { text } = usePage();
  const words = {
    'data-unsupported': text('mfa.unsupported'),
    'data-cancelled': text('mfa.cancelled'),
    'data-waiting': text('mfa.waiting'),
  };
  return (
    <div class="stack" data-webauthn="create" data-options={JSON.stringify(options)} {...words}>
      <p class="note bad" data-without-script>
        {text('page.noScript')}
      </p>
      <p class="note" role="status" data-status hidden />
      <Form to={form}>
        <HiddenFields fields={{ answer: '' }} />
        <Field
          name="name"
          label={text('field.deviceName')}
          hint={text('field.deviceNameHint')}
          input={{ type: 'text', required: false, autocomplete: 'off', maxLength: maxAuthenticatorNameCharacters, value: name }}
        />
        <Submit hidden>{text('passkeys.add')}</Submit>
      </Form>
    </div>
  );
}
