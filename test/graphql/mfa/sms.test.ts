import { describe, expect, test } from 'vitest';
import { enroll, setPolicy, setStrategy } from '../../support/builders.ts';
import { databaseForAnother } from '../../support/database.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { openHarness } from '../../support/harness.ts';
import { ownUser } from '../../support/self-service.ts';
import { anotherCode, forcedUser, masked, newNumber, openSmsHarness, outstanding, phoneUser, textedCode, textsTo } from '../../support/sms.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openSmsHarness);

type Headers = Record<string, string>;
const topLevel = async (document: string, input: object, headers: Headers = {}, by = harness) =>
  (await by.graphql(document, { input }, headers)).errors?.[0]?.extensions.code;

/** Steps a session up by its phone; half a minute passes before. */
async function raised(headers: Headers, number: string): Promise<Headers> {
  harness.clock.advance({ seconds: 30 });
  const step = await run(harness, documents.generateStepUp, { maxAgeSeconds: 0 }, headers);
  const deviceId = step.devices.at(-1).id;
  const { otcToken } = await run(harness, documents.sendSmsCode, { mfaToken: step.mfaToken, deviceId });
  const code = await textedCode(harness, number);
  const { session } = await run(harness, documents.verifySms, { mfaToken: step.mfaToken, deviceId, otcToken, code });
  harness.clock.advance({ seconds: 30 });
  return { authorization: `Bearer ${session.accessToken}` };
}

describe('during a login', () => {
  test('a phone is enrolled and logs in, then verifies the next login; the number is masked everywhere', async () => {
    const user = await forcedUser(harness, 'gql');
    const number = newNumber();
    const begun = await run(harness, documents.enrollSms, { mfaToken: user.mfaToken, phoneNumber: `${number.slice(0, 3)} ${number.slice(3)}` });
    expect(begun).toEqual({
      __typename: 'EnrollSmsSuccess',
      otcToken: expect.any(String),
      phoneNumber: masked(number),
      expiresAt: new Date(harness.clock.now().getTime() + 300_000).toISOString(),
      riskNotice: expect.stringMatching(/authenticator app/),
    });
    const code = await textedCode(harness, number);
    const input = { mfaToken: user.mfaToken, otcToken: begun.otcToken, code, name: 'My phone' };
    const done = await run(harness, documents.verifySmsEnrollment, input);
    expect(done).toMatchObject({
      __typename: 'VerifySmsEnrollmentSuccess',
      recoveryCode: expect.any(String),
      authenticator: { strategy: 'SMS', label: 'My phone', phoneNumber: masked(number) },
      session: { accessToken: expect.any(String) },
    });

    harness.clock.advance({ seconds: 30 });
    const query = `mutation ($input: LogInInput!) { logIn(input: $input) { ... on MfaChallenge {
      mfaToken enrolled availableStrategies devices { id strategy label phoneNumber } } } }`;
    const login = await run(harness, query, { email: user.email, password: 'correct horse battery' });
    const [device] = login.devices;
    expect(login).toMatchObject({
      enrolled: true,
      availableStrategies: ['SMS'],
      devices: [{ strategy: 'SMS', label: 'My phone', phoneNumber: masked(number) }],
    });
    const sent = await run(harness, documents.sendSmsCode, { mfaToken: login.mfaToken, deviceId: device.id });
    expect(sent).toMatchObject({ __typename: 'SendSmsCodeSuccess', phoneNumber: masked(number) });
    const verify = { mfaToken: login.mfaToken, deviceId: device.id, otcToken: sent.otcToken };
    const right = await textedCode(harness, number);
    expect(await run(harness, documents.verifySms, { ...verify, code: anotherCode(right) })).toMatchObject({
      __typename: 'InvalidCodeError',
      attemptsRemaining: 4,
      path: ['input', 'code'],
    });
    expect(await run(harness, documents.verifySms, { ...verify, code: right })).toMatchObject({ session: { accessToken: expect.any(String) } });
  });

  test('each refusal has its own type and says where it belongs', async () => {
    const { mfaToken, tenantId } = await forcedUser(harness, 'gql-refusals');
    const phoneNumber = newNumber();
    const begin = (input: object) => run(harness, documents.enrollSms, { mfaToken, phoneNumber, ...input });
    for (const bad of ['12345', '+19005551234', '+33612345678', 'x'.repeat(101)]) {
      const refused = await begin({ phoneNumber: bad });
      expect(refused, bad).toMatchObject({ __typename: 'InvalidInputError', path: ['input', 'phoneNumber'] });
      expect(JSON.stringify(refused)).not.toContain(bad);
    }
    expect(await topLevel(documents.enrollSms, { mfaToken, phoneNumber: 4_915_112_345 })).toBe('BAD_REQUEST');
    expect(await begin({ mfaToken: 'unknown' })).toMatchObject({ __typename: 'ChallengeExpiredError', path: ['input', 'mfaToken'] });
    await begin({});
    expect(await begin({})).toMatchObject({ __typename: 'RateLimitedError', retryAfterSeconds: 30 });
    const verifying = { mfaToken, otcToken: 'x', code: '123456' };
    expect(await run(harness, documents.verifySmsEnrollment, verifying)).toMatchObject({ __typename: 'InvalidCodeError', attemptsRemaining: 4 });
    expect(await run(harness, documents.verifySmsEnrollment, { ...verifying, code: '12345' })).toMatchObject({ attemptsRemaining: null });
    await setStrategy(harness, 'SMS', false, tenantId);
    expect(await begin({})).toMatchObject({ __typename: 'StrategyInactiveError' });
    expect(await run(harness, documents.verifySmsEnrollment, verifying)).toMatchObject({ __typename: 'StrategyInactiveError' });
  });

  test('a late code, too many wrong ones and a phone of somebody else', async () => {
    const [user, other] = [await phoneUser(harness, 'gql-late'), await phoneUser(harness, 'gql-other')];
    const { mfaToken } = await outstanding(harness, user.email);
    const { deviceId } = user;
    expect(await run(harness, documents.sendSmsCode, { mfaToken, deviceId: other.deviceId })).toMatchObject({
      __typename: 'DeviceNotFoundError',
      path: ['input', 'deviceId'],
    });
    const { otcToken } = await run(harness, documents.sendSmsCode, { mfaToken, deviceId });
    const code = await textedCode(harness, user.number);
    const verify = (input: object) => run(harness, documents.verifySms, { mfaToken, deviceId, otcToken, code, ...input });
    expect(await verify({ deviceId: 'unknown' })).toMatchObject({ __typename: 'DeviceNotFoundError' });
    harness.clock.advance({ seconds: 300 });
    expect(await verify({})).toMatchObject({ __typename: 'CodeExpiredError' });
    for (let count = 1; count <= 4; count += 1) await verify({ otcToken: 'unknown' });
    const again = await outstanding(harness, user.email);
    expect(await verify({ mfaToken: again.mfaToken })).toMatchObject({ __typename: 'AttemptsExhaustedError', lockedUntil: expect.any(String) });
  });

  test('who has a factor enrolls no other by a password alone', async () => {
    const user = await ownUser(harness, 'gql-has');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    await enroll(harness, user.email);
    const { mfaToken } = await outstanding(harness, user.email);
    const number = newNumber();
    expect(await run(harness, documents.enrollSms, { mfaToken, phoneNumber: number })).toMatchObject({ __typename: 'AlreadyEnrolledError' });
    expect(await textsTo(harness, number)).toEqual([]);
  });
});

describe('for a user who is logged in', () => {
  test('the first phone needs a session, the next one a fresh proof, and so does removing them; the last takes all with it', async () => {
    const user = await ownUser(harness, 'gql-own');
    const add = async (headers: Headers, number: string) => {
      const { otcToken } = await run(harness, documents.enrollSms, { phoneNumber: number }, headers);
      return run(harness, documents.verifySmsEnrollment, { otcToken, code: await textedCode(harness, number) }, headers);
    };
    const [first, second] = [newNumber(), newNumber()];
    expect(await add(user.headers, first)).toMatchObject({ recoveryCode: expect.any(String), session: null, authenticator: { label: 'Phone' } });
    expect(await topLevel(documents.enrollSms, { phoneNumber: second }, user.headers)).toBe('STEP_UP_REQUIRED');
    const headers = await raised(user.headers, first);
    const added = await add(headers, second);
    expect(added).toMatchObject({ recoveryCode: null, authenticator: { phoneNumber: masked(second) } });
    expect(await run(harness, documents.enrollSms, { phoneNumber: first }, headers), 'there already').toMatchObject({
      __typename: 'InvalidInputError',
    });

    const remove = { deviceId: added.authenticator.id };
    harness.clock.advance({ seconds: 301 });
    expect(await topLevel(documents.removeAuthenticator, remove, headers)).toBe('STEP_UP_REQUIRED');
    const fresh = await raised(headers, second);
    expect(await run(harness, documents.removeAuthenticator, remove, fresh)).toMatchObject({ user: { mfaEnrolled: true } });
    const viewer = await harness.graphql('{ viewer { authenticators { id strategy phoneNumber } } }', {}, fresh);
    const left = (viewer.data as { viewer: { authenticators: { id: string }[] } }).viewer.authenticators;
    expect(left).toEqual([{ id: expect.any(String), strategy: 'SMS', phoneNumber: masked(first) }]);
    expect(await run(harness, documents.removeAuthenticator, { deviceId: left[0]?.id }, fresh)).toMatchObject({ user: { mfaEnrolled: false } });
  });

  test('without mfaToken a user has to be logged in; null is refused', async () => {
    expect(await topLevel(documents.enrollSms, { phoneNumber: newNumber() })).toBe('UNAUTHENTICATED');
    expect(await topLevel(documents.verifySmsEnrollment, { otcToken: 'x', code: '123456' })).toBe('UNAUTHENTICATED');
    expect(await run(harness, documents.enrollSms, { mfaToken: null, phoneNumber: newNumber() })).toMatchObject({ __typename: 'InvalidInputError' });
  });
});

test('one document sends one message, and checks one code', async () => {
  const { mfaToken } = await forcedUser(harness, 'gql-alias');
  const number = newNumber();
  const field = (alias: string) => `${alias}: enrollSms(input: { mfaToken: "${mfaToken}", phoneNumber: "${number}" }) { __typename }`;
  expect((await harness.graphql(`mutation { ${field('a')} ${field('b')} }`)).errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
  expect(await textsTo(harness, number)).toEqual([]);
});

test('where no text can be sent the answer is SMS_UNAVAILABLE, and the reason stays in the log', async () => {
  const { mfaToken } = await forcedUser(harness, 'gql-gone');
  const without = await openHarness({ databaseUrl: databaseForAnother(harness), clock: harness.clock });
  expect(await topLevel(documents.enrollSms, { mfaToken, phoneNumber: newNumber() }, {}, without)).toBe('SMS_UNAVAILABLE');
  expect(JSON.stringify(without.logged)).toContain('SMS needs a provider');
  await without.close();
});
