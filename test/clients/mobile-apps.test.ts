import { beforeAll, describe, expect, test } from 'vitest';
import { createTenant, createUserInTenant, identity, logIn } from '../support/builders.ts';
import { clientId, openHarness } from '../support/harness.ts';
import type { Tokens } from '../support/oauth.ts';
import {
  answerOf,
  answerTotp,
  challengeOf,
  codeOf,
  enrollOverPages,
  openHostedLogin,
  randomText,
  signInOverPages,
  tokensIn,
} from '../support/oauth.ts';
import { createForcedUser, me, refreshCookie } from '../support/requests.ts';
import { claimsOf, joinTenant } from '../support/rest.ts';
import { enrolled } from '../support/second-factor.ts';
import { useHarness } from '../support/use-harness.ts';
import type { Shown } from '../support/user-agent.ts';
import { createUserAgent } from '../support/user-agent.ts';

/**
 * What Frontegg's SDKs for iOS and Android send, call by call, with their headers, their order and their fields. They cannot run here, so
 * this repeats their requests and reads the answers as they do.
 */
const host = 'id.acme.example';
const base = `https://${host}`;
const redirects = {
  ios: `com.acme.mobile://${host}/ios/oauth/callback`,
  android: `com.acme.mobile://${host}/android/oauth/callback`,
  'ios by its site': `${base}/oauth/account/redirect/ios/com.acme.mobile`,
  'android by its site': `${base}/oauth/account/redirect/android/com.acme.mobile`,
} as const;
type Platform = 'ios' | 'android';

const harness = useHarness(() => openHarness({ settings: { IOS_APP_IDS: 'TEAM123456.com.acme.mobile', ANDROID_APPS: androidApp } }));
const androidApp = `com.acme.mobile=${'AB:'.repeat(31)}AB`;
beforeAll(() => openHostedLogin(harness, ...Object.values(redirects)));

const acr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

/** The URL that an SDK opens in a web view, parameters in its order. */
function authorizeUrl(platform: Platform, { redirectUri = redirects[platform] as string, stepUp = false, maxAge = '', more = {} } = {}) {
  const verifier = randomText(platform === 'ios' ? 16 : 64);
  const state = randomText(16);
  const shared = { scope: 'openid email profile', code_challenge: challengeOf(verifier), code_challenge_method: 'S256', nonce: randomText(16) };
  const start =
    platform === 'ios'
      ? { redirect_uri: redirectUri, response_type: 'code', client_id: clientId, ...shared, state }
      : { response_type: 'code', client_id: clientId, ...shared, redirect_uri: redirectUri };
  const age = maxAge === '' ? {} : { max_age: maxAge };
  const query = new URLSearchParams({ ...start, ...(stepUp ? { acr_values: acr, ...age } : { prompt: 'login' }), ...more });
  return { url: `/oauth/authorize?${query}`, verifier, state, redirectUri };
}

/** A post of an SDK: JSON, the origin of the server itself, and on Android the access token on every path. */
const post = (platform: Platform, path: string, body: object, { bearer = '', cookie = '', headers = {} } = {}) =>
  harness.send({
    method: 'POST',
    url: path,
    headers: {
      'content-type': platform === 'ios' ? 'application/json' : 'application/json; charset=utf-8',
      accept: 'application/json',
      origin: base,
      ...(bearer === '' || (platform === 'ios' && path.includes('oauth/token')) ? {} : { authorization: `Bearer ${bearer}` }),
      ...headers,
    },
    body: JSON.stringify(body),
    ...(cookie === '' ? {} : { cookie }),
  });

const exchange = (platform: Platform, { redirectUri, verifier }: { redirectUri: string; verifier: string }, code: string) =>
  post(
    platform,
    '/oauth/token',
    platform === 'ios'
      ? { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
      : { code, redirect_uri: redirectUri, code_verifier: verifier, grant_type: 'authorization_code' },
  );

const refresh = (platform: Platform, refreshToken: string, bearer = '') =>
  post(platform, '/oauth/token', { grant_type: 'refresh_token', refresh_token: refreshToken }, { bearer });

/** The cookie that an SDK makes of the token that it keeps. */
const cookieWith = (refreshToken: string) => `${refreshCookie}=${refreshToken}`;

/** Reads an answer as both SDKs do. */
function readAs(platform: Platform, answer: Awaited<ReturnType<typeof post>>): Tokens {
  expect(answer.statusCode, answer.body).toBe(200);
  if (platform === 'ios') expect(answer.body).not.toMatch(/"errors?"/);
  const tokens = tokensIn(answer);
  for (const name of ['token_type', 'access_token', 'refresh_token', 'id_token'] as const) expect(tokens[name]).toBeTypeOf('string');
  for (const name of ['expires_in', 'refresh_expires_in'] as const) expect(tokens[name]).toBeTypeOf('number');
  return tokens;
}

async function signedIn(platform: Platform, name: string) {
  const { email } = await createUserInTenant(harness, name);
  const agent = createUserAgent(harness);
  const asked = authorizeUrl(platform);
  const shown = await signInOverPages(agent, await agent.open(asked.url), email);
  return { email, agent, asked, shown, tokens: readAs(platform, await exchange(platform, asked, codeOf(shown))) };
}

const platforms: Platform[] = ['ios', 'android'];

describe.each(platforms)('an app on %s', (platform) => {
  const name = (text: string) => `${platform}-${text}`;

  test('signs in by a page of the system, comes back by its scheme and loads its person', async () => {
    const { shown, asked, tokens } = await signedIn(platform, name('signs-in'));
    expect(shown.left?.href.startsWith(`${asked.redirectUri}?code=`)).toBe(true);
    if (platform === 'ios') expect(answerOf(shown).get('state')).toBe(asked.state);
    expect((await me(harness, tokens.access_token)).statusCode).toBe(200);
    const headers = { authorization: `Bearer ${tokens.access_token}`, accept: 'application/json', origin: base };
    expect((await harness.send({ url: `${identity}/users/v3/me/tenants`, headers })).statusCode).toBe(200);
    expect(claimsOf(tokens.access_token)).toMatchObject({ tenantId: name('signs-in') });
  });

  test('is always asked for the password, also where somebody is signed in', async () => {
    const { agent, email } = await signedIn(platform, name('again'));
    const page = await agent.open(authorizeUrl(platform, { more: { login_hint: 'somebody+else@acme.example' } }).url);
    expect([page.left, page.url.pathname]).toEqual([null, '/oauth/account/login']);
    expect(page.html).toContain('somebody+else@acme.example');
    codeOf(await signInOverPages(agent, page, email));
  });

  test('comes back by an address of this site, which the system hands to the app', async () => {
    const redirectUri = redirects[`${platform} by its site`];
    const { email } = await createUserInTenant(harness, name('by-site'));
    const agent = createUserAgent(harness);
    const asked = authorizeUrl(platform, { redirectUri });
    const shown: Shown = await signInOverPages(agent, await agent.open(asked.url), email);
    expect([shown.status, shown.url.origin + shown.url.pathname]).toEqual([200, redirectUri]);
    readAs(platform, await exchange(platform, asked, shown.url.searchParams.get('code') ?? ''));
  });

  test('refreshes, and hears by 401 that it is logged out', async () => {
    const { tokens } = await signedIn(platform, name('refreshes'));
    let next = tokens;
    for (let turn = 0; turn < 3; turn += 1) {
      harness.clock.advance({ seconds: 800 });
      next = readAs(platform, await refresh(platform, next.refresh_token, next.access_token));
    }
    expect((await refresh(platform, tokens.refresh_token)).statusCode).toBe(401);
    expect((await refresh(platform, next.refresh_token)).statusCode).toBe(401);
    expect((await refresh(platform, 'invented')).statusCode).toBe(401);
  });

  test('makes tokens of the cookie of a login that it did by itself, and goes on with them', async () => {
    const { email } = await createUserInTenant(harness, name('native'));
    const cookie = (await logIn(harness, email)).cookies.find(({ name: each }) => each === refreshCookie)?.value ?? '';
    const path = platform === 'ios' ? '/frontegg/oauth/authorize/silent' : '/oauth/authorize/silent';
    // Android adds the cookie of the device, or nothing, after a semicolon without a blank.
    const header = platform === 'ios' ? cookieWith(cookie) : `${cookieWith(cookie)};`;
    let tokens = readAs(platform, await post(platform, path, {}, { cookie: header }));
    harness.clock.advance({ seconds: 60 });
    tokens = readAs(platform, await refresh(platform, tokens.refresh_token));
    harness.clock.advance({ seconds: 60 });
    tokens = readAs(platform, await post(platform, path, {}, { cookie: cookieWith(tokens.refresh_token) }));
    harness.clock.advance({ seconds: 60 });
    readAs(platform, await refresh(platform, tokens.refresh_token));
  });

  test('logs out by the token that it keeps, and hears 401 if it was out already', async () => {
    const { agent, tokens } = await signedIn(platform, name('logs-out'));
    const logOut = () =>
      post(
        platform,
        '/oauth/logout/token',
        {},
        {
          bearer: tokens.access_token,
          cookie: cookieWith(tokens.refresh_token),
          headers: platform === 'ios' ? {} : { accept: '*/*', referer: `${base}/oauth/account/logout` },
        },
      );
    expect([200, 204]).toContain((await logOut()).statusCode);
    expect((await refresh(platform, tokens.refresh_token)).statusCode).toBe(401);
    expect((await me(harness, tokens.access_token)).statusCode).toBe(401);
    expect((await logOut()).statusCode).toBe(401);
    expect((await agent.fetch({ method: 'POST', url: '/oauth/authorize/silent', body: {} })).statusCode).toBe(401);
  });

  test('has a factor proven here that its own login asks for', async () => {
    const user = await enrolled(harness, name('factor'));
    const login = (await logIn(harness, user.email)).body;
    const data = `${base}/oauth/account/mfa-mobile-authenticator?state=${Buffer.from(login).toString('base64')}`;
    const action = Buffer.from(JSON.stringify({ type: 'direct', data })).toString('base64');
    const agent = createUserAgent(harness);
    const asked = authorizeUrl(platform, { more: { login_direct_action: action, ...(platform === 'android' ? { form_action: 'login' } : {}) } });
    const page = await agent.open(asked.url);
    const tokens = readAs(platform, await exchange(platform, asked, codeOf(await answerTotp(harness, agent, page, user.secret))));
    expect(claimsOf(tokens.access_token).amr).toEqual(expect.arrayContaining(['mfa', 'otp']));
  });

  test('steps up in the browser of the login; where that has no session, the whole login is asked for', async () => {
    const { email } = await createForcedUser(harness, name('step-up'));
    const agent = createUserAgent(harness);
    const first = authorizeUrl(platform);
    const { secret, shown } = await enrollOverPages(harness, agent, await signInOverPages(agent, await agent.open(first.url), email));
    readAs(platform, await exchange(platform, first, codeOf(shown)));
    harness.clock.advance({ seconds: 600 });

    const second = authorizeUrl(platform, { stepUp: true, maxAge: '60' });
    const page = await agent.open(second.url);
    expect(page.url.pathname).toBe('/oauth/account/step-up');
    const tokens = readAs(platform, await exchange(platform, second, codeOf(await answerTotp(harness, agent, page, secret))));
    expect(claimsOf(tokens.access_token)).toMatchObject({ acr, auth_time: Math.floor(harness.clock.now().getTime() / 1000) });

    const other = createUserAgent(harness);
    expect((await other.open(authorizeUrl(platform, { stepUp: true }).url)).url.pathname).toBe('/oauth/account/login');
  });
});

test('an app on iOS enters another tenant: the answer of that call is of no use to it, and it falls back within the grace', async () => {
  const { email, tokens } = await signedIn('ios', 'ios-tenants');
  await joinTenant(harness, email, await createTenant(harness, 'ios-tenants-other'));
  const scoped = await post(
    'ios',
    `${identity}/auth/v1/user/token/refresh`,
    { tenantId: 'ios-tenants-other' },
    {
      bearer: tokens.access_token,
      cookie: cookieWith(tokens.refresh_token),
      headers: { 'frontegg-vendor-host': base },
    },
  );
  expect(scoped.statusCode).toBe(200);
  harness.clock.advance({ seconds: 2 });
  const next = readAs('ios', await refresh('ios', tokens.refresh_token));
  expect(claimsOf(next.access_token).tenantId).toBe('ios-tenants-other');
  harness.clock.advance({ seconds: 60 });
  readAs('ios', await refresh('ios', next.refresh_token));
});

describe('what an app checks when its developer starts it', () => {
  const encoded = (uri: string, times: number): string => (times === 0 ? uri : encoded(encodeURIComponent(uri), times - 1));

  test('the address for the answer, encoded more often than needed', async () => {
    for (const uri of [redirects.ios, redirects.android, `com.frontegg.demo://${base}/ios/oauth/callback`, `android-app://${base}/oauth/callback`]) {
      const answer = await harness.send({ url: `/oauth/prelogin?client_id=${clientId}&state=x&redirect_uri=${encoded(uri, 3)}` });
      expect(answer.statusCode, uri).toBe(200);
    }
  });

  test('the files by which a system knows that the app belongs to this site', async () => {
    const apple = await harness.send({ url: '/.well-known/apple-app-site-association' });
    expect(apple.headers['content-type']).toMatch(/^application\/json/);
    expect(apple.json().applinks.details.flatMap(({ appIDs }: { appIDs: string[] }) => appIDs)).toEqual(['TEAM123456.com.acme.mobile']);
    const google = (await harness.send({ url: '/.well-known/assetlinks.json' })).json<{ relation: string[]; target: object }[]>();
    expect(google[0]).toMatchObject({ relation: expect.any(Array), target: { package_name: 'com.acme.mobile' } });
  });

  test('it opens the portal', async () => {
    const answer = await harness.send({ url: '/oauth/portal?appId=x' });
    expect([answer.statusCode, answer.headers.location]).toEqual([302, expect.stringMatching(/\/oauth\/account$/)]);
  });
});
