import { usePage } from './context.ts';
import { Field } from './field.tsx';

/** The button that shows what was typed. It is hidden until its script runs. */
function ShowButton({ of }: { of: string }) {
  const { text } = usePage();
  return (
    <button
      type="button"
      class="small"
      hidden
      aria-pressed="false"
      aria-controls={of}
      aria-label={text('page.showPassword')}
      data-show={of}
      data-hide-text={text('page.hide')}
    >
      {text('page.show')}
    </button>
  );
}

/** The password of an account. */
export function CurrentPasswordField({ focus = false }: { focus?: boolean }) {
  const { text } = usePage();
  return (
    <Field name="password" label={text('field.password')} focus={focus} input={{ type: 'password', autocomplete: 'current-password' }}>
      <ShowButton of="password" />
    </Field>
  );
}

/** A password to set. `account` tells password managers whose it is, if that is known. */
export function NewPasswordField({
  account,
  minLength,
  name = 'password',
  focus = true,
}: {
  account: string | null;
  minLength: number;
  name?: 'password' | 'newPassword';
  focus?: boolean;
}) {
  const { text } = usePage();
  return (
    <>
      {account === null ? null : <input type="text" hidden readOnly autocomplete="username" value={account} aria-hidden="true" tabIndex={-1} />}
      <Field
        name={name}
        label={text('field.newPassword')}
        hint={text('field.passwordHint', { min: minLength })}
        focus={focus}
        input={{ type: 'password', autocomplete: 'new-password', minLength }}
      >
        <ShowButton of={name} />
      </Field>
    </>
  );
}
