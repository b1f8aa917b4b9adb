import { answerCaptcha } from './captcha.ts';
import type { Options } from './credentials.ts';
import { askBrowser } from './credentials.ts';

/**
 * Shows the offer to sign in by a passkey, and lets the field of the address suggest passkeys where the browser can. The suggestion waits in
 * the background, and gives way once the person asks by the button, because a browser asks for one thing at a time.
 */
export function offerPasskeys(): void {
  const box = document.querySelector<HTMLElement>('[data-passkey]');
  const form = box?.querySelector('form');
  const button = form?.querySelector('button');
  const field = form?.querySelector<HTMLInputElement>('input[name="answer"]');
  const status = box?.querySelector<HTMLElement>('[data-status]');
  if (box == null || form == null || button == null || field == null || status == null) return;
  if (typeof PublicKeyCredential !== 'function' || navigator.credentials === undefined) return;
  const options = JSON.parse(box.dataset.passkey ?? '{}') as Options;
  box.hidden = false;
  const say = (words: string | undefined): void => {
    status.textContent = words ?? '';
    status.hidden = words === undefined;
  };
  const send = async (answer: object): Promise<void> => {
    field.value = JSON.stringify(answer);
    await answerCaptcha(form);
    form.submit();
  };
  let suggesting: AbortController | undefined;
  const suggest = async (): Promise<void> => {
    if (box.dataset.suggests !== 'true' || (await PublicKeyCredential.isConditionalMediationAvailable?.()) !== true) return;
    suggesting = new AbortController();
    try {
      await send(await askBrowser('get', options, { mediation: 'conditional', signal: suggesting.signal }));
    } catch {
      // The person uses the button, or another way.
    }
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    suggesting?.abort();
    say(box.dataset.waiting);
    button.disabled = true;
    try {
      await send(await askBrowser('get', options));
    } catch {
      // The person cancelled, waited too long, or has no passkey. Browsers do not tell which, so that a page cannot find out.
      say(box.dataset.cancelled);
      button.disabled = false;
      void suggest();
    }
  });
  void suggest();
}
