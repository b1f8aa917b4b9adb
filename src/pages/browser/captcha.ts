/** What the script of the provider offers, in the form of reCAPTCHA v3. */
interface Provider {
  ready(run: () => void): void;
  execute(siteKey: string, options: { action: string }): PromiseLike<string>;
}

/** How long the provider may take. The form is sent without an answer then, and the server says what is missing. */
const longestWaitMilliseconds = 10_000;

const providerOf = (): Provider | undefined => (globalThis as { grecaptcha?: Provider }).grecaptcha;
const fieldOf = (form: HTMLFormElement): HTMLInputElement | null => form.querySelector('input[data-captcha]');

const ask = ({ dataset: { siteKey = '', captcha: action = '' } }: HTMLInputElement): Promise<string> =>
  new Promise((resolve, reject) => {
    const provider = providerOf();
    if (provider === undefined) return reject();
    setTimeout(reject, longestWaitMilliseconds);
    provider.ready(() => void provider.execute(siteKey, { action }).then(resolve, reject));
  });

/** Fills the field of a form for the answer to a captcha, if it has one. It stays empty where the provider does not answer. */
export async function answerCaptcha(form: HTMLFormElement): Promise<void> {
  const field = fieldOf(form);
  if (field !== null) field.value = await ask(field).catch(() => '');
}

/** Asks for a captcha when a form is sent that needs one. The note that says so is only for whoever runs no script, or not that of the provider. */
export function askForCaptchas(): void {
  const note = document.querySelector<HTMLElement>('[data-captcha-note]');
  if (note !== null) {
    note.hidden = true;
    // By then the script of the provider has run, or has failed.
    addEventListener('load', () => {
      note.hidden = providerOf() !== undefined;
    });
  }
  const asking = new WeakSet<HTMLFormElement>();
  document.addEventListener('submit', (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || fieldOf(form) === null) return;
    event.preventDefault();
    if (asking.has(form)) return;
    asking.add(form);
    void answerCaptcha(form).then(() => {
      // A form that a script sends leaves the button out, which says what is asked for.
      if (submitter instanceof HTMLButtonElement && submitter.name !== '') {
        const chosen = Object.assign(document.createElement('input'), { type: 'hidden', name: submitter.name, value: submitter.value });
        form.append(chosen);
      }
      form.submit();
    });
  });
}
