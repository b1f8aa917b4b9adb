import { BackToAccount } from '../../parts/account.tsx';
import { usePage } from '../../parts/context.ts';
import { Form, Submit } from '../../parts/form.tsx';
import type { FormTarget, View } from '../../view.ts';

/** What the page of the password shows. */
export interface PasswordModel {
  form: FormTarget;
  email: string;
}

function Password({ form, email }: PasswordModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text('password.lead', { user: email })}</p>
      <Form to={form}>
        <Submit>{text('password.submit')}</Submit>
      </Form>
      <BackToAccount />
    </>
  );
}

/** Offers a link by which a person chooses a new password. A mailbox proves more than a browser that was left open. */
export const password: View<PasswordModel> = { title: (text) => text('password.title'), body: Password };
