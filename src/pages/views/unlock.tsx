import { usePage } from '../parts/context.ts';
import { Form, Submit } from '../parts/form.tsx';
import type { FormTarget, View } from '../view.ts';

function Unlock({ form }: { form: FormTarget }) {
  const { text } = usePage();
  return (
    <>
      <p>{text('unlock.lead')}</p>
      <Form to={form}>
        <Submit>{text('unlock.submit')}</Submit>
      </Form>
    </>
  );
}

/** Unlocks an account by a mailed link. */
export const unlock: View<{ form: FormTarget }> = { title: (text) => text('unlock.title'), body: Unlock };
