import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTenant, createUser, password, setPolicy, setStrategy } from '../support/builders.ts';
import { documents } from '../support/graphql-documents.ts';
import type { Harness } from '../support/harness.ts';
import { openHarness } from '../support/harness.ts';
import { claimsOf } from '../support/rest.ts';
import { offerWebAuthn } from '../support/webauthn-flows.ts';
import type { Answer, Authenticator, LoginPage, Transport } from './webauthn-page.ts';
import { openLoginPage } from './webauthn-page.ts';

let page: LoginPage;
let harness: Harness;
let api: string;
const plugged: Authenticator[] = [];

beforeAll(async () => {
  page = await openLoginPage();
  const settings = { WEBAUTHN_RP_ID: 'localhost', WEBAUTHN_ORIGINS: page.origin, CORS_ORIGINS: page.origin };
  harness = await openHarness({ settings });
  await harness.app.http.listen({ host: '127.0.0.1', port: 0 });
  api = `http://127.0.0.1:${(harness.app.http.server.address() as AddressInfo).port}`;
  await offerWebAuthn(harness);
});
afterEach(async () => {
  for (const authenticator of plugged.splice(0)) await authenticator.unplug();
});
afterAll(async () => {
  await page?.close();
  await harness?.close();
});

const plugIn = async (transport: Transport): Promise<Authenticator> => {
  const authenticator = await page.plugIn(transport);
  plugged.push(authenticator);
  return authenticator;
};

/** A user whose tenant forces a second factor and offers this one strategy. */
async function newcomer(name: string, strategy: string): Promise<string> {
  const tenantId = await createTenant(harness, name);
  const { email } = await createUser(harness, tenantId, `${name}@acme.example`);
  await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
  for (const other of ['AuthenticatorApp', 'WebAuthnPlatform', 'WebAuthnCrossPlatform']) {
    if (other !== strategy) await setStrategy(harness, other, false, tenantId);
  }
  return email;
}

const identity = (path: string, body: object, headers?: Record<string, string>): Promise<Answer> =>
  page.ask(`${api}/frontegg/identity/resources${path}`, body, headers);
async function graphql(document: string, input: object, headers?: Record<string, string>) {
  const { body } = await page.ask(`${api}/graphql`, { query: document, variables: { input } }, headers);
  expect(body.errors).toBeUndefined();
  return Object.values(body.data as Record<string, Answer['body']>)[0] as Answer['body'];
}
const login = '/auth/v1/user';
const mfa = `${login}/mfa/webauthn`;
const own = '/users/v1/mfa/webauthn';
const amr = ['pwd', 'hwk', 'mfa'];
const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });

describe.each([
  ['Platform', 'WebAuthnPlatform', 'internal'],
  ['CrossPlatform', 'WebAuthnCrossPlatform', 'usb'],
] as const)('a %s authenticator in Chromium', (deviceType, strategy, transport) => {
  test('enrolls at login, logs in, is not enrolled twice, and is removed, over REST', async () => {
    const authenticator = await plugIn(transport);
    const email = await newcomer(`rest-${transport}`, strategy);
    const first = (await identity(login, { email, password })).body;
    expect(first).toMatchObject({ mfaRequired: true, mfaEnrolled: false, mfaStrategies: [strategy] });
    const creation = (await identity(`${mfa}/enroll`, { mfaToken: first.mfaToken })).body;
    const attachment = deviceType === 'Platform' ? 'platform' : 'cross-platform';
    expect(creation.options.authenticatorSelection.authenticatorAttachment).toBe(attachment);
    const made = await page.create(creation.options);
    const { webauthnToken } = creation;
    const enrolled = await identity(`${mfa}/enroll/verify`, { mfaToken: first.mfaToken, webauthnToken, deviceType, options: made });
    expect(enrolled, JSON.stringify(enrolled.body)).toMatchObject({ status: 201, body: { mfaRequired: false, recoveryCode: expect.any(String) } });
    expect(claimsOf(enrolled.body.accessToken)).toMatchObject({ amr });

    for (let count = 1; count <= 2; count += 1) {
      const { mfaToken, mfaDevices } = (await identity(login, { email, password })).body;
      expect(mfaDevices.webauthn).toEqual([{ id: expect.any(String), deviceType, name: expect.any(String) }]);
      const deviceId = mfaDevices.webauthn[0].id;
      const request = (await identity(`${mfa}/${deviceId}`, { mfaToken })).body;
      const options = await page.get(request.options);
      const done = await identity(`${mfa}/${deviceId}/verify`, { mfaToken, webauthnToken: request.webauthnToken, options });
      expect(done, JSON.stringify(done.body)).toMatchObject({ status: 201, body: { mfaRequired: false } });
      expect(claimsOf(done.body.accessToken)).toMatchObject({ amr });
      // The same answer once more, to a login of its own.
      const again = (await identity(login, { email, password })).body;
      const replay = { mfaToken: again.mfaToken, webauthnToken: request.webauthnToken, options };
      expect(await identity(`${mfa}/${deviceId}/verify`, replay)).toMatchObject({ status: 400, body: { errorCode: 'ER-01011' } });
    }
    expect(Math.max(...(await authenticator.signCounts()))).toBeGreaterThan(1);

    const headers = bearer(enrolled.body.accessToken);
    const more = (await identity(`${own}/enroll`, {}, headers)).body;
    await expect(page.create(more.options)).rejects.toThrow(/InvalidStateError/);
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, `rest-${transport}`);
    const devices = (await identity(login, { email, password })).body.mfaDevices.webauthn;
    const removal = (await identity(`${own}/${devices[0].id}/disable`, {}, headers)).body;
    const proof = { webauthnToken: removal.webauthnToken, options: await page.get(removal.options) };
    expect(await identity(`${own}/${devices[0].id}/disable/verify`, proof, headers)).toMatchObject({ status: 200 });
    expect((await identity(login, { email, password })).body).toMatchObject({ mfaRequired: false });
  });

  test('enrolls at login, logs in and steps up over GraphQL; a copy that counts anew is found out', async () => {
    const authenticator = await plugIn(transport);
    const email = await newcomer(`graphql-${transport}`, strategy);
    const type = deviceType === 'Platform' ? 'PLATFORM' : 'CROSS_PLATFORM';
    const logIn = () => graphql(documents.logIn, { email, password });
    const first = await logIn();
    expect(first).toMatchObject({ __typename: 'MfaChallenge', enrolled: false, availableStrategies: [`WEBAUTHN_${type}`] });
    const { mfaToken } = first;
    const creation = await graphql(documents.enrollWebAuthn, { mfaToken, deviceType: type });
    expect(creation).toMatchObject({ __typename: 'EnrollWebAuthnSuccess' });
    const credential = await page.create(creation.options);
    const confirmation = { mfaToken, deviceType: type, webauthnToken: creation.webauthnToken, credential, name: 'Täst' };
    const enrolled = await graphql(documents.verifyWebAuthnEnrollment, confirmation);
    expect(enrolled).toMatchObject({
      __typename: 'VerifyWebAuthnEnrollmentSuccess',
      authenticator: { label: 'Täst', strategy: `WEBAUTHN_${type}` },
      recoveryCode: expect.any(String),
    });

    const prove = async (challenge: Answer['body']) => {
      const deviceId = challenge.devices[0].id;
      const begun = await graphql(documents.beginWebAuthn, { mfaToken: challenge.mfaToken, deviceId });
      const answer = { mfaToken: challenge.mfaToken, deviceId, webauthnToken: begun.webauthnToken, credential: await page.get(begun.options) };
      return graphql(documents.verifyWebAuthn, answer);
    };
    const done = await prove(await logIn());
    expect(done).toMatchObject({ __typename: 'VerifyWebAuthnSuccess', session: { accessToken: expect.any(String) } });
    harness.clock.advance({ seconds: 400 });
    const stepUp = await graphql(documents.generateStepUp, { maxAgeSeconds: 60 }, bearer(done.session.accessToken));
    expect(stepUp.__typename).toBe('StepUpChallenge');
    expect(claimsOf((await prove(stepUp)).session.accessToken)).toMatchObject({ amr });

    await authenticator.setSignCount(0);
    expect(await prove(await logIn())).toMatchObject({ __typename: 'InvalidCodeError', attemptsRemaining: 4 });
    await authenticator.setSignCount(1000);
    expect(await prove(await logIn())).toMatchObject({ __typename: 'VerifyWebAuthnSuccess' });
  });
});

test('Chromium itself refuses an id that is not the page’s, and the server an answer from another page', async () => {
  await plugIn('usb');
  const email = await newcomer('elsewhere', 'WebAuthnCrossPlatform');
  const { mfaToken } = (await identity(login, { email, password })).body;
  const { options, webauthnToken } = (await identity(`${mfa}/enroll`, { mfaToken })).body;
  await expect(page.create({ ...options, rp: { id: 'acme.example', name: 'Acme' } })).rejects.toThrow(/SecurityError/);
  const other = await openLoginPage();
  await other.plugIn('usb');
  const made = await other.create(options);
  const refused = await identity(`${mfa}/enroll/verify`, { mfaToken, webauthnToken, deviceType: 'CrossPlatform', options: made });
  expect(refused).toMatchObject({ status: 400, body: { errorCode: 'ER-01011' } });
  await other.close();
});
