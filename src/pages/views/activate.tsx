import { usePage } from '../parts/context.ts';
import { CodeField } from '../parts/field.tsx';
import { Form, Submit } from '../parts/form.tsx';
import { NewPasswordField } from '../parts/password-field.tsx';
import type { FormTarget, View } from '../view.ts';

/** What the page of an activation link shows. */
export interface ActivateModel {
  form: FormTarget;
  account: string | null;
  /** Whether the account has no password yet. */
  setsPassword: boolean;
  /** Fewest characters that the policy allows. */
  minLength: number;
  /** Whether the mail has a code that the person has to enter. */
  code: boolean;
}

function Activate({ form, account, setsPassword, minLength, code }: ActivateModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text(setsPassword ? 'activate.lead' : 'activate.plain')}</p>
      <Form to={form}>
        {code ? <CodeField /> : null}
        {setsPassword ? <NewPasswordField account={account} minLength={minLength} focus={!code} /> : null}
        <Submit>{text('activate.submit')}</Submit>
      </Form>
    </>
  );
}

/** Opens a new account by a mailed link. */
export const activate: View<ActivateModel> = { title: (text) => text('activate.title'), body: Activate };
