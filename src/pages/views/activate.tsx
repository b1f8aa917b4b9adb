import { usePage } from '../parts/context.ts';
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
}

function Activate({ form, account, setsPassword, minLength }: ActivateModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text(setsPassword ? 'activate.lead' : 'activate.plain')}</p>
      <Form to={form}>
        {setsPassword ? <NewPasswordField account={account} minLength={minLength} /> : null}
        <Submit>{text('activate.submit')}</Submit>
      </Form>
    </>
  );
}

/** Opens a new account by a mailed link. */
export const activate: View<ActivateModel> = { title: (text) => text('activate.title'), body: Activate };
