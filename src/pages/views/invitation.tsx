import { usePage } from '../parts/context.ts';
import { Form, Submit } from '../parts/form.tsx';
import type { FormTarget, View } from '../view.ts';

/** What the page of an invitation shows. */
export interface InvitationModel {
  form: FormTarget;
  /** The name of the tenant. Null if it is not known. */
  tenant: string | null;
}

function Invitation({ form, tenant }: InvitationModel) {
  const { text } = usePage();
  return (
    <>
      <p>{tenant === null ? text('invitation.plain') : text('invitation.lead', { tenant })}</p>
      <Form to={form}>
        <Submit>{text('invitation.submit')}</Submit>
      </Form>
    </>
  );
}

/** Joins a tenant by a mailed link. */
export const invitation: View<InvitationModel> = { title: (text) => text('invitation.title'), body: Invitation };
