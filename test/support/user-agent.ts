import { expectStatus } from './builders.ts';
import type { Harness } from './harness.ts';
import type { Form } from './html.ts';
import { elementText, formsOf, textOf } from './html.ts';
import type { Answer } from './requests.ts';

/** What a browser shows, or the foreign address that it was sent to. */
export interface Shown {
  /** Where it is now. */
  url: URL;
  status: number;
  headers: Answer['headers'];
  html: string;
  forms: Form[];
  /** Text of the heading, or null. */
  heading: string | null;
  /** Text of the first element that is announced as an alert, or null. */
  alert: string | null;
  /** The address of an application that the browser left for. Null while it is here. */
  left: URL | null;
  /** Every request on the way, as `METHOD status path`. */
  steps: string[];
}

/** What is sent of a form besides what it has already. Null leaves a control out. */
export type Filled = Record<string, string | null>;

/** A browser without scripts that looks at the pages of this server. It keeps cookies, and it follows redirects until it leaves. */
export interface UserAgent {
  cookies: Map<string, string>;
  /** The `Cookie` header that it sends. */
  cookieHeader(): string;
  /** Goes to an address, as somebody who clicks on a link of another site. */
  open(url: string | URL, headers?: Record<string, string>): Promise<Shown>;
  /** Sends a form, as its page does. */
  submit(page: Shown, form: Form, filled?: Filled, headers?: Record<string, string>): Promise<Shown>;
  /** Sends anything by `fetch` from a page of this server or, with another `origin`, of another one. */
  fetch(request: Parameters<Harness['send']>[0]): Promise<Answer>;
}

const mostRedirects = 10;

let addresses = 0;
/** An address that nobody else in this process has, so that the limits of an address are not what a test is about. */
export const newAddress = (): string => `2001:db8:${(++addresses).toString(16)}::1`;

/** Opens a new browser. */
export function createUserAgent(harness: Harness): UserAgent {
  const origin = new URL(harness.config.publicUrl).origin;
  const address = newAddress();
  const cookies = new Map<string, string>();
  const cookieHeader = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

  const send = async (request: Parameters<Harness['send']>[0]): Promise<Answer> => {
    const cookie = cookieHeader();
    const answer = await harness.send({ address, ...request, ...(cookie === '' ? {} : { cookie }) });
    for (const { name, value, maxAge, expires } of answer.cookies) {
      const gone = value === '' || maxAge === 0 || (expires !== undefined && expires.getTime() <= 0);
      if (gone) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };

  const follow = async (method: 'GET' | 'POST', start: URL, headers: Record<string, string>, body?: string): Promise<Shown> => {
    const navigation = { accept: 'text/html', host: new URL(origin).host, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', ...headers };
    const steps: string[] = [];
    let url = start;
    let answer = await send({ method, url: url.pathname + url.search, headers: navigation, ...(body === undefined ? {} : { body }) });
    steps.push(`${method} ${answer.statusCode} ${url.pathname}`);
    while ([301, 302, 303, 307, 308].includes(answer.statusCode)) {
      url = new URL(String(answer.headers.location), url);
      if (url.origin !== origin) return shown(url, answer, url, steps);
      if (steps.length > mostRedirects) throw new Error(`redirected in circles: ${steps.join(', ')}`);
      const { 'content-type': _, ...others } = navigation as Record<string, string>;
      answer = await send({ url: url.pathname + url.search, headers: others });
      steps.push(`GET ${answer.statusCode} ${url.pathname}`);
    }
    return shown(url, answer, null, steps);
  };

  return {
    cookies,
    cookieHeader,
    open: (url, headers = {}) => follow('GET', new URL(url, origin), { 'sec-fetch-site': 'cross-site', ...headers }),
    submit(page, form, filled = {}, headers = {}) {
      const pressed = form.controls.find(({ kind }) => kind === 'button' || kind === 'submit');
      const sent = form.controls.filter(
        (control) => control === pressed || control.checked || !['button', 'submit', 'checkbox', 'radio'].includes(control.kind),
      );
      const fields = new URLSearchParams();
      for (const { name, value } of sent) if (!(name in filled)) fields.append(name, value);
      for (const [name, value] of Object.entries(filled)) if (value !== null) fields.append(name, value);
      return follow(
        'POST',
        new URL(form.action, page.url),
        { origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded', ...headers },
        fields.toString(),
      );
    },
    fetch: send,
  };
}

const shown = (url: URL, answer: Answer, left: URL | null, steps: string[]): Shown => ({
  url,
  status: answer.statusCode,
  headers: answer.headers,
  html: answer.body,
  forms: formsOf(answer.body),
  heading: elementText(answer.body, 'h1'),
  alert: alertOf(answer.body),
  left,
  steps,
});

function alertOf(html: string): string | null {
  const [, , inner] = /<(\w+)[^>]*\brole="?alert\b[^>]*>(.*?)<\/\1>/is.exec(html) ?? [];
  return inner === undefined ? null : textOf(inner);
}

/** The form that has a control of this name and, where one is given, with this value. */
export function formWith(page: Shown, name: string, value?: string): Form {
  const form = page.forms.find(({ controls }) =>
    controls.some((control) => control.name === name && (value === undefined || control.value === value)),
  );
  if (form === undefined)
    throw new Error(`no form with ${name}${value === undefined ? '' : `=${value}`} at ${page.url}: ${page.steps.join(', ')}; ${textOf(page.html)}`);
  return form;
}

/** Registers redirect URIs, beside those that are there. */
export async function allowRedirects(harness: Harness, ...uris: string[]): Promise<void> {
  const headers = { authorization: `Bearer ${await harness.environmentToken()}` };
  const base = '/oauth/resources/configurations/v1';
  const activated = await harness.send({ method: 'POST', url: `${base}/activate`, headers });
  expectStatus(activated, 200);
  for (const redirectUri of uris) {
    const answer = await harness.send({ method: 'POST', url: `${base}/redirect-uri`, headers, body: { redirectUri } });
    expectStatus(answer, 201);
  }
}
