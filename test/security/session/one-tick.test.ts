import { beforeAll, expect, test } from 'vitest';
import { nobody } from '../../../src/domain/access/actor.ts';
import { DomainError } from '../../../src/domain/errors.ts';
import { createTenant, enroll, mailedCode, mfaTokenFor, setStrategy, totp, wrongTotp } from '../../support/builders.ts';
import { countOf, query, wrongCodes } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, loggedIn, mfaTokensFor, otcTokenFor } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

/*
 * Requests that arrive together still begin one after the other, and on SQLite, where a statement never waits, each may
 * be done before the next begins. Calls of the services begun in one tick take turns at every `await` instead, so that
 * each of them has read before any of them writes.
 */

const harness = useHarness(openInstances);
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const origin = { address: { text: '203.0.113.7', network: '203.0.113.7' }, userAgent: 'test', requestId: 'test' };

/** How the calls ended, in their order: `OK` or the code of the refusal. Anything else is a fault, and thrown. */
const together = (count: number, call: (index: number) => Promise<unknown>): Promise<string[]> =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      call(index).then(
        () => 'OK',
        (error: unknown) => {
          if (error instanceof DomainError && error.code !== 'INTERNAL' && error.code !== 'UNAVAILABLE') return error.code;
          throw error;
        },
      ),
    ),
  );
const countIn = (outcomes: string[], outcome: string): number => outcomes.filter((other) => other === outcome).length;
const stranger = { actor: nobody, origin };
const verifyApp = (mfaToken: string, code: string) =>
  harness.app.services.verification.verify(stranger, {
    ...{ mfaToken, strategies: ['AUTHENTICATOR_APP'], deviceId: null, token: null, answer: code, rememberDevice: false },
  });
const verifyMail = (mfaToken: string, otcToken: string, code: string) =>
  harness.app.services.verification.verify(stranger, {
    ...{ mfaToken, strategies: ['EMAIL_CODE'], deviceId: null, token: otcToken, answer: code, rememberDevice: false },
  });
const confirm = (mfaToken: string, code: string) =>
  harness.app.services.enrollment.complete(stranger, {
    ...{ target: { mfaToken }, strategy: 'AUTHENTICATOR_APP', token: null, answer: code, name: null, rememberDevice: false },
  });

test('T02 one mfaToken, three right codes of rising steps: one session', async () => {
  const user = await createForcedUser(harness, 'tick-token');
  const { secret } = await enroll(harness, user.email);
  const mfaToken = await mfaTokenFor(harness, user.email);
  const codes = [-30, 0, 30].map((offset) => totp(harness, secret, offset));
  const outcomes = await together(5, (index) => verifyApp(mfaToken, codes[index % 3] ?? ''));
  expect(countIn(outcomes, 'OK'), String(outcomes)).toBe(1);
  expect(await countOf(harness, 'sessions', user.id)).toBe(2);
});

test('T02 one step, five good mfaTokens: one session', async () => {
  const user = await createForcedUser(harness, 'tick-step');
  const { secret } = await enroll(harness, user.email);
  const tokens = await mfaTokensFor(harness, user.email, 5);
  const outcomes = await together(5, (index) => verifyApp(tokens[index] ?? '', totp(harness, secret)));
  expect(countIn(outcomes, 'OK'), String(outcomes)).toBe(1);
  expect(countIn(outcomes, 'INVALID_CODE')).toBe(4);
  expect(await countOf(harness, 'sessions', user.id)).toBe(2);
});

test('T10d one mailed code: one session', async () => {
  const user = await createForcedUser(harness, 'tick-mail');
  const mfaToken = await mfaTokenFor(harness, user.email);
  const otcToken = await otcTokenFor(harness, mfaToken);
  const code = await mailedCode(harness, user.email);
  const outcomes = await together(5, () => verifyMail(mfaToken, otcToken, code));
  expect(countIn(outcomes, 'OK'), String(outcomes)).toBe(1);
  expect(await countOf(harness, 'sessions', user.id)).toBe(1);
});

test('T13 a TOTP and a mailed code on one mfaToken: one session', async () => {
  const user = await createForcedUser(harness, 'tick-both');
  const { secret } = await enroll(harness, user.email);
  const mfaToken = await mfaTokenFor(harness, user.email);
  const otcToken = await otcTokenFor(harness, mfaToken);
  const code = await mailedCode(harness, user.email);
  const outcomes = await together(4, (index) =>
    index % 2 === 0 ? verifyApp(mfaToken, totp(harness, secret)) : verifyMail(mfaToken, otcToken, code),
  );
  expect(countIn(outcomes, 'OK'), String(outcomes)).toBe(1);
  expect(await countOf(harness, 'sessions', user.id)).toBe(2);
});

test('T16 two enrollments of one user, each confirmed by its own secret: one factor', async () => {
  const user = await createForcedUser(harness, 'tick-enroll');
  const logins = [await loggedIn(harness, user.email), await loggedIn(harness, user.email)] as const;
  const outcomes = await together(2, (index) => confirm(logins[index]?.mfaToken ?? '', totp(harness, logins[index]?.secret ?? '')));
  expect(outcomes.toSorted()).toEqual(['ALREADY_ENROLLED', 'OK']);
  for (const table of ['authenticators', 'recovery_codes', 'sessions']) expect(await countOf(harness, table, user.id), table).toBe(1);
});

test('T16 ten beginnings of one enrollment: one secret', async () => {
  const user = await createForcedUser(harness, 'tick-begin');
  const mfaToken = await mfaTokenFor(harness, user.email);
  const shown = await Promise.all(
    Array.from({ length: 10 }, () => harness.app.services.enrollment.begin(stranger, { target: { mfaToken }, strategies: ['AUTHENTICATOR_APP'] })),
  );
  expect(new Set(shown.map(({ show }) => show.secret)).size).toBe(1);
});

test('T06c 50 wrong codes on 50 mfaTokens: five are looked at', async () => {
  const user = await createForcedUser(harness, 'tick-budget');
  const { secret } = await enroll(harness, user.email);
  const tokens = await mfaTokensFor(harness, user.email, 50);
  const outcomes = await together(50, (index) => verifyApp(tokens[index] ?? '', wrongTotp(harness, secret)));
  expect([countIn(outcomes, 'INVALID_CODE'), countIn(outcomes, 'ATTEMPTS_EXHAUSTED')]).toEqual([5, 45]);
  expect(await wrongCodes(harness, user.id)).toBe(5);
});

test('T06c 20 wrong codes on one mfaToken: five are looked at', async () => {
  const user = await createForcedUser(harness, 'tick-one');
  const { secret } = await enroll(harness, user.email);
  const mfaToken = await mfaTokenFor(harness, user.email);
  await together(20, () => verifyApp(mfaToken, wrongTotp(harness, secret)));
  expect(await wrongCodes(harness, user.id)).toBe(5);
  const [row] = await query(harness, 'select max(attempts) as attempts from challenges where user_id = $1', [user.id]);
  expect(row).toEqual({ attempts: 5 });
});

test('T10e 20 sends: five messages', async () => {
  const user = await createForcedUser(harness, 'tick-send');
  const mfaToken = await mfaTokenFor(harness, user.email);
  const outcomes = await together(20, () =>
    harness.app.services.verification.begin(stranger, { mfaToken, strategies: ['EMAIL_CODE'], deviceId: null }),
  );
  expect([countIn(outcomes, 'OK'), countIn(outcomes, 'RATE_LIMITED')]).toEqual([5, 15]);
});

test('T24 ten refreshes of one token: the session goes on for all, and is not taken for stolen', async () => {
  const user = await createForcedUser(harness, 'tick-refresh');
  const { refreshToken } = await enroll(harness, user.email);
  const { refreshToken: current } = await harness.app.services.refresh
    .refresh({ actor: nobody, origin }, { refreshToken, tenantId: null, deviceToken: null })
    .then((admission) => (admission.kind === 'SESSION' ? admission.session : Promise.reject(new Error('asked for a second factor'))));
  const outcomes = await together(10, () =>
    harness.app.services.refresh.refresh({ actor: nobody, origin }, { refreshToken: current, tenantId: null, deviceToken: null }),
  );
  expect(countIn(outcomes, 'OK'), String(outcomes)).toBe(10);
  const rows = await query(harness, 'select superseded_at from refresh_tokens r join sessions s on s.id = r.session_id where s.user_id = $1', [
    user.id,
  ]);
  expect(rows.filter((row) => row.superseded_at !== null)).toHaveLength(2);
});

test('ten creations of one policy: one is made; ten upserts: none fails', async () => {
  const { policies } = harness.app.services;
  const at = (tenantId: string) => ({ actor: { kind: 'ENVIRONMENT', tenantId }, origin }) as const;
  const [created, upserted] = [await createTenant(harness, 'tick-created'), await createTenant(harness, 'tick-upserted')];
  const outcomes = await together(10, () => policies.create(at(created), { fields: {} }));
  expect([countIn(outcomes, 'OK'), countIn(outcomes, 'POLICY_EXISTS')]).toEqual([1, 9]);
  expect(countIn(await together(10, (index) => policies.upsert(at(upserted), { fields: { allowRememberMyDevice: index > 5 } })), 'OK')).toBe(10);
  expect(await query(harness, "select id from mfa_policies where owner = 'tenant:tick-upserted'")).toHaveLength(1);
});
