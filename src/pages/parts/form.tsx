import type { ComponentChildren } from 'preact';
import type { FormTarget } from '../view.ts';
import { usePage } from './context.ts';

/**
 * A form that posts to this server. The action is a whole path, because scripts of an app may change the path that a web view shows. It names no
 * host, so that it goes to the one whose cookies the browser has.
 */
export function Form({
  to,
  hidden = {},
  captcha: action,
  class: kind,
  children,
}: {
  to: FormTarget;
  /** Fields that the person does not see. */
  hidden?: Readonly<Record<string, string>>;
  /** What the provider of captchas is told that the form is for. Absent for a form that no captcha stands before. */
  captcha?: string;
  class?: string;
  children: ComponentChildren;
}) {
  return (
    <form method="post" action={to.action} class={kind}>
      <HiddenFields fields={{ form: to.token, ...hidden }} />
      {action === undefined ? null : <CaptchaField action={action} />}
      {children}
    </form>
  );
}

/** The field that the script fills with the answer to a captcha, while one is asked for. */
function CaptchaField({ action }: { action: string }) {
  const { captcha } = usePage();
  return captcha === null ? null : <input type="hidden" name="captcha" data-captcha={action} data-site-key={captcha.siteKey} />;
}

/** Fields that the person does not see. */
export function HiddenFields({ fields }: { fields: Readonly<Record<string, string>> }) {
  return (
    <>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
    </>
  );
}

/** The button of a form, or one of less weight. A hidden one is shown by its script. */
export const Submit = ({ children, quiet = false, hidden = false }: { children: ComponentChildren; quiet?: boolean; hidden?: boolean }) => (
  <button type="submit" class={quiet ? 'quiet' : 'main'} hidden={hidden}>
    {children}
  </button>
);
