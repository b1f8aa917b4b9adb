import { beforeAll, describe, expect, test } from 'vitest';
import { createCleanup } from '../../../src/services/cleanup.ts';
import {
  cookiesOf,
  createUserInTenant,
  enroll,
  expectStatus,
  identity,
  mailedCode,
  mfaTokenFor,
  password,
  setPolicy,
  setStrategy,
  totp,
  wrongTotp,
} from '../../support/builders.ts';
import { execute, query } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { quiet } from '../../support/postgres.ts';
import { createForcedUser, loggedIn, me, otcTokenFor, refresh, verifyApp, verifyMail } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const day = 86_400;
/** Does something under a clock that runs ahead, and sets the clock right again. */
async function ahead<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  harness.clock.advance({ seconds });
  try {
    return await work();
  } finally {
    harness.clock.advance({ seconds: -seconds });
  }
}
async function resetToken(user: { id: string; email: string }): Promise<string> {
  expectStatus(await harness.send({ method: 'POST', url: `${identity}/users/v1/passwords/reset`, body: { email: user.email } }), 201);
  await harness.app.outbox.flush();
  const sent = harness.mail.findLast(({ to }) => to === user.email);
  return new URL(sent !== undefined && 'link' in sent ? sent.link : '').searchParams.get('token') ?? '';
}

describe('R8 what was made while the clock ran ahead is not honored once the clock is right', () => {
  test('R8 access tokens, their sessions and environment tokens: up to a minute ahead they are, beyond that they are not', async () => {
    const user = await createUserInTenant(harness, 'ahead-tokens');
    for (const [seconds, status] of [
      [60, 200],
      [61, 401],
      [day, 401],
    ] as const) {
      const { accessToken, refreshToken } = await ahead(seconds, () => loggedIn(harness, user.email));
      const headers = { authorization: `Bearer ${await ahead(seconds, () => harness.environmentToken())}` };
      expect((await me(harness, accessToken)).statusCode, `${seconds}`).toBe(status);
      expect((await harness.send({ url: `${identity}/configurations/v1/mfa`, headers })).statusCode, `${seconds}`).toBe(status);
      expect((await refresh(harness, refreshToken)).statusCode, `${seconds}`).toBe(status);
    }
    const now = await loggedIn(harness, user.email);
    expect((await me(harness, now.accessToken)).statusCode).toBe(200);
  });

  test('R8 challenges, mailed codes and pending enrollments', async () => {
    const user = await createForcedUser(harness, 'ahead-challenges');
    const [mfaToken, begun] = await ahead(day, async () => [await mfaTokenFor(harness, user.email), await loggedIn(harness, user.email)] as const);
    expect((await verifyApp(harness, mfaToken, '123456')).statusCode).toBe(401);
    const { secret } = await enroll(harness, user.email);
    expect(secret).not.toBe(begun.secret);
    const living = await mfaTokenFor(harness, user.email);
    const otcToken = await otcTokenFor(harness, living);
    const code = await mailedCode(harness, user.email);
    await execute(harness, 'update one_time_codes set created_at = $1, expires_at = $1 where user_id = $2', [
      harness.config.databaseUrl.startsWith('file:')
        ? harness.clock.now().getTime() + day * 1000
        : new Date(harness.clock.now().getTime() + day * 1000),
      user.id,
    ]);
    expect((await verifyMail(harness, { mfaToken: living, otcToken, code })).statusCode).toBe(400);
    harness.clock.advance({ seconds: 60 });
    expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret))).statusCode).toBe(201);
  });

  test('R8 a reset link', async () => {
    const user = await createUserInTenant(harness, 'ahead-link');
    const send = (token: string) =>
      harness.send({
        method: 'POST',
        url: `${identity}/users/v1/passwords/reset/verify`,
        body: { userId: user.id, token, password: 'another one 42' },
      });
    const token = await ahead(day, () => resetToken(user));
    expect((await send(token)).statusCode).toBe(400);
    expect((await send(await resetToken(user))).statusCode).toBe(201);
  });

  test('R8 a remembered device', async () => {
    const user = await createForcedUser(harness, 'ahead-device');
    await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true }, user.tenantId);
    const { secret } = await enroll(harness, user.email);
    const cookie = await ahead(day, async () =>
      cookiesOf(await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret), { rememberDevice: true })),
    );
    const answer = await harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email: user.email, password }, cookie });
    expect(answer.json()).toMatchObject({ mfaRequired: true });
  });
});

describe('R8 limits that were used while the clock ran ahead', () => {
  test('R8 guesses stay charged for one window from now, and Retry-After says no more than that', async () => {
    const user = await createForcedUser(harness, 'ahead-guesses');
    const { secret } = await enroll(harness, user.email);
    await ahead(day, async () => {
      const mfaToken = await mfaTokenFor(harness, user.email);
      for (let tries = 0; tries < 5; tries += 1) await verifyApp(harness, mfaToken, wrongTotp(harness, secret));
    });
    const refused = await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret));
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '900']);
    harness.clock.advance({ seconds: 901 });
    expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret))).statusCode).toBe(201);
  });

  test('R8 messages may be sent again after one window', async () => {
    const user = await createForcedUser(harness, 'ahead-sends');
    await ahead(day, async () => {
      for (let sends = 0; sends < 5; sends += 1) await otcTokenFor(harness, await mfaTokenFor(harness, user.email));
    });
    const send = async () =>
      harness.send({
        ...{ method: 'POST', url: `${identity}/auth/v1/user/mfa/emailcode` },
        body: { mfaToken: await mfaTokenFor(harness, user.email) },
      });
    const refused = await send();
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(900);
    harness.clock.advance({ seconds: 901 });
    expect((await send()).statusCode).toBeLessThan(300);
  });
});

test('R8 a clock that ran ahead costs one day of the audit trail at a run, and one that agrees with the newest event removes all that is old', async () => {
  const { store } = harness.app;
  const at = (days: number) => new Date(harness.clock.now().getTime() + days * day * 1000);
  const cleanup = () =>
    createCleanup({
      store,
      clock: harness.clock,
      log: quiet,
      signingKeys: { purge: async () => undefined },
      tenantRemoval: { finishAll: async () => undefined },
      adoption: { keepPoints: async () => undefined },
      endExpiredMemberships: async () => undefined,
      auditRetentionDays: 30,
    });
  const kept = async () => (await query(harness, "select id from audit_events where reason = 'clock'")).length;
  await execute(harness, 'delete from audit_events');
  const event = { kind: 'REQUEST_REFUSED', actorKind: 'NOBODY', actorId: null, tenantId: null, userId: null, strategy: null } as const;
  for (let days = 0; days < 10; days += 1) {
    await store.events.add({ ...event, id: `clock-${days}`, at: at(-days), reason: 'clock', address: 'x', requestId: 'x' });
  }
  harness.clock.advance({ seconds: 400 * day });
  const running = cleanup();
  await running.run();
  expect(await kept()).toBe(9);
  await running.run();
  expect(await kept()).toBe(8);
  harness.clock.advance({ seconds: -400 * day });
  await cleanup().run();
  expect(await kept()).toBe(8);

  const trusted = cleanup();
  await trusted.run();
  harness.clock.advance({ seconds: 5 * day });
  await trusted.run();
  expect(await kept(), 'nothing is older than 30 days').toBe(8);
  harness.clock.advance({ seconds: 40 * day });
  await store.events.add({ ...event, id: 'clock-newest', at: at(0), reason: 'newest', address: 'x', requestId: 'x' });
  await trusted.run();
  expect(await kept(), 'the clock jumped between two runs, whatever was written since').toBe(7);
  await cleanup().run();
  expect(await kept(), 'confirmed by the newest event').toBe(0);
});
