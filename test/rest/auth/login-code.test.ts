import { beforeAll, describe, expect, test } from 'vitest';
import { createUser, createUserInTenant, setPolicy, setStrategy, totp } from '../../support/builders.ts';
import { audited, execute } from '../../support/database.ts';
import { logInByCode, loginCodeFor, otherCode, sendLoginCode, setEmailCodeLogin } from '../../support/first-factors.ts';
import {
  call,
  claimsOf,
  codeExpired,
  expectEmpty,
  expectRefusal,
  faults,
  forbidden,
  invalidCode,
  invalidType,
  opaqueToken,
  refusal,
  setCookie,
  tooMany,
} from '../../support/rest.ts';
import { enrolled, notSixDigits } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
beforeAll(() => setEmailCodeLogin(harness, true));

const mailTo = async (email: string) => {
  await harness.app.outbox.flush();
  return harness.mail.filter((message) => message.to === email);
};

describe('asking for a code', () => {
  test('by address, user name or id: 201 without a body, a cookie for five minutes, six digits by mail', async () => {
    const user = await createUserInTenant(harness, 'ask');
    for (const body of [{ email: user.email }, { username: 'ASK@acme.example' }, { userId: user.id, recaptchaToken: 'x' }]) {
      const answer = await sendLoginCode(harness, body);
      expectEmpty(answer, 201);
      expect(setCookie(answer, 'fe_code_')).toMatchObject({
        name: 'fe_code_6da273731572444fb3c5ef702ce65123',
        value: expect.stringMatching(opaqueToken),
        ...{ maxAge: 300, httpOnly: true, secure: true, path: '/', sameSite: 'Lax' },
      });
    }
    const sent = await mailTo(user.email);
    expect(sent).toHaveLength(3);
    for (const message of sent)
      expect(message).toMatchObject({ template: 'LOGIN_CODE', code: expect.stringMatching(/^[0-9]{6}$/), lifetimeSeconds: 300 });
    expect(await audited(harness, user.id, 'CODE_SENT', 'LOGIN')).toBe(3);
  });

  test('an unknown, an unverified and a locked user get the same answer and no mail', async () => {
    const locked = await createUserInTenant(harness, 'ask-locked');
    await execute(harness, 'update users set locked = true where id = $1', [locked.id]);
    const unverified = await createUser(harness, locked.tenantId, 'ask-unverified@acme.example');
    await execute(harness, 'update users set verified = false where id = $1', [unverified.id]);
    for (const email of ['nobody@acme.example', locked.email, unverified.email]) {
      const answer = await sendLoginCode(harness, { email });
      expectEmpty(answer, 201);
      expect(setCookie(answer, 'fe_code_')?.value).toMatch(opaqueToken);
      expect(await mailTo(email)).toEqual([]);
    }
  });

  test('five times in fifteen minutes for each address, known or not and however spelled; then 429', async () => {
    const user = await createUserInTenant(harness, 'ask-limit');
    for (const [first, spelled] of [
      [user.email, user.email.toUpperCase()],
      ['nobody-at-all@acme.example', 'Nobody-At-All@ACME.example'],
    ]) {
      for (let count = 1; count <= 5; count += 1) expectEmpty(await sendLoginCode(harness, { email: count % 2 ? first : spelled }), 201);
      const limited = await sendLoginCode(harness, { email: spelled });
      expectRefusal(limited, 429, tooMany, first);
      expect(limited.headers['retry-after']).toBe('900');
    }
    expectRefusal(await sendLoginCode(harness, { userId: user.id }), 429, tooMany, 'by another name of the same user');
    expect(await mailTo(user.email)).toHaveLength(5);
  });

  test('refusals: nobody named, pages of strangers, switched off', async () => {
    for (const body of [{}, { email: null }, { email: '', username: '', userId: '' }]) {
      expectRefusal(await sendLoginCode(harness, body), 400, faults('email should not be empty'), JSON.stringify(body));
    }
    expectRefusal(await sendLoginCode(harness, { userId: 5 }), 400, faults('userId must be a string'));
    expectRefusal(await sendLoginCode(harness, { email: 'a@b.example' }, { origin: 'https://evil.example' }), 403, forbidden);
    await setEmailCodeLogin(harness, false);
    const off = 'Invalid authentication type, OTC (One-Time Code) authentication should be enabled';
    expectRefusal(await sendLoginCode(harness, { email: 'a@b.example' }), 400, refusal(off, 'ER-01012'));
    expectRefusal(await logInByCode(harness, '123456'), 400, invalidType);
    await setEmailCodeLogin(harness, true);
  });
});

describe('logging in with the code', () => {
  test('answers 201 with tokens where nothing is enforced; the cookie is spent with the code', async () => {
    const user = await createUserInTenant(harness, 'plain');
    const { cookie, code } = await loginCodeFor(harness, user.email);
    const answer = await logInByCode(harness, code, cookie);
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ mfaRequired: false, userEmail: user.email, refreshToken: expect.stringMatching(opaqueToken) });
    expect(claimsOf(answer.json<{ accessToken: string }>().accessToken)).not.toHaveProperty('acr');
    expect(setCookie(answer, 'fe_code_')?.value).toBe('');
    expect(setCookie(answer, 'fe_refresh_')?.value).toBe(answer.json<{ refreshToken: string }>().refreshToken);
    expect(await audited(harness, user.id, 'LOGIN_SUCCEEDED', 'otp')).toBe(1);
    expectRefusal(await logInByCode(harness, code, cookie), 400, invalidCode, 'again');
  });

  test('an enrolled user verifies the factor next, without a mailed code among the choices', async () => {
    await setStrategy(harness, 'EmailCode', true);
    const user = await enrolled(harness, 'second');
    const { cookie, code } = await loginCodeFor(harness, user.email);
    const outstanding = (await logInByCode(harness, code, cookie)).json();
    expect(outstanding).toMatchObject({ mfaRequired: true, mfaEnrolled: true, mfaDevices: { emails: [], authenticators: [{}] } });
    expect(outstanding).not.toHaveProperty('accessToken');
    const mailed = await call(harness, 'POST', '/auth/v1/user/mfa/emailcode', { body: { mfaToken: outstanding.mfaToken } });
    expectRefusal(mailed, 400, invalidType);
    const body = { mfaToken: outstanding.mfaToken, value: totp(harness, user.secret) };
    const done = await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body });
    expect(claimsOf(done.json<{ accessToken: string }>().accessToken).amr).toEqual(['otp', 'mfa']);
  });

  test('a forced user without a factor is shown the app; where only e-mail is left, 403', async () => {
    const user = await createUserInTenant(harness, 'forced');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const first = await loginCodeFor(harness, user.email);
    expect((await logInByCode(harness, first.code, first.cookie)).json()).toMatchObject({
      mfaStrategies: ['AuthenticatorApp'],
      qrCode: expect.any(String),
    });
    await setStrategy(harness, 'AuthenticatorApp', false, user.tenantId);
    const { cookie, code } = await loginCodeFor(harness, user.email);
    expectRefusal(await logInByCode(harness, code, cookie), 403, refusal('No MFA strategy is available'));
  });

  test('without the cookie, with an unknown one, or with that of another login the right code is wrong', async () => {
    const [user, other] = [await createUserInTenant(harness, 'bound'), await createUserInTenant(harness, 'bound-other')];
    const { cookie, code } = await loginCodeFor(harness, user.email);
    const foreign = await loginCodeFor(harness, other.email);
    const name = cookie.split('=')[0];
    for (const wrong of [undefined, `${name}=`, `${name}=unknown`, `${name}=${user.id}`])
      expectRefusal(await logInByCode(harness, code, wrong), 400, invalidCode, wrong);
    if (foreign.code !== code) expectRefusal(await logInByCode(harness, code, foreign.cookie), 400, invalidCode);
    expect((await logInByCode(harness, code, cookie)).statusCode).toBe(201);
  });

  test('a newer code ends the older one; after five minutes a code has expired', async () => {
    const user = await createUserInTenant(harness, 'newest');
    const old = await loginCodeFor(harness, user.email);
    const young = await loginCodeFor(harness, user.email);
    expectRefusal(await logInByCode(harness, old.code, old.cookie), 400, invalidCode);
    harness.clock.advance({ seconds: 300 });
    expectRefusal(await logInByCode(harness, young.code, young.cookie), 400, codeExpired);
  });

  test('what could never be a code is wrong and costs nothing', async () => {
    const user = await createUserInTenant(harness, 'malformed');
    const { cookie, code } = await loginCodeFor(harness, user.email);
    for (const wrong of notSixDigits) expectRefusal(await logInByCode(harness, wrong, cookie), 400, invalidCode, wrong);
    for (const wrong of ['', null]) expectRefusal(await logInByCode(harness, wrong, cookie), 400, faults('token should not be empty'));
    expectRefusal(await logInByCode(harness, 123456, cookie), 400, faults('token must be a string'));
    expect((await logInByCode(harness, code, cookie)).statusCode).toBe(201);
  });

  test('five wrong codes in fifteen minutes, over all codes sent, known user or not; then 429, right or wrong', async () => {
    const user = await createUserInTenant(harness, 'guess');
    for (const email of [user.email, 'nobody-guess@acme.example']) {
      const first = await loginCodeFor(harness, email);
      for (let count = 1; count <= 3; count += 1)
        expectRefusal(await logInByCode(harness, otherCode(first.code || '000000'), first.cookie), 400, invalidCode);
      const second = await loginCodeFor(harness, email);
      for (let count = 1; count <= 2; count += 1)
        expectRefusal(await logInByCode(harness, otherCode(second.code || '000000'), second.cookie), 400, invalidCode);
      const limited = await logInByCode(harness, second.code || '000000', second.cookie);
      expectRefusal(limited, 429, tooMany, email);
      expect(limited.headers['retry-after']).toBe('900');
    }
    harness.clock.advance({ seconds: 900 });
    const { cookie, code } = await loginCodeFor(harness, user.email);
    expect((await logInByCode(harness, code, cookie)).statusCode).toBe(201);
  });

  test('a user locked meanwhile is told so', async () => {
    const user = await createUserInTenant(harness, 'locked-meanwhile');
    const { cookie, code } = await loginCodeFor(harness, user.email);
    await execute(harness, 'update users set locked = true where id = $1', [user.id]);
    expectRefusal(await logInByCode(harness, code, cookie), 401, refusal('User is locked out', 'ER-01034'));
  });
});
