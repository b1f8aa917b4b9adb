import { usePage } from '../parts/context.ts';
import { EmailField } from '../parts/field.tsx';
import { Form, Submit } from '../parts/form.tsx';
import type { FormTarget, View } from '../view.ts';

/** What the page of a link that does not work shows. */
export interface ExpiredLinkModel {
  /** Where a new link is asked for. Null for a link that is not sent again, and when one is on its way. */
  form: FormTarget | null;
  /** Whether such a link is sent again to whoever asks. */
  sentAgain: boolean;
  /** Whether a captcha may stand before that. */
  asksCaptcha: boolean;
  backHref: string | null;
}

function ExpiredLink({ form, sentAgain, asksCaptcha, backHref }: ExpiredLinkModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text('link.lead')}</p>
      {sentAgain ? null : <p>{text('link.unlock')}</p>}
      {form === null ? null : (
        <Form to={form} hidden={{ action: 'resend' }} {...(asksCaptcha ? { captcha: 'password_reset' } : {})}>
          <p>{text('link.resend')}</p>
          <EmailField value="" />
          <Submit>{text('link.submit')}</Submit>
        </Form>
      )}
      {backHref === null ? null : (
        <p>
          <a href={backHref}>{text('page.back')}</a>
        </p>
      )}
    </>
  );
}

/** Says that a mailed link has expired, was used, or was replaced, and sends another one. */
export const expiredLink: View<ExpiredLinkModel> = {
  title: (text) => text('link.title'),
  body: ExpiredLink,
  asksCaptcha: ({ form, asksCaptcha }) => form !== null && asksCaptcha,
};
