import { describe, expect, test } from 'vitest';
import { logIn, setStrategy, totp, wrongTotp } from '../../support/builders.ts';
import { tokensOf } from '../../support/login-answers.ts';
import { call, expectRefusal, faults, invalidCode, invalidMfaToken, refusal, setCookie, tooMany } from '../../support/rest.ts';
import { enrolled, expectOnlySixDigits, expectTextsRequired, unenrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const unknownDevice = refusal('Device not found');
const harness = useHarness();

const verify = (deviceId: string, body?: unknown, headers: Record<string, string> = {}) =>
  call(harness, 'POST', `/auth/v1/user/mfa/authenticator/${deviceId}/verify`, { headers, ...(body === undefined ? {} : { body }) });

/** An enrolled user with the id of the device as the login lists it. */
async function withDevice(name: string, policy: object = {}) {
  const user = await enrolled(harness, name, policy);
  const { mfaToken, mfaDevices } = (await logIn(harness, user.email)).json();
  return { ...user, mfaToken: mfaToken as string, deviceId: mfaDevices.authenticators[0].id as string };
}

describe('verifying with one device', () => {
  test('answers 201 with tokens and the refresh cookie', async () => {
    const user = await withDevice('one');
    const answer = await verify(user.deviceId, { value: totp(harness, user.secret), mfaToken: user.mfaToken });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual(tokensOf(harness, user));
    expect(setCookie(answer, 'fe_refresh_')?.value).toBe(answer.json().refreshToken);
  });

  test('remembers the device, also with stale credentials in headers and the strategy off', async () => {
    const user = await withDevice('remember', { allowRememberMyDevice: true });
    await setStrategy(harness, 'AuthenticatorApp', false, user.tenantId);
    const body = { value: totp(harness, user.secret), mfaToken: user.mfaToken, rememberDevice: true };
    const answer = await verify(user.deviceId, body, { authorization: 'Bearer x', 'frontegg-tenant-id': '' });
    expect(answer.statusCode).toBe(201);
    expect(setCookie(answer, 'fe_device_')?.maxAge).toBe(1_209_600);
  });
});

describe('refusals', () => {
  test('a device that is not of this user answers 404, whoever else has it, and costs no attempt', async () => {
    const user = await withDevice('mine');
    const other = await withDevice('theirs');
    const body = { value: totp(harness, user.secret), mfaToken: user.mfaToken };
    for (const id of [other.deviceId, '00000000-0000-4000-8000-000000000000', 'nonsense', user.id, "'--"]) {
      expectRefusal(await verify(id, body), 404, unknownDevice, id);
      expectRefusal(await verify(id, { ...body, value: wrongTotp(harness, user.secret) }), 404, unknownDevice, id);
    }
    const unenrolledUser = await unenrolled(harness, 'none');
    expectRefusal(await verify(user.deviceId, { value: '123456', mfaToken: unenrolledUser.mfaToken }), 404, unknownDevice);
    expect((await verify(user.deviceId, body)).statusCode).toBe(201);
  });

  test('checks in order: body 400, mfaToken 401, device 404, attempts 429, code 400', async () => {
    const user = await withDevice('order');
    expectRefusal(await verify('nonsense', { mfaToken: 'unknown' }), 400, faults('value should not be empty'));
    expectRefusal(await verify('nonsense', { value: '123456', mfaToken: 'unknown' }), 401, invalidMfaToken);
    const wrong = () => ({ value: wrongTotp(harness, user.secret), mfaToken: user.mfaToken });
    for (let count = 1; count <= 5; count += 1) expectRefusal(await verify(user.deviceId, wrong()), 400, invalidCode, `${count}`);
    expectRefusal(await verify('nonsense', wrong()), 401, invalidMfaToken, 'dead');
    const { mfaToken } = (await logIn(harness, user.email)).json();
    expectRefusal(await verify('nonsense', { ...wrong(), mfaToken }), 404, unknownDevice);
    expectRefusal(await verify(user.deviceId, { value: totp(harness, user.secret), mfaToken }), 429, tooMany);
    expectRefusal(
      await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body: { ...wrong(), mfaToken } }),
      429,
      tooMany,
      'one count for all paths',
    );
  });

  test('value and mfaToken are required texts, and the value six ASCII digits', async () => {
    await expectTextsRequired((body) => verify('any', body), ['value', 'mfaToken']);
    const user = await withDevice('forms');
    await expectOnlySixDigits((value) => verify(user.deviceId, { value, mfaToken: user.mfaToken }));
    expect((await verify(user.deviceId, { value: totp(harness, user.secret), mfaToken: user.mfaToken })).statusCode).toBe(201);
  });
});
