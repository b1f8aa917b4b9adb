import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, expectStatus, password } from '../../support/builders.ts';
import { clientId } from '../../support/harness.ts';
import type { Answer } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const own = 'https://id.acme.example';
const callback = 'https://app.acme.example/callback';
let email = '';

beforeAll(async () => {
  ({ email } = await createUserInTenant(harness, 'person'));
  const headers = await asEnvironment(harness);
  const url = '/oauth/resources/configurations/v1/redirect-uri';
  expectStatus(await harness.send({ method: 'POST', url, headers, body: { redirectUri: callback } }), 201);
});

const cookieOf = (answer: Answer, ...names: string[]): string =>
  answer.cookies
    .filter(({ name, value }) => value !== '' && names.some((start) => name.startsWith(start)))
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
const tokenIn = ({ body }: Answer): string => /name="form" value="([^"]+)"/.exec(body)?.[1] ?? '';

/** A sign-in that has begun: its cookie, and the form of its page. */
async function begin() {
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id: clientId, redirect_uri: callback, state: 'the-state', nonce: 'the-nonce', login_hint: '"><b>hint' },
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  });
  const answer = await harness.send({ url: `/oauth/authorize?${query}` });
  const url = String(answer.headers.location);
  const cookie = cookieOf(answer, 'fe_interaction_');
  const page = await harness.send({ url, cookie });
  expectStatus(page, 200);
  return { url, cookie, page, form: tokenIn(page) };
}

const sameOrigin = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };
const encoded = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();

describe('a form of the page to sign in', () => {
  const send = async (headers: Record<string, string>, change: Record<string, string> = {}) => {
    const { url, cookie, form } = await begin();
    const body = encoded({ form, email, password, ...change });
    return harness.send({ method: 'POST', url, cookie, body, headers: { ...sameOrigin, ...headers } });
  };

  test('signs in from its own page, also by a browser that says so as old ones do', async () => {
    const answer = await send({});
    expect(answer.statusCode).toBe(303);
    expect(String(answer.headers.location)).toMatch(/^https:\/\/app\.acme\.example\/callback\?code=[\w-]{43}&state=the-state&iss=/);
    const { 'sec-fetch-site': _, ...old } = sameOrigin;
    const { url, cookie, form } = await begin();
    const body = encoded({ form, email, password });
    expect((await harness.send({ method: 'POST', url, cookie, body, headers: { ...old, origin: own } })).statusCode).toBe(303);
  });

  test.each([
    ['a page of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a page of another site that claims our origin', { 'sec-fetch-site': 'cross-site', origin: own }],
    ['a page of a neighbor', { 'sec-fetch-site': 'same-site', origin: 'https://other.acme.example' }],
    ['no page', { 'sec-fetch-site': 'none' }],
  ])('is refused from %s', async (_, headers) => {
    const answer = await send(headers);
    expect(answer.statusCode).toBe(403);
    expect(answer.cookies.map(({ name }) => name).join()).not.toMatch(/refresh/);
  });

  test.each([
    ['nothing that says whose it is', {}],
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['our origin in plain text', { origin: 'http://id.acme.example' }],
  ])('is refused of an old browser with %s', async (_, headers: Record<string, string>) => {
    const { url, cookie, form } = await begin();
    const body = encoded({ form, email, password });
    const all = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    expect((await harness.send({ method: 'POST', url, cookie, body, headers: all })).statusCode).toBe(403);
  });

  test('is refused without its token, with that of another sign-in, and with one made up', async () => {
    const other = await begin();
    for (const form of ['', other.form, 'x'.repeat(43)]) expect((await send({}, { form })).statusCode, form).toBe(403);
  });

  test('leads to nothing without the cookie, and with the cookie of another sign-in under its name', async () => {
    const { url, form } = await begin();
    const other = await begin();
    const body = encoded({ form, email, password });
    const bare = await harness.send({ method: 'POST', url, body, headers: sameOrigin });
    expect([bare.statusCode, bare.headers.location]).toEqual([303, '/oauth/account/error']);
    const name = `fe_interaction_${new URL(url, own).searchParams.get('i')}`;
    const cookie = `${name}=${other.cookie.split('=')[1]}`;
    expect((await harness.send({ method: 'POST', url, cookie, body, headers: sameOrigin })).statusCode).toBe(403);
  });

  test.each([
    ['a field twice', (form: string) => `${encoded({ form, email, password })}&email=x`, {}, 400],
    ['bytes that are no text', (form: string) => `${encoded({ form, email })}&password=%ff`, {}, 400],
    ['JSON', (form: string) => JSON.stringify({ form, email, password }), { 'content-type': 'application/json' }, 400],
    ['another type', (form: string) => encoded({ form, email, password }), { 'content-type': 'text/plain' }, 415],
    ['too much', (form: string) => encoded({ form, email, password: 'x'.repeat(70_000) }), {}, 413],
  ])('is refused with %s', async (_, make, headers: Record<string, string>, status) => {
    const { url, cookie, form } = await begin();
    const answer = await harness.send({ method: 'POST', url, cookie, body: make(form), headers: { ...sameOrigin, ...headers } });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('text/html');
  });
});

test('a page repeats nothing of the request but the hint, which is escaped, and lets its form lead to the application', async () => {
  const { url, page } = await begin();
  expect(url).toMatch(/^\/oauth\/account\/login\?i=[\w-]{8}$/);
  expect(page.body).not.toMatch(/the-state|the-nonce|<b>hint/);
  expect(page.body).toContain('&quot;>&lt;b>hint');
  expect(page.body).toContain(`action="/oauth/account/login?i=`);
  expect(page.headers).toMatchObject({
    'content-security-policy': expect.stringContaining("form-action 'self' https://app.acme.example;"),
    'referrer-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'cache-control': 'no-store',
  });
});

test('a page is read by no script, not even of our own origin', async () => {
  const { url, cookie } = await begin();
  for (const mode of ['cors', 'no-cors', 'same-origin', 'websocket']) {
    expect((await harness.send({ url, cookie, headers: { 'sec-fetch-mode': mode } })).statusCode, mode).toBe(403);
  }
  expect((await harness.send({ url, cookie, headers: { 'sec-fetch-mode': 'navigate' } })).statusCode).toBe(200);
});

test('a page for a forgotten password takes the form of the same browser alone', async () => {
  const url = '/oauth/account/forgot-password';
  const page = await harness.send({ url });
  const [cookie, form] = [cookieOf(page, 'fe_form'), tokenIn(page)];
  const send = (fields: object, sent = cookie) =>
    harness.send({ method: 'POST', url, cookie: sent, body: encoded({ email, form, ...fields }), headers: sameOrigin });
  expect((await send({})).statusCode).toBe(303);
  expect((await send({ form: '' })).statusCode).toBe(403);
  expect((await send({}, 'fe_form=')).statusCode).toBe(403);
  expect((await send({}, `fe_form=${'x'.repeat(43)}`)).statusCode).toBe(403);
  // The token of one page is none for another.
  const body = encoded({ email, form, recoveryCode: 'x' });
  expect((await harness.send({ method: 'POST', url: '/oauth/account/recover', cookie, body, headers: sameOrigin })).statusCode).toBe(403);
});

test.each(['x', Buffer.from('{"problem":{"code":"<b>","seconds":"x"}}').toString('base64url'), Buffer.from('[null]').toString('base64url')])(
  'a message that a browser makes up (%s) is shown by no page',
  async (kept) => {
    const { url, cookie } = await begin();
    const handle = new URL(url, own).searchParams.get('i');
    const page = await harness.send({ url, cookie: `${cookie}; fe_flash_${handle}=${kept}` });
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toContain('role="alert"');
  },
);

test('a mailed link is moved from the address into a cookie, and one with two tokens is none', async () => {
  const answer = await harness.send({ url: `/oauth/account/reset-password?userId=u&token=${'t'.repeat(43)}` });
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/oauth/account/reset-password']);
  const kept = answer.cookies.find(({ name }) => name === 'fe_link_reset-password');
  expect(kept).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/oauth/account' });
  const twice = await harness.send({ url: '/oauth/account/reset-password?token=a&token=b' });
  expect(twice.statusCode).toBe(200);
  expect(twice.body).toContain('This link does not work any more');
});

test('while hosted login is switched off, its pages are not there, but for those of mailed links', async () => {
  const headers = await asEnvironment(harness);
  const switchTo = (name: string) => harness.send({ method: 'POST', url: `/oauth/resources/configurations/v1/${name}`, headers });
  const { url, cookie } = await begin();
  expectStatus(await switchTo('deactivate'), 200);
  for (const path of [url, '/oauth/account/forgot-password', '/oauth/account/recover', '/oauth/account/sign-up']) {
    expect((await harness.send({ url: path, cookie })).statusCode, path).toBe(404);
  }
  expect((await harness.send({ url: '/oauth/account/reset-password' })).statusCode).toBe(200);
  expectStatus(await switchTo('activate'), 200);
});
