import * as client from 'openid-client';
import { beforeAll, expect, test } from 'vitest';
import { createUserInTenant } from '../support/builders.ts';
import { HandClock } from '../support/clock.ts';
import { clientId, openHarness, secret } from '../support/harness.ts';
import { answerOf, answerTotp, callback, enrollOverPages, openHostedLogin, signedInBrowser, signInOverPages } from '../support/oauth.ts';
import { createForcedUser } from '../support/requests.ts';
import { useHarness } from '../support/use-harness.ts';
import type { UserAgent } from '../support/user-agent.ts';
import { createUserAgent } from '../support/user-agent.ts';
import { issuer, serve } from './served.ts';

/** `openid-client` 6, unmodified: a relying party that knows nothing of Frontegg. Its person walks through the pages without scripts. */
const harness = useHarness(() => openHarness({ clock: new HandClock(new Date()) }));
let server: Awaited<ReturnType<typeof serve>>;
let config: client.Configuration;
const discover = (authentication: client.ClientAuth) =>
  client.discovery(new URL(issuer), clientId, undefined, authentication, { [client.customFetch]: server.fetch });

beforeAll(async () => {
  await openHostedLogin(harness, 'https://app.acme.example/signed-out');
  server = await serve(harness);
  config = await discover(client.None());
});

const acr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

/** What the relying party checks when its person comes back. */
async function newRequest(more: Record<string, string> = {}) {
  const [pkceCodeVerifier, expectedNonce, expectedState] = [client.randomPKCECodeVerifier(), client.randomNonce(), client.randomState()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: 'openid email profile offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    nonce: expectedNonce,
    state: expectedState,
    ...more,
  });
  const maxAge = more.max_age === undefined ? {} : { maxAge: Number(more.max_age) };
  return { url, checks: { pkceCodeVerifier, expectedNonce, expectedState, idTokenExpected: true, ...maxAge } };
}

/** Sends a browser there in which somebody is signed in; nothing is asked. */
async function again(agent: UserAgent, more: Record<string, string> = {}) {
  const { url, checks } = await newRequest(more);
  const { left } = await agent.open(url);
  return client.authorizationCodeGrant(config, left ?? url, checks);
}

/** A person in a browser, and the tokens that the relying party got for both. */
async function signedIn(name: string, more: Record<string, string> = {}) {
  const { id, email } = await createUserInTenant(harness, name);
  const agent = await signedInBrowser(harness, email);
  return { id, email, agent, tokens: await again(agent, more) };
}

test('discovery tells everything that the server can do', () => {
  const metadata = config.serverMetadata();
  expect(metadata.supportsPKCE()).toBe(true);
  expect(metadata).toMatchObject({
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    userinfo_endpoint: `${issuer}/oauth/userinfo`,
    end_session_endpoint: `${issuer}/oauth/logout`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: expect.arrayContaining(['none', 'client_secret_basic', 'client_secret_post']),
    id_token_signing_alg_values_supported: ['RS256'],
    subject_types_supported: ['public'],
    acr_values_supported: [acr],
    authorization_response_iss_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  });
});

test('a person signs in by the pages, and the relying party finds everything as it asked for it', async () => {
  const { email } = await createUserInTenant(harness, 'neutral-pages');
  const agent = createUserAgent(harness);
  const { url, checks } = await newRequest({ login_hint: email });
  const page = await agent.open(url);
  expect(page.html).toContain(email);
  const { left } = await signInOverPages(agent, page, email);
  expect((await client.authorizationCodeGrant(config, left ?? url, checks)).claims()).toMatchObject({ email });
});

test('state, issuer, nonce, challenge and signature are checked, and the user information is of that person', async () => {
  const { id, email, tokens } = await signedIn('neutral', { max_age: '3600' });
  expect(tokens.claims()).toMatchObject({ iss: issuer, sub: id, aud: clientId, email, auth_time: expect.any(Number) });
  expect(await client.fetchUserInfo(config, tokens.access_token, id)).toMatchObject({ sub: id, email, email_verified: true, tenantId: 'neutral' });
  await expect(client.fetchUserInfo(config, 'garbage', id)).rejects.toMatchObject({ status: 401 });
});

test('the signature of an ID token is that of a published key', async () => {
  const strict = await discover(client.None());
  client.enableNonRepudiationChecks(strict);
  const { email } = await createUserInTenant(harness, 'repudiation');
  const agent = await signedInBrowser(harness, email);
  const { url, checks } = await newRequest();
  const { left } = await agent.open(url);
  expect((await client.authorizationCodeGrant(strict, left ?? url, checks)).claims()).toMatchObject({ email });
});

test('an answer with a changed state or issuer is noticed', async () => {
  const { agent } = await signedIn('mixed-up');
  const { url, checks } = await newRequest();
  const { left } = await agent.open(url);
  const changed = (name: string, value: string) => {
    const copy = new URL(left ?? url);
    copy.searchParams.set(name, value);
    return client.authorizationCodeGrant(config, copy, checks);
  };
  await expect(changed('state', 'other')).rejects.toMatchObject({ cause: { message: expect.stringContaining('"state"') } });
  await expect(changed('iss', 'https://evil.example')).rejects.toMatchObject({ cause: { message: expect.stringContaining('"iss"') } });
});

test('tokens are refreshed, and the refreshed ID token is of the same person', async () => {
  const { id, tokens } = await signedIn('refreshing');
  harness.clock.advance({ seconds: 3 });
  const next = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
  expect(next.claims()?.sub).toBe(id);
  expect(next.claims()).not.toHaveProperty('nonce');
  expect(next.refresh_token).not.toBe(tokens.refresh_token);
  harness.clock.advance({ seconds: 11 });
  await expect(client.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
  await expect(client.refreshTokenGrant(config, next.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('a relying party with a secret proves it by header and by body', async () => {
  for (const [name, authentication] of Object.entries({ basic: client.ClientSecretBasic(secret), post: client.ClientSecretPost(secret) })) {
    const { tokens } = await signedIn(`confidential-${name}`);
    const confidential = await discover(authentication);
    expect((await client.refreshTokenGrant(confidential, tokens.refresh_token ?? '')).access_token).toBeTruthy();
  }
  const wrong = await discover(client.ClientSecretBasic('wrong'));
  await expect(client.refreshTokenGrant(wrong, 'x')).rejects.toMatchObject({ status: 401 });
});

test('prompt=none gets an error while nobody is signed in or something is to be asked, and a code otherwise', async () => {
  const nobody = await createUserAgent(harness).open((await newRequest({ prompt: 'none' })).url);
  expect(answerOf(nobody).get('error')).toBe('login_required');
  const { agent, email } = await signedIn('prompt-none');
  expect((await again(agent, { prompt: 'none' })).claims()).toMatchObject({ email });
  const strong = await agent.open((await newRequest({ prompt: 'none', acr_values: acr })).url);
  expect(answerOf(strong).get('error')).toBe('interaction_required');
  harness.clock.advance({ seconds: 2 });
  const old = await agent.open((await newRequest({ prompt: 'none', max_age: '1' })).url);
  expect(['login_required', 'interaction_required']).toContain(answerOf(old).get('error'));
});

test('prompt=login and a login that is too old ask for the password again, and the time of the login is new', async () => {
  const { agent, email, tokens } = await signedIn('old-login', { max_age: '3600' });
  const before = tokens.claims()?.auth_time ?? 0;
  expect((await again(agent, { max_age: '3600' })).claims()?.auth_time).toBe(before);
  for (const more of [{ max_age: '1' }, { max_age: '0' }, { prompt: 'login', max_age: '3600' }]) {
    harness.clock.advance({ seconds: 2 });
    const { url, checks } = await newRequest(more);
    const page = await agent.open(url);
    expect([page.left, page.url.pathname]).toEqual([null, '/oauth/account/login']);
    const { left } = await signInOverPages(agent, page, email);
    const { auth_time } = (await client.authorizationCodeGrant(config, left ?? url, checks)).claims() ?? {};
    expect(auth_time).toBeGreaterThanOrEqual(before + 2);
  }
});

test('somebody who takes longer over the second factor than the login may be old is not asked for the password again', async () => {
  const { email } = await createForcedUser(harness, 'slow');
  const agent = createUserAgent(harness);
  const { url, checks } = await newRequest({ max_age: '1' });
  const page = await signInOverPages(agent, await agent.open(url), email);
  harness.clock.advance({ seconds: 30 });
  const { shown } = await enrollOverPages(harness, agent, page);
  await client.authorizationCodeGrant(config, shown.left ?? url, { ...checks, maxAge: 3600 });
});

test('a second factor that is asked for is proven, and stated in the tokens of that answer only', async () => {
  const { email } = await createForcedUser(harness, 'strong');
  const agent = createUserAgent(harness);
  const first = await newRequest({ acr_values: acr });
  const page = await signInOverPages(agent, await agent.open(first.url), email);
  const { secret: key, shown } = await enrollOverPages(harness, agent, page);
  const tokens = await client.authorizationCodeGrant(config, shown.left ?? first.url, first.checks);
  expect(tokens.claims()).toMatchObject({ acr, amr: expect.arrayContaining(['mfa', 'otp']), auth_time: expect.any(Number) });
  expect((await client.refreshTokenGrant(config, tokens.refresh_token ?? '')).claims()).not.toHaveProperty('acr');

  harness.clock.advance({ seconds: 600 });
  const second = await newRequest({ acr_values: acr, max_age: '60' });
  const asked = await agent.open(second.url);
  expect([asked.left, asked.url.pathname]).toEqual([null, '/oauth/account/step-up']);
  const { left } = await answerTotp(harness, agent, asked, key);
  const stepped = (await client.authorizationCodeGrant(config, left ?? second.url, second.checks)).claims();
  expect(stepped).toMatchObject({ acr, auth_time: Math.floor(harness.clock.now().getTime() / 1000) });
});

test('the end of the session leads back, and nothing of it is left', async () => {
  const { agent, tokens } = await signedIn('ending');
  const url = client.buildEndSessionUrl(config, {
    post_logout_redirect_uri: 'https://app.acme.example/signed-out',
    id_token_hint: tokens.id_token ?? '',
    state: 'bye',
  });
  expect((await agent.open(url)).left?.href).toBe('https://app.acme.example/signed-out?state=bye');
  await expect(client.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
  await expect(client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck)).rejects.toMatchObject({ status: 401 });
  expect(answerOf(await agent.open((await newRequest({ prompt: 'none' })).url)).get('error')).toBe('login_required');
});

test('a replayed code is refused, and takes the tokens with it', async () => {
  const { agent } = await signedIn('replayed');
  const { url, checks } = await newRequest();
  const { left } = await agent.open(url);
  const tokens = await client.authorizationCodeGrant(config, left ?? url, checks);
  await expect(client.authorizationCodeGrant(config, left ?? url, checks)).rejects.toMatchObject({ error: 'invalid_grant' });
  await expect(client.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
});
