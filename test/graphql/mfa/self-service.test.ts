import { expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, setPolicy, setStrategy, totp, wrongTotp } from '../../support/builders.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { ownUser, steppedUp } from '../../support/self-service.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

type Headers = Record<string, string>;
async function add(headers: Headers, name?: string) {
  const { secret } = await run(harness, documents.enroll, {}, headers);
  const input = { code: totp(harness, secret), ...(name === undefined ? {} : { name }) };
  const done = await run(harness, documents.verifyEnrollment, input, headers);
  harness.clock.advance({ seconds: 60 });
  return { secret, done };
}
const topLevel = async (document: string, input: object, headers: Headers = {}) =>
  (await harness.graphql(document, { input }, headers)).errors?.[0]?.extensions.code;

test('a logged-in user adds named apps, renames one and removes them, the last one with everything that hung on it', async () => {
  const user = await ownUser(harness, 'own');
  const first = await add(user.headers, 'Phone');
  expect(await topLevel(documents.enroll, {}, user.headers), 'a factor beside the first needs a proof of it').toBe('STEP_UP_REQUIRED');
  const headers = await steppedUp(harness, user.headers, first.secret);
  expect(first.done).toMatchObject({
    __typename: 'VerifyAuthenticatorAppEnrollmentSuccess',
    recoveryCode: expect.stringMatching(/^[0-9A-Z]{5}(-[0-9A-Z]{5}){4}$/),
    authenticator: { label: 'Phone', strategy: 'AUTHENTICATOR_APP' },
    session: null,
    rememberedDevice: null,
  });
  const second = await add(headers);
  expect(second.done).toMatchObject({ recoveryCode: null, authenticator: { label: 'Authenticator app' } });
  const deviceId = second.done.authenticator.id;
  expect(await run(harness, documents.renameAuthenticator, { deviceId, name: 'Täblet ✓' }, headers)).toEqual({
    __typename: 'RenameAuthenticatorSuccess',
    authenticator: { id: deviceId, label: 'Täblet ✓', strategy: 'AUTHENTICATOR_APP' },
  });
  const code = totp(harness, first.secret);
  const removed = await run(harness, documents.removeAuthenticator, { deviceId: first.done.authenticator.id, code }, headers);
  expect(removed).toMatchObject({ __typename: 'RemoveAuthenticatorSuccess', user: { mfaEnrolled: true, authenticators: [{ id: deviceId }] } });
  expect(await run(harness, documents.removeAuthenticator, { deviceId, code }, headers)).toMatchObject({
    __typename: 'InvalidCodeError',
    attemptsRemaining: 4,
  });
  harness.clock.advance({ seconds: 301 });
  expect(await topLevel(documents.removeAuthenticator, { deviceId }, headers), 'neither a code nor a fresh factor').toBe('STEP_UP_REQUIRED');
  const fresh = await steppedUp(harness, headers, second.secret);
  const last = await run(harness, documents.removeAuthenticator, { deviceId }, fresh);
  expect(last.user).toMatchObject({ mfaEnrolled: false, authenticators: [] });
});

test('without mfaToken a user has to be logged in; an environment token adds factors to nobody here', async () => {
  for (const [document, input] of [
    [documents.enroll, {}],
    [documents.verifyEnrollment, { code: '123456' }],
  ] as const) {
    expect(await topLevel(document, input)).toBe('UNAUTHENTICATED');
    expect(await topLevel(document, input, await asEnvironment(harness))).toBe('FORBIDDEN');
  }
  const { headers } = await ownUser(harness, 'null-token');
  expect(await run(harness, documents.enroll, { mfaToken: null }, headers)).toMatchObject({ code: 'INVALID_INPUT', path: ['input', 'mfaToken'] });
  for (const name of ['', 'x'.repeat(101), null]) {
    expect(await run(harness, documents.verifyEnrollment, { code: '123456', name }, headers)).toMatchObject({ path: ['input', 'name'] });
  }
});

test('a name is given during a login as well', async () => {
  const user = await createUserInTenant(harness, 'login-name');
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  const { mfaToken } = await run(harness, documents.logIn, { email: user.email, password: 'correct horse battery' });
  const { secret } = await run(harness, documents.enroll, { mfaToken });
  const done = await run(harness, documents.verifyEnrollment, { mfaToken, code: totp(harness, secret), name: 'Work phone' });
  expect(done).toMatchObject({ authenticator: { label: 'Work phone' }, session: { accessToken: expect.any(String) } });
});

test('a wrong code, a strategy that is off and a sixth app are refused', async () => {
  const user = await ownUser(harness, 'refused');
  const { tenantId } = user;
  let { headers } = user;
  const { secret } = await run(harness, documents.enroll, {}, headers);
  const wrong = await run(harness, documents.verifyEnrollment, { code: wrongTotp(harness, secret) }, headers);
  expect(wrong).toMatchObject({ __typename: 'InvalidCodeError', attemptsRemaining: 4, path: ['input', 'code'] });
  await setStrategy(harness, 'AuthenticatorApp', false, tenantId);
  expect(await run(harness, documents.enroll, {}, headers)).toMatchObject({ __typename: 'StrategyInactiveError' });
  await setStrategy(harness, 'AuthenticatorApp', true, tenantId);
  const first = await add(headers);
  headers = await steppedUp(harness, headers, first.secret);
  for (let count = 2; count <= 5; count += 1) await add(headers);
  for (const [document, input] of [
    [documents.enroll, {}],
    [documents.verifyEnrollment, { code: '123456' }],
  ] as const) {
    expect(await run(harness, document, input, headers)).toMatchObject({ __typename: 'FactorLimitReachedError', path: ['input'] });
  }
});

test('removing needs a right code, an own app, and is refused for the last one under enforcement', async () => {
  const [mine, other] = [await ownUser(harness, 'mine'), await ownUser(harness, 'theirs')];
  const { secret, done } = await add(mine.headers);
  const deviceId = done.authenticator.id;
  const foreign = (await add(other.headers)).done.authenticator.id;
  const remove = (input: object) => run(harness, documents.removeAuthenticator, input, mine.headers);
  const code = totp(harness, secret);
  expect(await topLevel(documents.removeAuthenticator, { deviceId }, mine.headers)).toBe('STEP_UP_REQUIRED');
  expect(await remove({ deviceId, code: null })).toMatchObject({ path: ['input', 'code'] });
  expect(await remove({ deviceId, code: '12345' })).toMatchObject({ __typename: 'InvalidCodeError', attemptsRemaining: null });
  for (const id of [foreign, 'unknown']) {
    expect(await remove({ deviceId: id, code })).toMatchObject({ __typename: 'DeviceNotFoundError', path: ['input', 'deviceId'] });
    expect(await run(harness, documents.renameAuthenticator, { deviceId: id, name: 'x' }, mine.headers)).toMatchObject({ code: 'DEVICE_NOT_FOUND' });
  }
  expect(await remove({ deviceId: foreign, code, userId: other.id })).toMatchObject({ __typename: 'UserNotFoundError', path: ['input', 'userId'] });
  await setPolicy(harness, { enforceMFAType: 'Force' }, mine.tenantId);
  expect(await remove({ deviceId, code })).toMatchObject({ __typename: 'LastFactorEnforcedError', code: 'LAST_FACTOR_ENFORCED' });
  await setPolicy(harness, { enforceMFAType: 'DontForce' }, mine.tenantId);
  for (let left = 4; left >= 0; left -= 1) {
    expect(await remove({ deviceId, code: wrongTotp(harness, secret) })).toMatchObject({ attemptsRemaining: left });
  }
  expect(await remove({ deviceId, code })).toMatchObject({ __typename: 'AttemptsExhaustedError', retryAfterSeconds: 900 });
});

test('an environment token renames and removes for the user it names, without a code, under enforcement too', async () => {
  const user = await ownUser(harness, 'administered');
  const deviceId = (await add(user.headers)).done.authenticator.id;
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  const headers = await asEnvironment(harness);
  for (const document of [documents.renameAuthenticator, documents.removeAuthenticator]) {
    const input = document === documents.renameAuthenticator ? { deviceId, name: 'n' } : { deviceId };
    expect(await run(harness, document, input, headers)).toMatchObject({ __typename: 'InvalidInputError', path: ['input', 'userId'] });
    expect(await run(harness, document, { ...input, userId: 'unknown' }, headers)).toMatchObject({ __typename: 'UserNotFoundError' });
    expect(await run(harness, document, { ...input, userId: user.id }, headers)).toMatchObject({ __typename: expect.stringMatching(/Success$/) });
    expect(await topLevel(document, { ...input, userId: user.id })).toBe('UNAUTHENTICATED');
  }
});
