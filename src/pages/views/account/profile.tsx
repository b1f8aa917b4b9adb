import { BackToAccount } from '../../parts/account.tsx';
import { usePage } from '../../parts/context.ts';
import { Field } from '../../parts/field.tsx';
import { Form, Submit } from '../../parts/form.tsx';
import type { FormTarget, View } from '../../view.ts';

/** What the page of the profile shows. */
export interface ProfileModel {
  form: FormTarget;
  name: string;
  email: string;
  /** The organization that the person is signed in to. */
  organization: string;
}

function Profile({ form, name, email, organization }: ProfileModel) {
  const { text } = usePage();
  return (
    <>
      <dl>
        <dt>{text('profile.email')}</dt>
        <dd>{email}</dd>
        <dt>{text('profile.organization')}</dt>
        <dd>{organization}</dd>
      </dl>
      <Form to={form}>
        <Field name="name" label={text('field.name')} input={{ type: 'text', autocomplete: 'name', value: name }} />
        <Submit>{text('profile.save')}</Submit>
      </Form>
      <BackToAccount />
    </>
  );
}

/** Shows the profile of a person, who can change the name. */
export const profile: View<ProfileModel> = { title: (text) => text('profile.title'), body: Profile };
