import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { expectStatus, identity, password, totp } from './builders.ts';
import type { Harness } from './harness.ts';
import { clientId } from './harness.ts';
import { textOf } from './html.ts';
import type { Answer } from './requests.ts';
import type { Filled, Shown, UserAgent } from './user-agent.ts';
import { allowRedirects, createUserAgent, formWith, newAddress } from './user-agent.ts';

/** Where the application of the tests wants its answers. */
export const callback = 'https://app.acme.example/oauth/callback';

const base64url = (bytes: Buffer): string => bytes.toString('base64url');
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** As many random letters and digits, as Frontegg's SDKs make their verifiers and nonces. */
export const randomText = (length: number): string => [...randomBytes(length)].map((byte) => letters[byte % letters.length]).join('');

export const challengeOf = (verifier: string): string => base64url(createHash('sha256').update(verifier).digest());

/** What an application keeps between its request and the answer. */
export interface Asked {
  url: string;
  verifier: string;
  nonce: string;
  redirectUri: string;
}

/** Parameters of a request. Null leaves one of the usual ones out. */
export type Parameters = Record<string, string | null>;

/** A request as Frontegg's SDKs send it, changed as told. */
export function newRequest({
  prefix = '',
  verifierLength = 64,
  ...changes
}: {
  prefix?: string;
  verifierLength?: number;
  parameters?: Parameters;
} = {}): Asked {
  const verifier = randomText(verifierLength);
  const nonce = randomText(16);
  const usual: Parameters = {
    response_type: 'code',
    client_id: clientId,
    scope: 'openid email profile',
    redirect_uri: callback,
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
    nonce,
    ...changes.parameters,
  };
  const query = new URLSearchParams(Object.entries(usual).filter((entry): entry is [string, string] => entry[1] !== null));
  return { url: `${prefix}/oauth/authorize?${query}`, verifier, nonce, redirectUri: usual.redirect_uri ?? callback };
}

/** Sends a browser to the authorization endpoint, and answers where it ends: at a page, or back at the application. */
export const authorize = (agent: UserAgent, asked: Asked): Promise<Shown> => agent.open(asked.url);

/** What came back to the application. */
export function answerOf(shown: Shown): URLSearchParams {
  if (shown.left === null) {
    throw new Error(`the browser is still at ${shown.url}: ${shown.status} ${shown.steps.join(', ')}; ${textOf(shown.html).slice(0, 500)}`);
  }
  return shown.left.searchParams;
}

/** The code that came back. */
export function codeOf(shown: Shown): string {
  const code = answerOf(shown).get('code');
  if (code === null) throw new Error(`no code in ${shown.left}`);
  return code;
}

/** Fills the sign-in page. */
export const signInOverPages = (agent: UserAgent, page: Shown, email: string, secret = password): Promise<Shown> =>
  agent.submit(page, formWith(page, 'password'), { email, password: secret });

/** The form that verifies a code, of a factor if one is named. */
export function verifyForm(page: Shown, factor?: string) {
  const form = page.forms.find(
    ({ controls }) =>
      controls.some(({ name, value }) => name === 'action' && value === 'verify') &&
      controls.some(({ name }) => name === 'code') &&
      (factor === undefined || controls.some(({ name, value }) => name === 'factor' && value === factor)),
  );
  if (form === undefined) throw new Error(`no form for a code at ${page.url}: ${textOf(page.html)}`);
  return form;
}

/** Answers a page that asks for the code of an authenticator app. */
export const answerTotp = (harness: Harness, agent: UserAgent, page: Shown, secret: string, filled: Filled = {}): Promise<Shown> =>
  agent.submit(page, verifyForm(page), { code: totp(harness, secret), ...filled });

/** The secret that a page shows to be typed into an app. */
export function shownSecret(page: Shown): string {
  const [grouped] = /\b(?:[A-Z2-7]{4} ){3,}[A-Z2-7]{1,4}\b/.exec(textOf(page.html)) ?? [];
  if (grouped === undefined) throw new Error(`no secret at ${page.url}: ${textOf(page.html)}`);
  return grouped.replaceAll(' ', '');
}

/** Enrolls an authenticator app at the page that forces it, lets the time of its code pass, and leaves the page with the recovery code behind. */
export async function enrollOverPages(harness: Harness, agent: UserAgent, page: Shown): Promise<{ secret: string; shown: Shown }> {
  const secret = shownSecret(page);
  const recovery = await agent.submit(page, verifyForm(page), { code: totp(harness, secret) });
  harness.clock.advance({ seconds: 60 });
  return { secret, shown: await agent.submit(recovery, formWith(recovery, 'saved'), { saved: '1' }) };
}

export type TokenBody = Record<string, unknown>;

/** A request to the token endpoint in the form that Frontegg's SDKs use. */
export const tokenRequest = (harness: Harness, body: unknown, headers: Record<string, string> = {}, cookie?: string): Promise<Answer> =>
  harness.send({ method: 'POST', url: '/oauth/token', body, headers, address: newAddress(), ...(cookie === undefined ? {} : { cookie }) });

/** Exchanges a code as the application that asked for it. */
export const exchange = (harness: Harness, asked: Asked, code: string, changes: TokenBody = {}, cookie?: string): Promise<Answer> =>
  tokenRequest(
    harness,
    { grant_type: 'authorization_code', code, redirect_uri: asked.redirectUri, code_verifier: asked.verifier, ...changes },
    {},
    cookie,
  );

export const refreshGrant = (harness: Harness, refreshToken: string, changes: TokenBody = {}, cookie?: string): Promise<Answer> =>
  tokenRequest(harness, { grant_type: 'refresh_token', refresh_token: refreshToken, ...changes }, {}, cookie);

/** The silent call of an application, by the browser that holds the cookie. */
export const silent = (agent: UserAgent, body: unknown = { tenantId: null }, headers: Record<string, string> = {}): Promise<Answer> =>
  agent.fetch({ method: 'POST', url: '/frontegg/oauth/authorize/silent', body, headers });

/** The answer of the token endpoint. */
export interface Tokens {
  token_type: string;
  access_token: string;
  id_token: string;
  refresh_token: string;
  expires_in: number;
  refresh_expires_in: number;
  scope: string;
}

/** Reads tokens from an answer that has to hold them. */
export function tokensIn(answer: Answer): Tokens {
  if (answer.statusCode !== 200) throw new Error(`no tokens: ${answer.statusCode} ${answer.body}`);
  return answer.json<Tokens>();
}

/** A new browser in which somebody has signed in who needs no second factor. It needs no pages. */
export async function signedInBrowser(harness: Harness, email: string): Promise<UserAgent> {
  const agent = createUserAgent(harness);
  expectStatus(await agent.fetch({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email, password } }), 200);
  return agent;
}

/** Asks for a code as a person who is signed in. */
export async function newCode(harness: Harness, email: string, parameters: Parameters = {}) {
  const agent = await signedInBrowser(harness, email);
  return { agent, ...(await nextCode(agent, parameters)) };
}

/** Signs somebody in, and exchanges a code in the same browser. That holds the cookie, the application the tokens. */
export async function hostedLogin(harness: Harness, email: string, parameters: Parameters = {}) {
  const login = await newCode(harness, email, parameters);
  const tokens = tokensIn(await exchange(harness, login.asked, login.code, {}, login.agent.cookieHeader()));
  return { ...login, tokens };
}

/** Another code for the session of a browser that is signed in. Nothing is asked. */
export async function nextCode(agent: UserAgent, parameters: Parameters = {}) {
  const asked = newRequest({ parameters });
  return { asked, code: codeOf(await authorize(agent, asked)) };
}

/** Opens hosted login for the application of the tests. */
export const openHostedLogin = (harness: Harness, ...more: string[]): Promise<void> => allowRedirects(harness, callback, ...more);

/** Body of a refusal by the token endpoint; the text is the server's. */
export const refusedAs = (error: string) => ({ error, error_description: expect.stringMatching(/./), errors: [expect.stringMatching(/./)] });

export function expectRefusedAs(answer: Answer, status: number, error: string, about = ''): void {
  expect({ status: answer.statusCode, body: answer.json() }, about).toEqual({ status, body: refusedAs(error) });
  expect(answer.cookies, about).toEqual([]);
}

/** Nobody got anything: an error of the protocol, and no token or cookie beside it. */
export function expectNoTokens(answer: Answer, about = ''): void {
  expect([400, 401], `${about} ${answer.body}`).toContain(answer.statusCode);
  expect(answer.json(), about).toEqual(refusedAs(answer.json<{ error: string }>().error));
  expect(answer.cookies, about).toEqual([]);
}
