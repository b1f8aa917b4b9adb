import { usePage } from '../parts/context.ts';
import { CodeField } from '../parts/field.tsx';
import { Form, Submit } from '../parts/form.tsx';
import type { FormTarget, View } from '../view.ts';

/** What the page of an invitation shows. */
export interface InvitationModel {
  form: FormTarget;
  /** The name of the tenant. Null if it is not known. */
  tenant: string | null;
  /** Whether the mail has a code that the person has to enter. */
  code: boolean;
}

function Invitation({ form, tenant, code }: InvitationModel) {
  const { text } = usePage();
  return (
    <>
      <p>{tenant === null ? text('invitation.plain') : text('invitation.lead', { tenant })}</p>
      <Form to={form}>
        {code ? <CodeField /> : null}
        <Submit>{text('invitation.submit')}</Submit>
      </Form>
    </>
  );
}

/** Joins a tenant by a mailed link. */
export const invitation: View<InvitationModel> = { title: (text) => text('invitation.title'), body: Invitation };
