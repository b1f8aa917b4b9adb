import { maxAuthenticatorNameCharacters } from '../../domain/bounds.ts';
import type { FormTarget } from '../view.ts';
import { usePage } from './context.ts';
import { Field } from './field.tsx';
import { Form, Submit } from './form.tsx';

/** Asks for the name by which a person recognizes a second step or a passkey. */
export function NewName({ form, name }: { form: FormTarget; name: string }) {
  const { text } = usePage();
  return (
    <Form to={form}>
      <Field
        name="name"
        label={text('field.deviceName')}
        hint={text('field.deviceNameHint')}
        focus
        input={{ type: 'text', autocomplete: 'off', maxLength: maxAuthenticatorNameCharacters, value: name }}
      />
      <Submit>{text('factors.rename')}</Submit>
    </Form>
  );
}
