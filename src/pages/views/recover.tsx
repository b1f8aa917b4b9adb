import { usePage } from '../parts/context.ts';
import { EmailField, Field } from '../parts/field.tsx';
import { Form, Submit } from '../parts/form.tsx';
import type { FormTarget, View } from '../view.ts';

/** What the page for people without their device shows. */
export interface RecoverModel {
  form: FormTarget;
  email: string;
  /** Back to where the person came from. */
  backHref: string;
}

function Recover({ form, email, backHref }: RecoverModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text('recover.lead')}</p>
      <Form to={form}>
        <EmailField value={email} alsoUsername focus={email === ''} />
        <Field
          name="recoveryCode"
          label={text('field.recoveryCode')}
          hint={text('field.recoveryCodeHint')}
          focus={email !== ''}
          input={{ type: 'text', autocomplete: 'off', autocapitalize: 'characters', spellcheck: false, class: 'secret' }}
        />
        <Submit>{text('recover.submit')}</Submit>
      </Form>
      <p>
        <a href={backHref}>{text('page.cancel')}</a>
      </p>
    </>
  );
}

/** Takes a recovery code in place of a lost device. */
export const recover: View<RecoverModel> = { title: (text) => text('recover.title'), body: Recover };
