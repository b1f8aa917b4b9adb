import { usePage } from './context.ts';

/** Says that a captcha is asked for: until the script of the provider is there, or for good if this page has none. */
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
