import { usePage } from '../parts/context.ts';
import { Form, Submit } from '../parts/form.tsx';
import type { FormTarget, View } from '../view.ts';

/** What the page of an invitation link shows. */
export interface JoinTenantModel {
  form: FormTarget;
  /** The name of the tenant. Null for a link that does not work. */
  tenant: string | null;
  /** Whether people may create an account. */
  signUp: boolean;
}

function JoinTenant({ form, tenant, signUp }: JoinTenantModel) {
  const { text } = usePage();
  if (tenant === null) return <p>{text('join.gone')}</p>;
  return (
    <>
      <p>{text('invitation.lead', { tenant })}</p>
      <Form to={form} hidden={{ action: 'signIn' }}>
        <Submit>{text('join.signIn')}</Submit>
      </Form>
      {signUp ? (
        <Form to={form} hidden={{ action: 'signUp' }}>
          <Submit quiet>{text('join.signUp')}</Submit>
        </Form>
      ) : null}
    </>
  );
}

/** Leads from an invitation link to the sign-in or to a new account, by which people join the tenant. */
export const joinTenant: View<JoinTenantModel> = {
  title: (text, { tenant }) => text(tenant === null ? 'link.title' : 'join.title'),
  body: JoinTenant,
};
