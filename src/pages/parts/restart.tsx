import type { FormTarget } from '../view.ts';
import { Form, Submit } from './form.tsx';

/** Goes back to the sign-in, for another account. It is a form, because a link must not end what somebody has begun. */
export const Restart = ({ form, label }: { form: FormTarget; label: string }) => (
  <Form to={form} hidden={{ action: 'restart' }} class="restart">
    <Submit quiet>{label}</Submit>
  </Form>
);
