import * as oauth from 'oauth4webapi';
import { beforeAll, expect, test } from 'vitest';
import { createUserInTenant } from '../support/builders.ts';
import { HandClock } from '../support/clock.ts';
import { clientId, openHarness, secret } from '../support/harness.ts';
import { answerOf, callback, openHostedLogin, signedInBrowser } from '../support/oauth.ts';
import { useHarness } from '../support/use-harness.ts';
import { createUserAgent } from '../support/user-agent.ts';
import type { Fetch } from './served.ts';
import { issuer, serve } from './served.ts';

/** `oauth4webapi` 3, unmodified: the strictest reader of what the server answers, one call at a time. */
const harness = useHarness(() => openHarness({ clock: new HandClock(new Date()) }));
let options: { [oauth.customFetch]: Fetch };
let server: oauth.AuthorizationServer;
const client: oauth.Client = { client_id: clientId };
/** Where native applications listen, on whatever port is free (RFC 8252 §7.3). */
const loopback = 'http://127.0.0.1/callback';
const privateUse = 'com.example.app:/oauth/callback';

beforeAll(async () => {
  await openHostedLogin(harness, loopback, privateUse);
  options = { [oauth.customFetch]: (await serve(harness)).fetch };
  server = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), options));
});

interface Options {
  redirectUri?: string;
  more?: Record<string, string>;
}

async function request({ redirectUri = callback, more = {} }: Options = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const nonce = oauth.generateRandomNonce();
  const url = new URL(server.authorization_endpoint ?? '');
  const parameters = {
    ...{ client_id: clientId, redirect_uri: redirectUri, response_type: 'code', scope: 'openid', nonce },
    ...{ code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...more },
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url, verifier, nonce, redirectUri, state: more.state };
}

async function exchange(
  { verifier, nonce, redirectUri, state }: Awaited<ReturnType<typeof request>>,
  left: URL | null,
  { authentication = oauth.None(), maxAge }: { authentication?: oauth.ClientAuth; maxAge?: number } = {},
) {
  const parameters = oauth.validateAuthResponse(server, client, left ?? new URL(callback), state ?? oauth.expectNoState);
  const answer = await oauth.authorizationCodeGrantRequest(server, client, authentication, parameters, redirectUri, verifier, options);
  const expected = { expectedNonce: nonce, requireIdToken: true, ...(maxAge === undefined ? {} : { maxAge }) };
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, expected);
  return { tokens, claims: oauth.getValidatedIdTokenClaims(tokens), answer };
}

async function signedIn(name: string, given: Options = {}) {
  const { id, email } = await createUserInTenant(harness, name);
  const agent = await signedInBrowser(harness, email);
  const asked = await request(given);
  const { left } = await agent.open(asked.url);
  return { id, email, agent, left, ...(await exchange(asked, left)) };
}

test('code, tokens, user information, refresh: each answer has the form that the specifications demand', async () => {
  const { id, tokens, claims, answer } = await signedIn('strict', { more: { state: 'a b+c%20&d=ü☃' } });
  expect(claims).toMatchObject({ iss: issuer, aud: clientId, sub: id });
  await oauth.validateApplicationLevelSignature(server, answer, options);
  const info = await oauth.userInfoRequest(server, client, tokens.access_token, options);
  expect(await oauth.processUserInfoResponse(server, client, id, info)).toMatchObject({ sub: id });
  const refreshed = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), tokens.refresh_token ?? '', options);
  expect(await oauth.processRefreshTokenResponse(server, client, refreshed)).toMatchObject({ token_type: 'bearer', expires_in: 900 });
});

test('an access token is a JWT of the same issuer for the same client', async () => {
  const { id, tokens } = await signedIn('access-token');
  const [, body = ''] = tokens.access_token.split('.');
  expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toMatchObject({ iss: issuer, sub: id, aud: clientId });
});

test('an error in an answer is one, and names the issuer', async () => {
  const { left } = await createUserAgent(harness).open((await request({ more: { prompt: 'none', state: 's' } })).url);
  expect(() => oauth.validateAuthResponse(server, client, left ?? new URL(callback), 's')).toThrow(oauth.AuthorizationResponseError);
  expect(answerOf(await createUserAgent(harness).open((await request({ more: { prompt: 'none' } })).url)).get('iss')).toBe(issuer);
});

test('the user information says in its header why a token is refused', async () => {
  const answer = await oauth.userInfoRequest(server, client, 'garbage', options);
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Bearer\b.*invalid_token/)]);
  await expect(oauth.processUserInfoResponse(server, client, oauth.skipSubjectCheck, answer)).rejects.toThrow(oauth.WWWAuthenticateChallengeError);
});

test('an error of the token endpoint has its form, also for a client with a wrong secret', async () => {
  const answer = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), 'garbage', options);
  await expect(oauth.processRefreshTokenResponse(server, client, answer)).rejects.toMatchObject({ error: 'invalid_grant' });
  const wrong = await oauth.refreshTokenGrantRequest(server, client, oauth.ClientSecretBasic('wrong'), 'garbage', options);
  expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Basic\b/)]);
});

test('a server with the secret exchanges with it and the verifier', async () => {
  for (const [name, authentication] of Object.entries({ basic: oauth.ClientSecretBasic(secret), post: oauth.ClientSecretPost(secret) })) {
    const { email } = await createUserInTenant(harness, `server-${name}`);
    const agent = await signedInBrowser(harness, email);
    const asked = await request();
    const { left } = await agent.open(asked.url);
    expect((await exchange(asked, left, { authentication })).claims).toMatchObject({ email });
  }
});

test('a server with the secret needs no challenge, and one without it does', async () => {
  const { email } = await createUserInTenant(harness, 'server-plain');
  const agent = await signedInBrowser(harness, email);
  const withoutChallenge = async (authentication: oauth.ClientAuth) => {
    const { url } = await request();
    for (const name of ['code_challenge', 'code_challenge_method', 'nonce']) url.searchParams.delete(name);
    const { left } = await agent.open(url);
    const parameters = oauth.validateAuthResponse(server, client, left ?? url, oauth.expectNoState);
    const answer = await oauth.authorizationCodeGrantRequest(server, client, authentication, parameters, callback, oauth.nopkce, options);
    return oauth.processAuthorizationCodeResponse(server, client, answer, { requireIdToken: true });
  };
  expect(oauth.getValidatedIdTokenClaims(await withoutChallenge(oauth.ClientSecretBasic(secret)))).toMatchObject({ email });
  await expect(withoutChallenge(oauth.None())).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('the time of the login is stated for whoever asks for its age', async () => {
  const { agent } = await signedIn('age');
  const asked = await request({ more: { max_age: '300' } });
  const { left } = await agent.open(asked.url);
  expect((await exchange(asked, left, { maxAge: 300 })).claims?.auth_time).toBeTypeOf('number');
});

test.each(['http://127.0.0.1:51004/callback', 'http://127.0.0.1:1/callback', loopback])('a native application listens at %s', async (redirectUri) => {
  const { left, claims } = await signedIn(`loopback-${redirectUri.replace(/\D/g, '')}`, { redirectUri, more: { state: 'x' } });
  expect(left?.href.startsWith(`${redirectUri}?`)).toBe(true);
  expect(claims).toBeDefined();
});

test.each(['http://localhost:51004/callback', 'http://127.0.0.1:51004/other', 'https://127.0.0.1:51004/callback', 'http://127.0.0.2:51004/callback'])(
  'and not at %s',
  async (redirectUri) => {
    const shown = await createUserAgent(harness).open((await request({ redirectUri })).url);
    expect([shown.left, shown.status]).toEqual([null, 400]);
  },
);

test('an application with a scheme of its own gets the answer there', async () => {
  const { left } = await signedIn('scheme', { redirectUri: privateUse });
  expect([left?.protocol, left?.pathname]).toEqual(['com.example.app:', '/oauth/callback']);
});
