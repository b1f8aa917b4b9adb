import { beforeAll, describe, expect, test } from 'vitest';
import { enroll, identity, logIn, mfaTokenFor, setStrategy, totp } from '../../support/builders.ts';
import { countOf, query } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, enrollApp, enrollVerify, isEnrolled, loggedIn, verifyApp } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const forbidden = { errors: ['MFA is already enrolled'] };

describe('T15 a password does not open a second way in', () => {
  test('T15 who has a factor is refused another: no pending row, no secret in any body', async () => {
    const user = await createForcedUser(harness, 'takeover');
    const { secret } = await enroll(harness, user.email);
    const login = await logIn(harness, user.email);
    expect(login.body).not.toMatch(/secret|qrCode|otpauth|recoveryCode/);
    const { mfaToken } = login.json<{ mfaToken: string }>();
    for (const answer of [
      await enrollApp(harness, mfaToken),
      await enrollVerify(harness, mfaToken, totp(harness, secret)),
      await enrollVerify(harness, mfaToken, '000000'),
    ]) {
      expect([answer.statusCode, answer.json()]).toEqual([403, forbidden]);
    }
    expect(await countOf(harness, 'pending_enrollments', user.id)).toBe(0);
    expect(await countOf(harness, 'authenticators', user.id)).toBe(1);
    expect(await countOf(harness, 'recovery_codes', user.id)).toBe(1);
  });

  test('T15 an enrollment begun before the user enrolled elsewhere comes to nothing', async () => {
    const user = await createForcedUser(harness, 'takeover-begun');
    const logins = [await loggedIn(harness, user.email), await loggedIn(harness, user.email)];
    const { secret } = await enroll(harness, user.email);
    // By chance two secrets have a code in common once in 300,000 times, so one of two logins is taken whose code is another.
    const live = [-30, 0, 30].map((seconds) => totp(harness, secret, seconds));
    const begun = logins.find((login) => !live.includes(totp(harness, login.secret))) ?? expect.fail('both codes are right by chance');
    expect((await enrollApp(harness, begun.mfaToken)).json()).toEqual(forbidden);
    expect((await enrollVerify(harness, begun.mfaToken, totp(harness, begun.secret))).json()).toEqual(forbidden);
    expect((await verifyApp(harness, begun.mfaToken, totp(harness, begun.secret))).statusCode).toBe(400);
    expect(await countOf(harness, 'authenticators', user.id)).toBe(1);
    expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret))).statusCode).toBe(201);
  });

  test('T15 neither an access token nor nothing at all stands in for the mfaToken', async () => {
    const user = await createForcedUser(harness, 'takeover-bearer');
    const { accessToken } = await enroll(harness, user.email);
    const url = `${identity}/auth/v1/user/mfa/authenticator/enroll`;
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await harness.send({ method: 'POST', url, headers, body: {} })).statusCode).toBe(400);
    expect((await harness.send({ method: 'POST', url, headers })).statusCode).toBe(400);
    expect((await harness.send({ method: 'POST', url, headers, body: { mfaToken: accessToken } })).statusCode).toBe(401);
  });
});

describe('T16 an unconfirmed secret is no factor', () => {
  test('T16 a wrong code enrolls nothing, and the next login still asks to enroll', async () => {
    const user = await createForcedUser(harness, 'pending-wrong');
    const { mfaToken, secret } = await loggedIn(harness, user.email);
    const answer = await enrollVerify(harness, mfaToken, totp(harness, secret, 120));
    expect(answer.json()).toEqual({ errors: ['Invalid code'], errorCode: 'ER-01011' });
    for (const table of ['authenticators', 'recovery_codes', 'sessions']) expect(await countOf(harness, table, user.id), table).toBe(0);
    expect(await isEnrolled(harness, user)).toBe(false);
    expect(await loggedIn(harness, user.email)).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
    expect((await enrollVerify(harness, mfaToken, totp(harness, secret))).statusCode).toBe(201);
    expect(await isEnrolled(harness, user)).toBe(true);
  });

  test('T16 one mfaToken shows one secret however often it is asked, another shows another', async () => {
    const user = await createForcedUser(harness, 'pending-same');
    const first = await loggedIn(harness, user.email);
    for (let calls = 0; calls < 3; calls += 1) {
      harness.clock.advance({ seconds: 60 });
      expect((await enrollApp(harness, first.mfaToken)).json()).toMatchObject({ secret: first.secret });
    }
    expect((await loggedIn(harness, user.email)).secret).not.toBe(first.secret);
    expect((await enrollApp(harness, first.mfaToken)).json()).toMatchObject({ secret: first.secret });
  });

  test('T16 the secret of one mfaToken confirms nothing for another', async () => {
    const user = await createForcedUser(harness, 'pending-crossed');
    const [one, two] = [await loggedIn(harness, user.email), await loggedIn(harness, user.email)];
    expect((await enrollVerify(harness, one.mfaToken, totp(harness, two.secret))).statusCode).toBe(400);
    expect((await verifyApp(harness, two.mfaToken, totp(harness, one.secret))).statusCode).toBe(400);
    expect(await countOf(harness, 'authenticators', user.id)).toBe(0);
  });

  test('T16 the secret dies with its mfaToken', async () => {
    const user = await createForcedUser(harness, 'pending-expired');
    const begun = await loggedIn(harness, user.email);
    harness.clock.advance({ seconds: 600 });
    expect((await enrollVerify(harness, begun.mfaToken, totp(harness, begun.secret))).statusCode).toBe(401);
    const [row] = await query(harness, 'select expires_at from pending_enrollments where user_id = $1', [user.id]);
    expect(Number(row?.expires_at)).toBeLessThanOrEqual(harness.clock.now().getTime());
    const next = await loggedIn(harness, user.email);
    expect(next.secret).not.toBe(begun.secret);
    expect((await enrollVerify(harness, next.mfaToken, totp(harness, begun.secret))).statusCode).toBe(400);
  });

  test('T16 nothing is remembered, set or shown by a confirmation that failed', async () => {
    const user = await createForcedUser(harness, 'pending-cookies', { allowRememberMyDevice: true });
    const { mfaToken } = await loggedIn(harness, user.email);
    const answer = await enrollVerify(harness, mfaToken, '000000', { rememberDevice: true });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.body).not.toMatch(/recoveryCode|accessToken|secret/);
    expect(await countOf(harness, 'remembered_devices', user.id)).toBe(0);
  });

  test('T16 with the app switched off nothing can be begun or confirmed, and enrolled users go on', async () => {
    const [user, enrolled] = [await createForcedUser(harness, 'pending-off'), await createForcedUser(harness, 'pending-on')];
    const begun = await loggedIn(harness, user.email);
    const { secret } = await enroll(harness, enrolled.email);
    for (const { tenantId } of [user, enrolled]) await setStrategy(harness, 'AuthenticatorApp', false, tenantId);
    for (const answer of [await enrollApp(harness, begun.mfaToken), await enrollVerify(harness, begun.mfaToken, totp(harness, begun.secret))]) {
      expect(answer.json()).toEqual({ errors: ['Invalid authentication type'], errorCode: 'ER-01012' });
    }
    expect((await verifyApp(harness, await mfaTokenFor(harness, enrolled.email), totp(harness, secret))).statusCode).toBe(201);
  });
});
