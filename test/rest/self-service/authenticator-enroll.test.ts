import { describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, enroll, logIn, setPolicy, setStrategy, totp, wrongTotp } from '../../support/builders.ts';
import { decodeQrDataUri } from '../../support/qr.ts';
import { asUser, call, expectRefusal, forbidden, invalidCode, invalidType, refusal, tooMany, unauthorized } from '../../support/rest.ts';
import { expectTextsRequired, notSixDigits } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const recovery = /^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/;
const base = '/users/v1/mfa';
const harness = useHarness();

type Headers = Record<string, string>;
const post = (path: string, headers: Headers, body?: unknown) =>
  call(harness, 'POST', `${base}${path}`, { headers, ...(body === undefined ? {} : { body }) });
const devices = (headers: Headers) => call(harness, 'GET', `${base}/devices`, { headers });

async function person(name: string) {
  const user = await createUserInTenant(harness, name);
  const environment = { ...(await asEnvironment(harness)), 'frontegg-user-id': user.id };
  return { ...user, headers: await asUser(harness, user.email), environment };
}

describe.each([
  ['the older names', '/enroll', '/enroll/verify'],
  ['the newer names', '/authenticator/enroll', '/authenticator/enroll/verify'],
])('enrolling by %s', (_names, begin, verify) => {
  const key = begin.replaceAll('/', '-');

  test('shows one secret, confirms it, and hands out the recovery code at the first factor only', async () => {
    const { headers, email } = await person(`first${key}`);
    const shown = await post(begin, headers);
    expect(shown.statusCode, shown.body).toBe(200);
    const { secret, qrCode } = shown.json();
    expect(Object.keys(shown.json()).sort()).toEqual(['qrCode', 'secret']);
    expect(new URL(decodeQrDataUri(qrCode)).searchParams.get('secret')).toBe(secret);
    expect((await post(begin, headers)).json().secret).toBe(secret);
    const done = await post(verify, headers, { token: totp(harness, secret) });
    expect([done.statusCode, done.json()]).toEqual([200, { recoveryCode: expect.stringMatching(recovery) }]);
    expect((await devices(headers)).json()).toEqual({ webauthn: [], phones: [], authenticators: [{ id: expect.any(String) }], emails: [] });
    expect((await logIn(harness, email)).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: true });

    const second = (await post(begin, headers)).json().secret;
    expect(second).not.toBe(secret);
    const again = await post(verify, headers, { token: totp(harness, second) });
    expect([again.statusCode, again.json()]).toEqual([200, {}]);
    expect((await devices(headers)).json().authenticators).toHaveLength(2);
  });

  test('works for the user an environment token names', async () => {
    const { id, headers, environment } = await person(`named${key}`);
    const { secret } = (await post(begin, environment)).json();
    expect((await post(begin, headers)).json().secret).toBe(secret);
    expect((await post(verify, environment, { token: totp(harness, secret) })).json()).toEqual({ recoveryCode: expect.stringMatching(recovery) });
    expect((await devices(headers)).json().authenticators).toHaveLength(1);
    const bare = await asEnvironment(harness);
    const needed = refusal('frontegg-user-id header is required', 'ER-00008');
    for (const path of [begin, verify]) {
      for (const own of [bare, { ...bare, 'frontegg-user-id': '' }]) expectRefusal(await post(path, own, { token: '123456' }), 403, needed);
      for (const other of ['unknown', `${id}, ${id}`]) {
        expectRefusal(await post(path, { ...bare, 'frontegg-user-id': other }, { token: '123456' }), 404, refusal('User not found'));
      }
    }
    const foreign = { ...(await asEnvironment(harness, (await createUserInTenant(harness, `elsewhere${key}`)).tenantId)), 'frontegg-user-id': id };
    expectRefusal(await post(begin, foreign), 404, refusal('User not found'));
  });

  test('a user speaks for the own account, whatever the header says', async () => {
    const [one, other] = [await person(`header${key}`), await person(`header-other${key}`)];
    const { secret } = (await post(begin, { ...one.headers, 'frontegg-user-id': other.id })).json();
    await post(verify, { ...one.headers, 'frontegg-user-id': other.id }, { token: totp(harness, secret) });
    expect((await devices(one.headers)).json().authenticators).toHaveLength(1);
    expect((await devices(other.headers)).json().authenticators).toHaveLength(0);
  });

  test('the secret lives ten minutes', async () => {
    const { headers, email } = await person(`ten${key}`);
    const { secret } = (await post(begin, headers)).json();
    harness.clock.advance({ seconds: 599 });
    expect((await post(begin, headers)).json().secret).toBe(secret);
    harness.clock.advance({ seconds: 1 });
    expectRefusal(await post(verify, headers, { token: totp(harness, secret) }), 400, invalidCode);
    expect((await post(begin, await asUser(harness, email))).json().secret).not.toBe(secret);
  });

  test('refuses wrong codes, and after five in a quarter of an hour every code', async () => {
    const { headers } = await person(`wrong${key}`);
    expectRefusal(await post(verify, headers, { token: '123456' }), 400, invalidCode, 'nothing is pending');
    const { secret } = (await post(begin, headers)).json();
    for (const token of notSixDigits) expectRefusal(await post(verify, headers, { token }), 400, invalidCode, token);
    for (let count = 2; count <= 5; count += 1) expectRefusal(await post(verify, headers, { token: wrongTotp(harness, secret) }), 400, invalidCode);
    expectRefusal(await post(verify, headers, { token: totp(harness, secret) }), 429, tooMany);
    expect((await devices(headers)).json().authenticators).toEqual([]);
  });

  test('refuses where the strategy is off, a sixth app, no token, and a body without code', async () => {
    const off = await person(`off${key}`);
    await setStrategy(harness, 'AuthenticatorApp', false, off.tenantId);
    expectRefusal(await post(begin, off.headers), 400, invalidType);
    expectRefusal(await post(verify, off.headers, { token: '123456' }), 400, invalidType);

    const { headers } = await person(`six${key}`);
    for (let count = 1; count <= 5; count += 1) {
      const { secret } = (await post(begin, headers)).json();
      expect((await post(verify, headers, { token: totp(harness, secret) })).statusCode).toBe(200);
    }
    for (const path of [begin, verify]) {
      expectRefusal(await post(path, headers, { token: '123456' }), 403, refusal('At most 5 authenticators can be enrolled'));
      expectRefusal(await post(path, {}), 401, unauthorized);
    }
    await expectTextsRequired((body) => post(verify, headers, body), ['token']);
  });
});

test('the list of devices shows the address where e-mail codes are on, and nothing to an environment token', async () => {
  const { headers, environment, email, tenantId } = await person('list');
  await setStrategy(harness, 'EmailCode', true);
  expect((await devices(headers)).json()).toEqual({ webauthn: [], phones: [], authenticators: [], emails: [{ email }] });
  await setStrategy(harness, 'EmailCode', false, tenantId);
  expect((await devices(headers)).json().emails).toEqual([]);
  expectRefusal(await devices(environment), 403, forbidden);
  expectRefusal(await devices({}), 401, unauthorized);
});

test('a forced user adds a second app within the session', async () => {
  const user = await createUserInTenant(harness, 'forced-second');
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  const headers = { authorization: `Bearer ${(await enroll(harness, user.email)).accessToken}` };
  const { secret } = (await post('/enroll', headers)).json();
  expect((await post('/enroll/verify', headers, { token: totp(harness, secret) })).json()).toEqual({});
});
