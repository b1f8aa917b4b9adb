import { describe, expect, test } from 'vitest';
import { cookiesOf, createUserInTenant, logIn, mfaTokenFor, setPolicy, totp, wrongTotp } from '../../support/builders.ts';
import { call, expectEmpty, expectRefusal, faults, invalidMfaToken, refusal, tooMany, unauthorized } from '../../support/rest.ts';
import { enrolled, expectTextsRequired } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/auth/v1/user/mfa/recover';
const harness = useHarness();

const recover = (body?: unknown, more: object = {}) => call(harness, 'POST', path, { ...more, ...(body === undefined ? {} : { body }) });
const invalid = refusal('Invalid recovery code');
const wrongCode = '00000-00000-00000-00000-00000';

describe('recovering', () => {
  test('answers 200 and nothing, and the next login is as if no factor had ever been there', async () => {
    const user = await enrolled(harness, 'forced');
    const answer = await recover({ email: user.email, recoveryCode: user.recoveryCode, more: 1 });
    expectEmpty(answer, 200);
    expect(answer.cookies).toEqual([]);
    const login = (await logIn(harness, user.email)).json();
    expect(login).toMatchObject({ mfaRequired: true, mfaEnrolled: false, mfaStrategies: ['AuthenticatorApp'] });
    expect(login.secret).not.toBe(user.secret);
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: false, accessToken: expect.any(String) });
  });

  test('ends mfaTokens, sessions and remembered devices, and tells the user', async () => {
    const user = await enrolled(harness, 'ends', { allowRememberMyDevice: true });
    const body = { mfaToken: user.mfaToken, value: totp(harness, user.secret), rememberDevice: true };
    const session = await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body });
    const cookie = cookiesOf(session);
    const open = await mfaTokenFor(harness, user.email);
    expectEmpty(await recover({ email: user.email, recoveryCode: user.recoveryCode }), 200);
    const headers = { authorization: `Bearer ${session.json().accessToken}` };
    expectRefusal(await call(harness, 'GET', '/users/v2/me', { headers }), 401, unauthorized);
    expectRefusal(await call(harness, 'POST', '/auth/v1/user/token/refresh', { cookie }), 401, unauthorized);
    expectRefusal(await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body: { mfaToken: open, value: '123456' } }), 401, invalidMfaToken);
    expect((await logIn(harness, user.email, cookie)).json()).toMatchObject({ mfaRequired: true });
    await harness.app.outbox.flush();
    expect(harness.notices.filter(({ to }) => to === user.email).map(({ kind }) => kind)).toEqual(['FACTOR_ADDED', 'RECOVERY_USED']);
  });

  test.each([
    ['small letters', (code: string) => code.toLowerCase()],
    ['no hyphens', (code: string) => code.replaceAll('-', '')],
    ['letters for digits', (code: string) => code.replaceAll('1', 'l').replaceAll('0', 'o')],
    ['capitals for digits', (code: string) => code.replaceAll('1', 'I').replaceAll('0', 'O')],
  ])('takes the code in %s, and the address in any letter case', async (name, spell) => {
    const user = await enrolled(harness, `spelled-${name.replaceAll(' ', '-')}`);
    expectEmpty(await recover({ email: user.email.toUpperCase(), recoveryCode: spell(user.recoveryCode) }), 200);
    expectRefusal(await recover({ email: user.email, recoveryCode: user.recoveryCode }), 400, invalid, 'spent in every spelling');
  });

  test('a factor that was guessed at until it shut can be bound anew', async () => {
    const user = await enrolled(harness, 'shut');
    for (let tries = 0; tries < 5; tries += 1) {
      const body = { mfaToken: await mfaTokenFor(harness, user.email), value: wrongTotp(harness, user.secret) };
      expect((await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body })).statusCode).toBe(400);
    }
    expectEmpty(await recover({ email: user.email, recoveryCode: user.recoveryCode }), 200);
    const { mfaToken, secret } = (await logIn(harness, user.email)).json();
    const answer = await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body: { mfaToken, value: totp(harness, secret) } });
    expect(answer.statusCode, answer.body).toBe(201);
    expect(answer.json()).toHaveProperty('recoveryCode');
  });
});

describe('refusals', () => {
  test('both fields are required texts, in this order', async () => {
    const texts = (fault: string) => faults(`recoveryCode ${fault}`, `email ${fault}`);
    expectRefusal(await recover({}), 400, texts('should not be empty'));
    for (const value of [5, true, {}, [], 'x'.repeat(4097), 'a\0b']) {
      expectRefusal(await recover({ recoveryCode: value, email: value }), 400, texts('must be a string'), JSON.stringify(value).slice(0, 60));
    }
    const withEmail = (body: unknown): unknown =>
      typeof body === 'object' && body !== null && !Array.isArray(body) ? { email: 'nobody@acme.example', ...body } : body;
    await expectTextsRequired((body) => recover(withEmail(body)), ['recoveryCode']);
  });

  test('an unknown address, a wrong code, the code of somebody else and a user without codes get one and the same answer', async () => {
    const [user, other] = [await enrolled(harness, 'same'), await enrolled(harness, 'same-other')];
    const plain = await createUserInTenant(harness, 'same-plain');
    const tries = { [user.email]: other.recoveryCode, 'nobody@acme.example': user.recoveryCode, [plain.email]: wrongCode, 'no address': 'x' };
    for (const [email, recoveryCode] of Object.entries(tries)) expectRefusal(await recover({ email, recoveryCode }), 400, invalid, email);
    expectRefusal(await recover({ email: user.email, recoveryCode: wrongCode }), 400, invalid);
    expectEmpty(await recover({ email: other.email, recoveryCode: other.recoveryCode }), 200);
  });

  test('an unknown address costs the statements a wrong code costs', async () => {
    const user = await enrolled(harness, 'equal');
    const statementsOf = async (email: string) => {
      harness.queries.length = 0;
      expectRefusal(await recover({ email, recoveryCode: wrongCode }), 400, invalid);
      return [...harness.queries];
    };
    const known = await statementsOf(user.email);
    expect(known.length).toBeGreaterThan(2);
    expect(await statementsOf('equal-nobody@acme.example')).toEqual(known);
  });

  test('five tries for an address in 15 minutes, known or not; the sixth is not looked at, and a success clears the count', async () => {
    const user = await enrolled(harness, 'budget');
    for (const email of [user.email, 'budget-nobody@acme.example']) {
      for (let count = 1; count <= 5; count += 1) {
        const spelled = count % 2 === 0 ? email.toUpperCase() : email;
        expectRefusal(await recover({ email: spelled, recoveryCode: wrongCode }), 400, invalid, `${count}`);
      }
      const limited = await recover({ email, recoveryCode: user.recoveryCode });
      expectRefusal(limited, 429, tooMany);
      expect(limited.headers['retry-after']).toBe('900');
    }
    harness.clock.advance({ seconds: 900 });
    expectEmpty(await recover({ email: user.email, recoveryCode: user.recoveryCode }), 200);
    for (let count = 1; count <= 5; count += 1)
      expectRefusal(await recover({ email: user.email, recoveryCode: wrongCode }), 400, invalid, `${count}`);
  });

  test('what else is in the request is not looked at', async () => {
    const user = await enrolled(harness, 'stale');
    const headers = { authorization: 'Bearer x', 'frontegg-tenant-id': 'a,b' };
    expectEmpty(await recover({ email: user.email, recoveryCode: user.recoveryCode }, { headers }), 200);
  });
});
