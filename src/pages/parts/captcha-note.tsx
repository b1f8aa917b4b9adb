import { usePage } from './context.ts';

/** Says that a captcha is asked for: to whoever has no script that answers it, or to everybody if this page knows none. */
export function CaptchaNote() {
  const { text, captcha } = usePage();
  if (captcha === null) return null;
  if (captcha.script === null) return <p class="note bad">{text('captcha.missing')}</p>;
  return (
    <p class="note" data-captcha-note>
      {text('captcha.needed')}
    </p>
  );
}
