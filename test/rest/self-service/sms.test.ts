import { describe, expect, test } from 'vitest';
import { asEnvironment, logIn, setPolicy, setStrategy, totp } from '../../support/builders.ts';
import { audited, countOf, databaseForAnother } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import {
  codeExpired,
  expectEmpty,
  expectRefusal,
  faults,
  invalidCode,
  invalidType,
  opaqueToken,
  refusal,
  tooMany,
  unauthorized,
} from '../../support/rest.ts';
import { expectTextsRequired, notSixDigits } from '../../support/second-factor.ts';
import { addApp, ownUser, selfService } from '../../support/self-service.ts';
import type { PhoneUser } from '../../support/sms.ts';
import { addPhone, anotherCode, masked, newNumber, openSmsHarness, phoneUser, textedCode, textsTo } from '../../support/sms.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openSmsHarness);

type Headers = Record<string, string>;
const noDevice = refusal('Device not found');
const lastFactor = refusal('MFA is enforced, the last factor cannot be removed');
const post = (path: string, headers: Headers, body?: unknown) => selfService(harness, path, headers, body);
const disable = (id: string) => `/sms/${id}/disable`;
const disableVerify = (id: string) => `/sms/${id}/disable/verify`;
const tokenOf = ({ accessToken }: Pick<PhoneUser, 'accessToken'>): Headers => ({ authorization: `Bearer ${accessToken}` });
const ownPhones = async (headers: Headers): Promise<{ id: string; phoneNumber: string }[]> =>
  (await harness.send({ url: '/identity/resources/users/v1/mfa/devices', headers })).json().phones;

/** A user whom nothing forces, with phones. */
async function withPhones(name: string, count: number) {
  const user = await phoneUser(harness, name);
  await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
  const others: { number: string; deviceId: string }[] = [];
  for (let added = 1; added < count; added += 1) others.push(await addPhone(harness, user));
  const environment = { ...(await asEnvironment(harness)), 'frontegg-user-id': user.id };
  return { ...user, others, headers: tokenOf(user), environment };
}

/** The code that is to remove a phone. */
async function removalCode(headers: Headers, { deviceId, number }: { deviceId: string; number: string }) {
  const sent = await post(disable(deviceId), headers, {});
  expect({ status: sent.statusCode, body: sent.json() }).toEqual({
    status: 200,
    body: { otcToken: expect.stringMatching(opaqueToken), phoneNumber: masked(number) },
  });
  return { otcToken: sent.json<{ otcToken: string }>().otcToken, code: await textedCode(harness, number) };
}

describe('adding a phone', () => {
  test('the first brings a recovery code, the next does not; each mails the user', async () => {
    const { id, email, headers } = await ownUser(harness, 'add');
    const [first, second] = [newNumber(), newNumber()];
    const sent = await post('/sms/enroll', headers, { phoneNumber: first });
    expect(sent.json()).toEqual({ otcToken: expect.stringMatching(opaqueToken), phoneNumber: first });
    expect(await ownPhones(headers)).toEqual([]);
    const done = await post('/sms/enroll/verify', headers, { otcToken: sent.json().otcToken, code: await textedCode(harness, first) });
    expect({ status: done.statusCode, body: done.json() }).toEqual({ status: 200, body: { recoveryCode: expect.any(String) } });
    harness.clock.advance({ seconds: 30 });
    const again = await post('/sms/enroll', headers, { phoneNumber: second });
    const next = await post('/sms/enroll/verify', headers, { otcToken: again.json().otcToken, code: await textedCode(harness, second) });
    expect({ status: next.statusCode, body: next.json() }).toEqual({ status: 200, body: {} });
    expect((await ownPhones(headers)).map(({ phoneNumber }) => phoneNumber)).toEqual([masked(first), masked(second)]);
    await harness.app.outbox.flush();
    expect(harness.notices.filter((notice) => notice.to === email)).toMatchObject([
      { kind: 'FACTOR_ADDED', strategy: 'SMS' },
      { kind: 'FACTOR_ADDED', strategy: 'SMS' },
    ]);
    expect(await audited(harness, id, 'FACTOR_ENROLLED')).toBe(2);
  });

  test('an environment token adds one for a user it names', async () => {
    const { headers, environment } = await ownUser(harness, 'add-environment');
    const number = newNumber();
    const { otcToken } = (await post('/sms/enroll', environment, { phoneNumber: number })).json();
    const done = await post('/sms/enroll/verify', environment, { otcToken, code: await textedCode(harness, number) });
    expect(done.statusCode, done.body).toBe(200);
    expect(await ownPhones(headers)).toHaveLength(1);
    const bare = await asEnvironment(harness);
    expectRefusal(await post('/sms/enroll', bare, { phoneNumber: number }), 403, refusal('frontegg-user-id header is required', 'ER-00008'));
    expectRefusal(await post('/sms/enroll', { ...bare, 'frontegg-user-id': 'unknown' }, { phoneNumber: number }), 404, refusal('User not found'));
    expectRefusal(await post('/sms/enroll', {}, { phoneNumber: number }), 401, unauthorized);
  });

  test('bad input is told apart and costs nothing', async () => {
    const { headers } = await ownUser(harness, 'add-bad');
    await expectTextsRequired((body) => post('/sms/enroll', headers, body), ['phoneNumber']);
    for (const phoneNumber of ['4155552671', '+19005551234', '+33612345678']) {
      expectRefusal(await post('/sms/enroll', headers, { phoneNumber }), 400, faults('phoneNumber must be a valid phone number'), phoneNumber);
    }
    expectRefusal(await post('/sms/enroll/verify', headers, {}), 400, faults('otcToken should not be empty', 'code should not be empty'));
    for (const code of notSixDigits) expectRefusal(await post('/sms/enroll/verify', headers, { otcToken: 'x', code }), 400, invalidCode, code);
    expect((await post('/sms/enroll', headers, { phoneNumber: newNumber() })).statusCode).toBe(200);
  });

  test('a wrong code, a late one and one of nothing pending are refused; five wrong ones shut the factor for a quarter of an hour', async () => {
    const { id, headers } = await ownUser(harness, 'add-wrong');
    expectRefusal(await post('/sms/enroll/verify', headers, { otcToken: 'x', code: '123456' }), 400, invalidCode);
    const number = newNumber();
    const { otcToken } = (await post('/sms/enroll', headers, { phoneNumber: number })).json();
    const code = await textedCode(harness, number);
    for (let count = 1; count <= 3; count += 1) {
      expectRefusal(await post('/sms/enroll/verify', headers, { otcToken, code: anotherCode(code, count) }), 400, invalidCode);
    }
    harness.clock.advance({ seconds: 300 });
    expectRefusal(await post('/sms/enroll/verify', headers, { otcToken, code }), 400, codeExpired);
    expectRefusal(await post('/sms/enroll/verify', headers, { otcToken, code }), 429, tooMany);
    expect(await countOf(harness, 'authenticators', id)).toBe(0);
  });

  test('the same number twice, and a sixth phone, are refused', async () => {
    const user = await withPhones('add-cap', 5);
    expectRefusal(await post('/sms/enroll', user.headers, { phoneNumber: newNumber() }), 403, refusal('At most 5 authenticators can be enrolled'));
    expectEmpty(await post(disableVerify(user.others[0]?.deviceId ?? ''), user.headers, {}), 200);
    const taken = faults('phoneNumber must be a valid phone number');
    expectRefusal(await post('/sms/enroll', user.headers, { phoneNumber: user.number }), 400, taken);
  });

  test('400 while SMS is off, though phones enrolled before keep working', async () => {
    const user = await withPhones('add-off', 1);
    await setStrategy(harness, 'SMS', false, user.tenantId);
    expectRefusal(await post('/sms/enroll', user.headers, { phoneNumber: newNumber() }), 400, invalidType);
    expect((await post(disable(user.deviceId), user.headers, {})).statusCode).toBe(200);
  });

  test('503 where no provider is left', async () => {
    const { headers } = await ownUser(harness, 'add-gone');
    const without = await openHarness({ databaseUrl: databaseForAnother(harness), clock: harness.clock });
    const answer = await selfService(without, '/sms/enroll', headers, { phoneNumber: newNumber() });
    expectRefusal(answer, 503, refusal('SMS could not be sent', 'ER-01037'));
    await without.close();
  });
});

describe('removing a phone', () => {
  test('the last one needs the code sent to it, and takes recovery codes along', async () => {
    const user = await withPhones('last', 1);
    const needed = faults('otcToken should not be empty', 'code should not be empty');
    for (const body of [undefined, {}, { otcToken: '', code: null }])
      expectRefusal(await post(disableVerify(user.deviceId), user.headers, body), 400, needed);
    expectRefusal(await post(disableVerify(user.deviceId), user.headers, { code: '123456' }), 400, faults('otcToken should not be empty'));
    const proof = await removalCode(user.headers, user);
    expectRefusal(await post(disableVerify(user.deviceId), user.headers, { ...proof, code: anotherCode(proof.code) }), 400, invalidCode);
    expectEmpty(await post(disableVerify(user.deviceId), user.headers, proof), 200);
    expect(await ownPhones(user.headers)).toEqual([]);
    expect(await countOf(harness, 'recovery_codes', user.id)).toBe(0);
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: false });
    expect(await audited(harness, user.id, 'FACTOR_REMOVED')).toBe(1);
    await harness.app.outbox.flush();
    expect(harness.notices.findLast((notice) => notice.to === user.email)).toMatchObject({ kind: 'FACTOR_REMOVED', strategy: 'SMS' });
    expectRefusal(await post(disableVerify(user.deviceId), user.headers, proof), 404, noDevice);
  });

  test('while another factor stays no code is needed, as portals send none', async () => {
    const user = await withPhones('not-last', 2);
    const [other] = user.others;
    expectEmpty(await post(disableVerify(other?.deviceId ?? ''), user.headers, {}), 200);
    expect(await ownPhones(user.headers)).toEqual([{ id: user.deviceId, phoneNumber: masked(user.number) }]);
    const secret = await addApp(harness, user.headers);
    expectEmpty(await post(disableVerify(user.deviceId), user.headers), 200);
    expect((await post('/disable', user.headers, { token: totp(harness, secret) })).statusCode, 'the app is left').toBe(200);
  });

  test('a code that was given has to be right, needed or not, and of this very phone', async () => {
    const user = await withPhones('code-given', 2);
    const [other = { number: '', deviceId: '' }] = user.others;
    const proof = await removalCode(user.headers, user);
    expectRefusal(await post(disableVerify(other.deviceId), user.headers, proof), 400, invalidCode);
    harness.clock.advance({ seconds: 300 });
    expectRefusal(await post(disableVerify(user.deviceId), user.headers, proof), 400, codeExpired);
    expect(await ownPhones(user.headers)).toHaveLength(2);
    expectEmpty(await post(disableVerify(user.deviceId), user.headers, await removalCode(user.headers, user)), 200);
  });

  test('where any of the policies enforces, the last factor stays and not even a code is sent', async () => {
    const user = await withPhones('enforced', 1);
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const before = (await textsTo(harness, user.number)).length;
    expectRefusal(await post(disable(user.deviceId), user.headers, {}), 403, lastFactor);
    expectRefusal(await post(disableVerify(user.deviceId), user.headers, { otcToken: 'x', code: '123456' }), 403, lastFactor);
    expect(await textsTo(harness, user.number)).toHaveLength(before);
    expect(await audited(harness, user.id, 'MFA_FAILED', 'LAST_FACTOR_ENFORCED')).toBe(2);
    expectEmpty(await post(disableVerify(user.deviceId), user.environment, {}), 200);
  });

  test('an environment token needs no code, whatever it sends, and may have one sent', async () => {
    const user = await withPhones('environment', 2);
    const [other = { number: '', deviceId: '' }] = user.others;
    await removalCode(user.environment, other);
    expectEmpty(await post(disableVerify(other.deviceId), user.environment, { otcToken: 'x', code: 'x' }), 200);
    expectEmpty(await post(disableVerify(user.deviceId), user.environment), 200);
    expect(await countOf(harness, 'authenticators', user.id)).toBe(0);
    const bare = await asEnvironment(harness);
    for (const path of [disable('x'), disableVerify('x')]) {
      expectRefusal(await post(path, bare, {}), 403, refusal('frontegg-user-id header is required', 'ER-00008'));
      expectRefusal(await post(path, {}, {}), 401, unauthorized);
    }
  });

  test('a phone of somebody else is not found, and stays', async () => {
    const [mine, other] = [await withPhones('mine', 1), await withPhones('theirs', 1)];
    for (const id of [other.deviceId, 'unknown']) {
      for (const path of [disable(id), disableVerify(id)]) expectRefusal(await post(path, mine.headers, {}), 404, noDevice, path);
    }
    expectRefusal(await post(disableVerify(other.deviceId), mine.environment, {}), 404, noDevice);
    expect(await ownPhones(other.headers)).toHaveLength(1);
  });

  test('with strict step-up REST asks for a fresh proof before a removal without code', async () => {
    const strict = await openSmsHarness({ settings: { STRICT_STEP_UP: '1' } });
    const user = await phoneUser(strict, 'strict');
    await addPhone(strict, user);
    strict.clock.advance({ seconds: 300 });
    const { accessToken } = user;
    const answer = await selfService(strict, disableVerify(user.deviceId), { authorization: `Bearer ${accessToken}` }, {});
    expectRefusal(answer, 401, refusal('Step-up required'));
    await strict.close();
  });
});
