import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTenant, createUser, password, setPolicy } from '../support/builders.ts';
import { documents } from '../support/graphql-documents.ts';
import type { Harness } from '../support/harness.ts';
import { openHarness } from '../support/harness.ts';
import { setPasskeys } from '../support/passkeys.ts';
import { claimsOf } from '../support/rest.ts';
import type { Answer, Authenticator, AuthenticatorOptions, LoginPage, Transport } from './webauthn-page.ts';
import { openLoginPage } from './webauthn-page.ts';

/** Passkeys that a real Chromium makes and uses, with virtual authenticators. */
let page: LoginPage;
let harness: Harness;
let api: string;
const plugged: Authenticator[] = [];

beforeAll(async () => {
  page = await openLoginPage();
  const settings = { WEBAUTHN_RP_ID: 'localhost', WEBAUTHN_ORIGINS: page.origin, CORS_ORIGINS: page.origin };
  harness = await openHarness({ settings });
  await harness.app.http.listen({ host: 'localhost', port: 0 });
  api = `http://localhost:${(harness.app.http.server.address() as AddressInfo).port}`;
  await setPasskeys(harness, true);
});
afterEach(async () => {
  for (const authenticator of plugged.splice(0)) await authenticator.unplug();
});
afterAll(async () => {
  await page?.close();
  await harness?.close();
});

async function plugIn(transport: Transport, options: AuthenticatorOptions = {}): Promise<Authenticator> {
  const authenticator = await page.plugIn(transport, options);
  plugged.push(authenticator);
  return authenticator;
}

const identity = (path: string, body: object, headers?: Record<string, string>): Promise<Answer> =>
  page.ask(`${api}/frontegg/identity/resources${path}`, body, headers);
async function graphql(document: string, input: object, headers?: Record<string, string>) {
  const { body } = await page.ask(`${api}/graphql`, { query: document, variables: { input } }, headers);
  expect(body.errors).toBeUndefined();
  return Object.values(body.data as Record<string, Answer['body']>)[0] as Answer['body'];
}
const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });
const multiFactor = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

/** A user without a second factor, and the headers of a session. */
async function newcomer(name: string) {
  const tenantId = await createTenant(harness, name);
  const { email } = await createUser(harness, tenantId, `${name}@acme.example`);
  const { accessToken } = (await identity('/auth/v1/user', { email, password })).body;
  return { tenantId, email, headers: bearer(accessToken) };
}

const devices = '/users/webauthn/v1/devices';
const prelogin = '/auth/v1/webauthn/prelogin';
const postlogin = '/auth/v1/webauthn/postlogin';

describe.each(['internal', 'usb'] as const)('an authenticator on %s', (transport) => {
  test('registers and logs in over REST, with and without a name', async () => {
    await plugIn(transport);
    const { email, headers, tenantId } = await newcomer(`rest-${transport}`);
    const { options } = (await identity(devices, {}, headers)).body;
    expect(await identity(`${devices}/verify`, await page.create(options), headers)).toMatchObject({ status: 201 });
    const listed = await harness.send({ url: `/identity/resources${devices}`, headers });
    expect(listed.json().devices).toMatchObject([{ deviceType: transport === 'internal' ? 'Platform' : 'CrossPlatform' }]);
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    for (const about of [{}, { email }]) {
      const begun = (await identity(prelogin, about)).body;
      const done = await identity(postlogin, await page.get(begun.options));
      expect(done).toMatchObject({ status: 201, body: { mfaRequired: false } });
      expect(claimsOf(done.body.accessToken)).toMatchObject({ acr: multiFactor, amr: ['hwk', 'user', 'mfa'] });
    }
    await expect(page.create((await identity(devices, {}, headers)).body.options)).rejects.toThrow(/InvalidState|already|credentials/i);
  });

  test('registers and logs in over GraphQL', async () => {
    await plugIn(transport);
    const { email, headers } = await newcomer(`graphql-${transport}`);
    const { options } = await graphql(documents.beginPasskeyRegistration, {}, headers);
    const credential = await page.create(options);
    expect(await graphql(documents.registerPasskey, { credential, name: 'My key' }, headers)).toMatchObject({ passkey: { name: 'My key' } });
    for (const about of [{}, { email }]) {
      const begun = await graphql(documents.beginPasskeyLogin, about);
      const answer = { ceremonyToken: begun.ceremonyToken, credential: await page.get(begun.options) };
      const done = await graphql(documents.logInWithPasskey, answer);
      expect(done).toMatchObject({ __typename: 'LogInWithPasskeySuccess' });
      expect(claimsOf(done.session.accessToken)).toMatchObject({ acr: multiFactor });
      expect(await graphql(documents.logInWithPasskey, answer)).toMatchObject({ code: 'INVALID_CODE' });
    }
  });
});

test('an authenticator that no longer verifies its user leads to the second step', async () => {
  const authenticator = await plugIn('usb');
  const { headers, tenantId } = await newcomer('unverified');
  await identity(`${devices}/verify`, await page.create((await identity(devices, {}, headers)).body.options), headers);
  await authenticator.stopVerifying();
  const begun = (await identity(prelogin, {})).body;
  const free = await identity(postlogin, await page.get(begun.options));
  expect(free).toMatchObject({ status: 201, body: { mfaRequired: false } });
  expect(claimsOf(free.body.accessToken)).not.toHaveProperty('acr');
  await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
  const forced = await identity(postlogin, await page.get((await identity(prelogin, {})).body.options));
  expect(forced).toMatchObject({ status: 201, body: { mfaRequired: true, mfaEnrolled: false } });
});

test('one that cannot verify its user is not registered', async () => {
  await plugIn('usb', { userVerification: false });
  const { headers } = await newcomer('cannot-verify');
  await expect(page.create((await identity(devices, {}, headers)).body.options)).rejects.toThrow();
});
