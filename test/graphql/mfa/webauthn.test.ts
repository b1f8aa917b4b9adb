import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, password, setPolicy, setStrategy } from '../../support/builders.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { openHarness } from '../../support/harness.ts';
import { claimsOf } from '../../support/rest.ts';
import { ownUser } from '../../support/self-service.ts';
import { useHarness } from '../../support/use-harness.ts';
import type { KeyOptions, SecurityKey } from '../../support/webauthn.ts';
import { createSecurityKey } from '../../support/webauthn.ts';
import { offerWebAuthn } from '../../support/webauthn-flows.ts';

const harness = useHarness();
beforeAll(() => offerWebAuthn(harness));

type Headers = Record<string, string>;
const logIn = (email: string) => run(harness, documents.logIn, { email, password });
const topLevel = async (document: string, input: object, headers: Headers = {}) =>
  (await harness.graphql(document, { input }, headers)).errors?.[0]?.extensions.code;

async function newcomer(name: string) {
  const user = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  return { ...user, mfaToken: (await logIn(user.email)).mfaToken as string };
}

/** Enrolls a key: with `mfaToken` during a login, else in the session of the headers. */
async function enrollKey(about: { mfaToken?: string }, more: object = {}, headers: Headers = {}, options: KeyOptions = {}) {
  const key = createSecurityKey(options);
  const deviceType = options.transport === 'internal' ? 'PLATFORM' : 'CROSS_PLATFORM';
  const begun = await run(harness, documents.enrollWebAuthn, { ...about, deviceType }, headers);
  expect(begun.__typename, JSON.stringify(begun)).toBe('EnrollWebAuthnSuccess');
  const confirmation = { ...about, ...more, deviceType, webauthnToken: begun.webauthnToken, credential: key.create(begun.options) };
  return { key, begun, done: await run(harness, documents.verifyWebAuthnEnrollment, confirmation, headers) };
}

async function prove(key: SecurityKey, challenge: { mfaToken: string; devices: { id: string }[] }, more: object = {}) {
  const { mfaToken } = challenge;
  const deviceId = challenge.devices[0]?.id ?? '';
  const begun = await run(harness, documents.beginWebAuthn, { mfaToken, deviceId });
  expect(begun.__typename).toBe('BeginWebAuthnSuccess');
  const proof = { mfaToken, deviceId, webauthnToken: begun.webauthnToken, credential: key.get(begun.options), ...more };
  return run(harness, documents.verifyWebAuthn, proof);
}

test('a login that demands a factor enrolls a key, and the next is completed by it', async () => {
  const user = await newcomer('login');
  const { key, begun, done } = await enrollKey({ mfaToken: user.mfaToken }, { name: 'Blue key' });
  expect(begun.options).toMatchObject({ rp: { id: 'id.acme.example' }, authenticatorSelection: { authenticatorAttachment: 'cross-platform' } });
  expect(Date.parse(begun.expiresAt) - harness.clock.now().getTime()).toBe(300_000);
  expect(done).toMatchObject({
    __typename: 'VerifyWebAuthnEnrollmentSuccess',
    authenticator: { label: 'Blue key', strategy: 'WEBAUTHN_CROSS_PLATFORM' },
    recoveryCode: expect.stringMatching(/^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/),
    rememberedDevice: null,
  });
  const challenge = await logIn(user.email);
  expect(challenge).toMatchObject({
    enrolled: true,
    availableStrategies: ['WEBAUTHN_CROSS_PLATFORM'],
    devices: [{ id: done.authenticator.restId, strategy: 'WEBAUTHN_CROSS_PLATFORM', label: 'Blue key' }],
  });
  const proven = await prove(key, challenge);
  expect(proven).toMatchObject({ __typename: 'VerifyWebAuthnSuccess', session: { accessToken: expect.any(String) } });
  expect(claimsOf(proven.session.accessToken)).toMatchObject({ amr: ['pwd', 'hwk', 'mfa'] });
});

test('refusals are members of the union, and say what is left', async () => {
  const user = await newcomer('refusals');
  const { mfaToken } = user;
  const off = await newcomer('refusals-off');
  await setStrategy(harness, 'WebAuthnCrossPlatform', false, off.tenantId);
  expect(await run(harness, documents.enrollWebAuthn, { mfaToken: off.mfaToken, deviceType: 'CROSS_PLATFORM' })).toMatchObject({
    __typename: 'StrategyInactiveError',
  });
  expect(await run(harness, documents.enrollWebAuthn, { mfaToken, deviceType: 'PLATFORM' }), 'no first factor beside another').toMatchObject({
    __typename: 'StrategyInactiveError',
  });
  expect(await run(harness, documents.enrollWebAuthn, { mfaToken: 'unknown', deviceType: 'PLATFORM' })).toMatchObject({
    __typename: 'ChallengeExpiredError',
  });
  const begun = await run(harness, documents.enrollWebAuthn, { mfaToken, deviceType: 'CROSS_PLATFORM' });
  const wrong = createSecurityKey().create(begun.options, { origin: 'https://evil.example' });
  const confirmation = { mfaToken, deviceType: 'CROSS_PLATFORM', webauthnToken: begun.webauthnToken };
  expect(await run(harness, documents.verifyWebAuthnEnrollment, { ...confirmation, credential: wrong })).toMatchObject({
    __typename: 'InvalidCodeError',
    attemptsRemaining: 4,
    path: ['input', 'credential'],
  });
  expect(await run(harness, documents.verifyWebAuthnEnrollment, { ...confirmation, credential: {} })).toMatchObject({
    __typename: 'InvalidCodeError',
  });
  const { key } = await enrollKey({ mfaToken });
  expect(await run(harness, documents.enrollWebAuthn, { mfaToken: (await logIn(user.email)).mfaToken, deviceType: 'CROSS_PLATFORM' })).toMatchObject({
    __typename: 'AlreadyEnrolledError',
  });
  const challenge = await logIn(user.email);
  expect(await run(harness, documents.beginWebAuthn, { mfaToken: challenge.mfaToken, deviceId: 'unknown' })).toMatchObject({
    __typename: 'DeviceNotFoundError',
  });
  const request = await run(harness, documents.beginWebAuthn, { mfaToken: challenge.mfaToken, deviceId: challenge.devices[0].id });
  harness.clock.advance({ seconds: 301 });
  const late = { mfaToken: challenge.mfaToken, deviceId: challenge.devices[0].id, webauthnToken: request.webauthnToken };
  expect(await run(harness, documents.verifyWebAuthn, { ...late, credential: key.get(request.options) })).toMatchObject({
    __typename: 'CodeExpiredError',
    path: ['input', 'webauthnToken'],
  });
});

test('a credential too large, or no object, or null where text belongs, is refused before anything is looked at', async () => {
  const { mfaToken } = await newcomer('input');
  const input = { mfaToken, deviceId: 'd', webauthnToken: 't', credential: { id: 'x'.repeat(17_000) } };
  expect(await run(harness, documents.verifyWebAuthn, input)).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [{ path: ['input', 'credential'], message: 'must have at most 16384 characters as JSON' }],
  });
  for (const credential of ['text', [], 5, null]) {
    expect(await topLevel(documents.verifyWebAuthn, { ...input, credential }), JSON.stringify(credential)).toBe('BAD_REQUEST');
  }
  expect(await run(harness, documents.enrollWebAuthn, { mfaToken: null, deviceType: 'PLATFORM' })).toMatchObject({ __typename: 'InvalidInputError' });
});

test('a logged-in user adds, names and removes authenticators; each change after the first wants a fresh proof', async () => {
  const user = await ownUser(harness, 'own');
  const first = await enrollKey({}, {}, user.headers, { transport: 'internal' });
  expect(first.done).toMatchObject({
    authenticator: { label: 'Platform authenticator', strategy: 'WEBAUTHN_PLATFORM' },
    recoveryCode: expect.any(String),
    session: null,
  });
  expect(await topLevel(documents.enrollWebAuthn, { deviceType: 'CROSS_PLATFORM' }, user.headers)).toBe('STEP_UP_REQUIRED');
  const stepUp = await run(harness, documents.generateStepUp, { maxAgeSeconds: 60 }, user.headers);
  expect(stepUp).toMatchObject({ __typename: 'StepUpChallenge', devices: [{ strategy: 'WEBAUTHN_PLATFORM' }] });
  const raised = await prove(first.key, stepUp);
  const headers = { authorization: `Bearer ${raised.session.accessToken}` };
  harness.clock.advance({ seconds: 1 });
  const second = await enrollKey({}, { name: 'Key' }, headers);
  expect(second.done).toMatchObject({ recoveryCode: null, authenticator: { label: 'Key' } });
  const deviceId = second.done.authenticator.id;
  expect(await run(harness, documents.renameAuthenticator, { deviceId, name: 'Yellow' }, headers)).toMatchObject({
    authenticator: { label: 'Yellow', strategy: 'WEBAUTHN_CROSS_PLATFORM' },
  });
  const removed = await run(harness, documents.removeAuthenticator, { deviceId }, headers);
  expect(removed).toMatchObject({ user: { mfaEnrolled: true, authenticators: [{ label: 'Platform authenticator' }] } });
  harness.clock.advance({ seconds: 301 });
  const remaining = removed.user.authenticators[0].id;
  expect(await topLevel(documents.removeAuthenticator, { deviceId: remaining }, headers)).toBe('STEP_UP_REQUIRED');
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  const again = await prove(first.key, await run(harness, documents.generateStepUp, { maxAgeSeconds: 60 }, headers));
  const fresh = { authorization: `Bearer ${again.session.accessToken}` };
  expect(await run(harness, documents.removeAuthenticator, { deviceId: remaining }, fresh)).toMatchObject({ __typename: 'LastFactorEnforcedError' });
});

test('without an mfaToken somebody has to be logged in', async () => {
  expect(await topLevel(documents.enrollWebAuthn, { deviceType: 'PLATFORM' })).toBe('UNAUTHENTICATED');
  const confirmation = { deviceType: 'PLATFORM', webauthnToken: 't', credential: {} };
  expect(await topLevel(documents.verifyWebAuthnEnrollment, confirmation)).toBe('UNAUTHENTICATED');
  expect(await topLevel(documents.enrollWebAuthn, { deviceType: 'PLATFORM' }, await asEnvironment(harness))).toBe('FORBIDDEN');
});

test('the relying party is there to read for whoever is logged in', async () => {
  const query = '{ webAuthnRelyingParty { rpId name origins userVerification syncedAsHardware } }';
  const shown = {
    rpId: 'id.acme.example',
    name: 'Sallyport',
    origins: ['https://id.acme.example'],
    userVerification: 'PREFERRED',
    syncedAsHardware: true,
  };
  const { headers } = await ownUser(harness, 'reader');
  for (const who of [headers, await asEnvironment(harness)]) {
    expect((await harness.graphql(query, {}, who)).data?.webAuthnRelyingParty).toEqual(shown);
  }
  expect((await harness.graphql(query)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('a synced passkey is swk alone where the operator says so', async () => {
  const strict = await openHarness({ settings: { WEBAUTHN_SYNCED_AS_HWK: '0' } });
  await offerWebAuthn(strict);
  const user = await createUserInTenant(strict, 'synced');
  await setPolicy(strict, { enforceMFAType: 'Force' }, user.tenantId);
  const { mfaToken } = await run(strict, documents.logIn, { email: user.email, password });
  const begun = await run(strict, documents.enrollWebAuthn, { mfaToken, deviceType: 'CROSS_PLATFORM' });
  const credential = createSecurityKey({ synced: true }).create(begun.options);
  const input = { mfaToken, deviceType: 'CROSS_PLATFORM', webauthnToken: begun.webauthnToken, credential };
  const done = await run(strict, documents.verifyWebAuthnEnrollment, input);
  expect(claimsOf(done.session.accessToken)).toMatchObject({ amr: ['pwd', 'swk', 'mfa'] });
  await strict.close();
});
