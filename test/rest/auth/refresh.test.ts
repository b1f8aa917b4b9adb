import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, test } from 'vitest';
import { cookiesOf, createTenant, createUserInTenant, logIn, setPolicy, totp } from '../../support/builders.ts';
import { execute } from '../../support/database.ts';
import { clientId } from '../../support/harness.ts';
import { tokensOf } from '../../support/login-answers.ts';
import { call, claimsOf, expectRefusal, faults, forbidden, joinTenant, refusal, setCookie, unauthorized } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/auth/v1/user/token/refresh';
const harness = useHarness();

const refresh = (cookie: string | undefined, body?: unknown, headers: Record<string, string> = {}) =>
  call(harness, 'POST', path, { headers, ...(cookie === undefined ? {} : { cookie }), ...(body === undefined ? {} : { body }) });
const newSession = async (name: string) => {
  const user = await createUserInTenant(harness, name);
  return { ...user, cookie: cookiesOf(await logIn(harness, user.email)) };
};
const tokenIn = (answer: LightMyRequestResponse) => answer.json<{ accessToken: string }>().accessToken;
const stands = async (accessToken: string) =>
  (await call(harness, 'GET', '/users/v2/me', { headers: { authorization: `Bearer ${accessToken}` } })).statusCode === 200;

describe('refreshing a session', () => {
  test('answers exactly 200 with the complete form, a new refresh token and its cookie', async () => {
    const session = await newSession('plain');
    harness.clock.advance({ seconds: 1000 });
    const answer = await refresh(session.cookie);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual(tokensOf(harness, session));
    expect(session.cookie).not.toContain(answer.json().refreshToken);
    const cookie = setCookie(answer, 'fe_refresh_');
    expect(cookie).toMatchObject({ value: answer.json().refreshToken, maxAge: 2_592_000 - 1000 });
    expect(await stands(tokenIn(answer))).toBe(true);
  });

  test('every body real clients send serves: none, an empty one with content type, null, an empty tenant', async () => {
    const session = await newSession('bodies');
    const json = { 'content-type': 'application/json' };
    let { cookie } = session;
    for (const [body, headers] of [
      [undefined, {}],
      [undefined, json],
      ['', json],
      [null, {}],
      [{}, {}],
      [{ tenantId: null }, {}],
      [{ tenantId: '' }, {}],
      [{ tenantId: 'bodies', more: 1 }, {}],
    ] as [unknown, Record<string, string>][]) {
      const answer = await refresh(cookie, body, headers);
      expect(answer.statusCode, JSON.stringify(body)).toBe(200);
      cookie = cookiesOf(answer);
    }
  });

  test('the cookie is read under three spellings of its name', async () => {
    const session = await newSession('spellings');
    let token = session.cookie.split('=')[1];
    for (const id of [clientId.replace('-', ''), clientId.replaceAll('-', ''), clientId]) {
      const answer = await refresh(`fe_refresh_${id}=${token}`);
      expect(answer.statusCode, id).toBe(200);
      expect(setCookie(answer, 'fe_refresh_')?.name).toBe('fe_refresh_6da273731572-444f-b3c5-ef702ce65123');
      token = answer.json().refreshToken;
    }
  });

  test('a superseded token serves ten seconds more, for parallel tabs; used later it ends the whole session', async () => {
    const session = await newSession('rotation');
    const first = await refresh(session.cookie);
    const parallel = await refresh(session.cookie);
    expect(parallel.statusCode).toBe(200);
    harness.clock.advance({ seconds: 10 });
    const last = await refresh(session.cookie);
    expect(last.statusCode, 'ten seconds').toBe(200);
    expect((await refresh(cookiesOf(parallel))).statusCode, 'each of them goes on').toBe(200);
    harness.clock.advance({ seconds: 1 });
    expectRefusal(await refresh(session.cookie), 401, unauthorized, 'eleven seconds: reuse');
    for (const cookie of [cookiesOf(first), cookiesOf(last)]) expectRefusal(await refresh(cookie), 401, unauthorized, 'the session is over');
    expect(await stands(tokenIn(last))).toBe(false);
  });

  test('many at once with one token all serve', async () => {
    const session = await newSession('parallel');
    const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(session.cookie)));
    expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200, 200, 200]);
  });

  test('the session ends thirty days after the login, however often it was refreshed', async () => {
    const session = await newSession('thirty-days');
    harness.clock.advance({ seconds: 2_592_000 - 1 });
    const answer = await refresh(session.cookie);
    expect(setCookie(answer, 'fe_refresh_')?.maxAge).toBe(1);
    harness.clock.advance({ seconds: 1 });
    expectRefusal(await refresh(cookiesOf(answer)), 401, unauthorized);
  });

  test('a policy that begins meanwhile applies at the next login, not at refresh', async () => {
    const session = await newSession('meanwhile');
    await setPolicy(harness, { enforceMFAType: 'Force' }, session.tenantId);
    expect((await refresh(session.cookie)).json()).toMatchObject({ mfaRequired: false });
  });
});

describe('changing the tenant at refresh', () => {
  test('enters another tenant of the user, for this session and later logins', async () => {
    const session = await newSession('from');
    const to = await createTenant(harness, 'to');
    await joinTenant(harness, session.email, to, { roleIds: [roleIds.admin] });
    const answer = await refresh(session.cookie, { tenantId: to });
    expect(claimsOf(tokenIn(answer))).toMatchObject({ tenantId: to, tenantIds: ['from', 'to'], roles: ['Admin'] });
    expect(claimsOf(tokenIn(await refresh(cookiesOf(answer))))).toMatchObject({ tenantId: to });
    expect(claimsOf(tokenIn(await logIn(harness, session.email)))).toMatchObject({ tenantId: to });
  });

  test('a tenant of others answers 403 like one that does not exist, and the session goes on', async () => {
    const session = await newSession('stay');
    await createTenant(harness, 'of-others');
    for (const tenantId of ['of-others', 'no-such-tenant']) expectRefusal(await refresh(session.cookie, { tenantId }), 403, forbidden, tenantId);
    harness.clock.advance({ seconds: 60 });
    expect((await refresh(session.cookie)).statusCode).toBe(200);
  });

  test('goes through the gate again without a second factor, and not after one', async () => {
    const session = await newSession('gate');
    const to = await createTenant(harness, 'gate-to');
    await joinTenant(harness, session.email, to);
    await setPolicy(harness, { enforceMFAType: 'Force' }, to);
    const { cookie } = session;
    const outstanding = await refresh(cookie, { tenantId: to });
    expect(outstanding.statusCode).toBe(200);
    const body = outstanding.json();
    expect(Object.keys(body)).not.toContain('accessToken');
    expect(body).toMatchObject({ mfaRequired: true, mfaEnrolled: false, mfaStrategies: ['AuthenticatorApp'], qrCode: expect.any(String) });
    expect(outstanding.cookies).toEqual([]);
    expectRefusal(await refresh(cookie), 401, unauthorized, 'the session without a second factor is over');

    const verify = { token: totp(harness, body.secret), mfaToken: body.mfaToken };
    const done = await call(harness, 'POST', '/auth/v1/user/mfa/authenticator/enroll/verify', { body: verify });
    expect(claimsOf(tokenIn(done))).toMatchObject({ tenantId: to });
    const back = await refresh(cookiesOf(done), { tenantId: 'gate' });
    expect(back.json(), 'past a second factor').toMatchObject({ mfaRequired: false });
    expect(claimsOf(tokenIn(back))).toMatchObject({ tenantId: 'gate' });
  });
});

describe('refusals', () => {
  test('without a session 401: no cookie, an empty or unknown one, or the token elsewhere', async () => {
    const session = await newSession('none');
    const token = session.cookie.split('=')[1];
    for (const cookie of [undefined, '', `fe_refresh_${clientId}=`, `fe_refresh_${clientId}=unknown`, `fe_refresh_other=${token}`, '%zz=%zz;;=']) {
      expectRefusal(await refresh(cookie), 401, unauthorized, cookie ?? 'no cookie');
    }
    expectRefusal(await refresh(undefined, { refreshToken: token }, { authorization: `Bearer ${token}` }), 401, unauthorized);
    expectRefusal(await refresh(undefined, { tenantId: null }), 401, unauthorized, 'the normal first call of a browser');
  });

  test('a locked user is told so', async () => {
    const session = await newSession('locked');
    await execute(harness, 'update users set locked = true where id = $1', [session.id]);
    expectRefusal(await refresh(session.cookie), 401, refusal('User is locked out', 'ER-01034'));
  });

  test('validation', async () => {
    const { cookie } = await newSession('faults');
    expectRefusal(await refresh(cookie, { tenantId: 5 }), 400, faults('tenantId must be a string'));
    expectRefusal(await refresh(cookie, []), 400, faults('Invalid request body'));
    expectRefusal(await refresh(cookie, '{"tenantId"'), 400, faults('Invalid request body'));
    expect((await refresh(cookie)).statusCode, 'none of them cost the token').toBe(200);
  });

  test('pages of strangers are refused, our own and the listed ones are not; stale headers do not disturb', async () => {
    const session = await newSession('origin');
    for (const origin of ['https://evil.example', 'null', 'http://id.acme.example', 'https://id.acme.example.evil.example', '']) {
      expectRefusal(await refresh(session.cookie, undefined, { origin }), 403, forbidden, origin);
    }
    const stale = { authorization: 'Bearer stale', 'frontegg-tenant-id': 'no-such-tenant' };
    const own = await refresh(session.cookie, undefined, { origin: 'https://id.acme.example', ...stale });
    expect(own.statusCode).toBe(200);
  });
});
