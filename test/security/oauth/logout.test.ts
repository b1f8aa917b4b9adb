import { beforeAll, describe, expect, test } from 'vitest';
import { createSigner } from '../../../src/platform/signer.ts';
import { createUserInTenant, expectStatus } from '../../support/builders.ts';
import { callback, hostedLogin, openHostedLogin, refreshGrant, silent, tokensIn } from '../../support/oauth.ts';
import { deviceCookie, me, refreshCookie } from '../../support/requests.ts';
import { claimsOf, headerOf } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';
import type { UserAgent } from '../../support/user-agent.ts';
import { createUserAgent } from '../../support/user-agent.ts';

const harness = useHarness();
beforeAll(() => openHostedLogin(harness));

const app = new URL(callback).origin;
let people = 0;
const signedIn = async (name: string) => hostedLogin(harness, (await createUserInTenant(harness, name)).email);
type Login = Awaited<ReturnType<typeof signedIn>>;

async function expectAlive({ agent, tokens }: Pick<Login, 'agent' | 'tokens'>): Promise<void> {
  expect((await me(harness, tokens.id_token)).statusCode).toBe(200);
  tokensIn(await silent(agent));
}
async function expectEnded({ agent, tokens }: Pick<Login, 'agent' | 'tokens'>): Promise<void> {
  expect((await me(harness, tokens.id_token)).statusCode).toBe(401);
  expect((await refreshGrant(harness, tokens.refresh_token)).statusCode).toBe(401);
  expect((await silent(agent)).statusCode).toBe(401);
}
/** As a script of an application asks. */
const byFetch = (agent: UserAgent, headers: Record<string, string> = {}, url = '/frontegg/oauth/logout') =>
  agent.fetch({
    url,
    headers: { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', 'content-type': 'application/json', ...headers },
  });

describe('nobody is logged out by a page that only shows something', () => {
  test.each(['image', 'iframe', 'script', 'style', 'font', 'video', 'embed', 'object'])('%s', async (destination) => {
    const login = await signedIn(`shown-${destination}`);
    for (const path of ['/oauth/logout', '/frontegg/oauth/logout']) {
      await login.agent.fetch({ url: path, headers: { 'sec-fetch-dest': destination, 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'cross-site' } });
    }
    await expectAlive(login);
  });
});

describe('a log-out ends the session for everybody at once', () => {
  test('by a script: an empty answer, the cookie is removed, the remembered device stays', async () => {
    const login = await signedIn('script');
    const second = { agent: login.agent, tokens: tokensIn(await silent(login.agent)) };
    login.agent.cookies.set(deviceCookie, 'remembered');
    const answer = await byFetch(login.agent, { authorization: `Bearer ${login.tokens.id_token}` });
    expect({ status: answer.statusCode, body: answer.json() }).toEqual({ status: 200, body: {} });
    expect([...login.agent.cookies.keys()]).toEqual([deviceCookie]);
    await expectEnded(login);
    await expectEnded(second);
  });

  test('by the bearer alone, where no cookie comes along', async () => {
    const login = await signedIn('bearer');
    expectStatus(await byFetch(createUserAgent(harness), { authorization: `Bearer ${login.tokens.access_token}` }), 200);
    await expectEnded(login);
  });

  test('of the cookie and of the bearer, where they are of two sessions', async () => {
    const [one, other] = [await signedIn('first-of-two'), await signedIn('second-of-two')];
    await byFetch(one.agent, { authorization: `Bearer ${other.tokens.id_token}` });
    await expectEnded(one);
    await expectEnded(other);
  });

  test('by the apps: their token in a cookie; a second time they hear that it is over', async () => {
    const login = await signedIn('app');
    const ask = () =>
      harness.send({ method: 'POST', url: '/oauth/logout/token', cookie: `${refreshCookie}=${login.tokens.refresh_token}`, body: {} });
    expectStatus(await ask(), 200);
    await expectEnded(login);
    expectStatus(await ask(), 401);
    expectStatus(await harness.send({ method: 'POST', url: '/oauth/logout/token', body: {} }), 401);
  });

  test('by a navigation, without a question', async () => {
    const login = await signedIn('navigation');
    const shown = await login.agent.open('/oauth/logout');
    expect([shown.status, shown.left, shown.heading]).toEqual([200, null, expect.stringMatching(/signed out/i)]);
    await expectEnded(login);
  });
});

describe('a log-out leads only to addresses of the applications', () => {
  const leave = async (agent: UserAgent, query: Record<string, string>) => agent.open(`/oauth/logout?${new URLSearchParams(query)}`);

  test('to a registered address, and to any page of a registered origin, with the state', async () => {
    for (const uri of [callback, app, `${app}/`, `${app}/some/page?tab=1&x=%20`, `${callback}?a=b`]) {
      const login = await signedIn(`leave-${people++}`);
      const { left } = await leave(login.agent, { post_logout_redirect_uri: uri, state: 'a b&c' });
      expect(left?.searchParams.get('state')).toBe('a b&c');
      left?.searchParams.delete('state');
      expect(left?.href.replace(/\?$/, '')).toBe(new URL(uri).href.replace('%20', '+').replace('x=+', 'x=+'));
      await expectEnded(login);
    }
  });

  test('also when nobody is signed in any more', async () => {
    expect((await leave(createUserAgent(harness), { post_logout_redirect_uri: `${app}/bye` })).left?.href).toBe(`${app}/bye`);
  });

  test('an address that is sent unencoded serves as well', async () => {
    const { left } = await createUserAgent(harness).open(`/oauth/logout?post_logout_redirect_uri=${app}/bye`);
    expect(left?.href).toBe(`${app}/bye`);
  });

  test.each([
    'https://evil.example/',
    'https://app.acme.example.evil.example/',
    'https://app.acme.example@evil.example/',
    'http://app.acme.example/',
    'https://app.acme.example:8443/',
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/\\evil.example',
    'https:\\\\evil.example',
    'not a url',
  ])('%s is not followed and not repeated, but the session ends', async (uri) => {
    const login = await signedIn(`evil-${people++}`);
    const shown = await leave(login.agent, { post_logout_redirect_uri: uri, state: '"><script>alert(1)</script>' });
    expect([shown.left, shown.status]).toEqual([null, 200]);
    expect(shown.html).not.toContain('evil.example');
    expect(shown.html).not.toContain('<script>alert');
    await expectEnded(login);
  });

  test('two addresses are followed to neither', async () => {
    const shown = await createUserAgent(harness).open(`/oauth/logout?post_logout_redirect_uri=${app}/a&post_logout_redirect_uri=${app}/b`);
    expect(shown.left).toBeNull();
  });
});

describe('a hint ends the session that it is of, if we signed it', () => {
  test('an ID token, also an expired one', async () => {
    const login = await signedIn('hint');
    harness.clock.advance({ seconds: 5_000 });
    await createUserAgent(harness).open(`/oauth/logout?id_token_hint=${login.tokens.id_token}`);
    expect((await refreshGrant(harness, login.tokens.refresh_token)).statusCode).toBe(401);
  });

  test('a forged one ends nothing', async () => {
    const login = await signedIn('forged');
    const foreign = await createSigner().generateKeyPair();
    const kid = String(headerOf(login.tokens.id_token).kid);
    const forged = await createSigner().sign(claimsOf(login.tokens.id_token), { ...foreign, kid });
    const [head, body] = login.tokens.id_token.split('.');
    for (const hint of [forged, `${head}.${body}.`, 'x', `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`]) {
      await createUserAgent(harness).open(`/oauth/logout?id_token_hint=${hint}`);
    }
    await expectAlive(login);
  });

  test('by a form as well', async () => {
    const login = await signedIn('posted');
    const answer = await harness.send({
      method: 'POST',
      url: '/oauth/logout',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'text/html',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
      },
      body: new URLSearchParams({ id_token_hint: login.tokens.id_token, post_logout_redirect_uri: `${app}/bye`, state: 's' }).toString(),
    });
    expect([answer.statusCode, answer.headers.location]).toEqual([302, `${app}/bye?state=s`]);
    expect((await refreshGrant(harness, login.tokens.refresh_token)).statusCode).toBe(401);
  });
});
