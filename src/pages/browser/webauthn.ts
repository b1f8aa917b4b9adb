import type { Options } from './credentials.ts';
import { askBrowser } from './credentials.ts';

/** Lets each form that waits for an authenticator ask the browser, and send what it answers. */
export function askForAuthenticators(): void {
  for (const box of document.querySelectorAll<HTMLElement>('[data-webauthn]')) prepare(box);
}

function prepare(box: HTMLElement): void {
  const { webauthn, options, ask, unsupported, cancelled, waiting } = box.dataset;
  const form = box.querySelector('form');
  const button = form?.querySelector('button');
  const status = box.querySelector<HTMLElement>('[data-status]');
  if (form == null || button == null || status === null) return;
  const say = (words: string | undefined): void => {
    status.textContent = words ?? '';
    status.hidden = words === undefined;
  };
  box.querySelector('[data-without-script]')?.remove();
  if (typeof PublicKeyCredential !== 'function' || navigator.credentials === undefined) {
    say(unsupported);
    return;
  }
  button.hidden = false;
  if (options === undefined) return;
  const field = form.querySelector<HTMLInputElement>('input[name="answer"]');
  if (field === null) return;

  const start = async (): Promise<void> => {
    say(waiting);
    button.disabled = true;
    try {
      field.value = JSON.stringify(await askBrowser(webauthn === 'create' ? 'create' : 'get', JSON.parse(options) as Options));
      form.submit();
    } catch {
      // The person cancelled, waited too long, or nothing fitted. Browsers do not tell which, so that a page cannot find out.
      say(cancelled);
      button.disabled = false;
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void start();
  });
  // The browser may refuse to ask before the person has touched this page. The button is there then.
  if (ask !== undefined) void start();
}
