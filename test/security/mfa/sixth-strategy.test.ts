import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../../src/domain/access/actor.ts';
import { nobody } from '../../../src/domain/access/actor.ts';
import type { StartedEnrollments, StartedProofs, Strategy, StrategyRegistry } from '../../../src/domain/authenticator/strategy.ts';
import type { RelyingParty } from '../../../src/domain/environment/relying-party.ts';
import { malformedCode } from '../../../src/domain/errors.ts';
import type { StrategyName } from '../../../src/domain/strategy-name.ts';
import { createKeyring, masterKey } from '../../../src/platform/keyring.ts';
import { createPasswordLists } from '../../../src/platform/password-lists.ts';
import { createPasswords } from '../../../src/platform/passwords.ts';
import { nodeRandom } from '../../../src/platform/random.ts';
import { createSigner } from '../../../src/platform/signer.ts';
import { createPhoneReader } from '../../../src/platform/sms/reachable.ts';
import { bootstrapEnvironment } from '../../../src/services/environment/bootstrap.ts';
import { createReseal } from '../../../src/services/environment/reseal.ts';
import { createSigningKeys } from '../../../src/services/environment/signing-keys.ts';
import { createServices } from '../../../src/services/index.ts';
import { openStore } from '../../../src/store/index.ts';
import { createStrategies } from '../../../src/strategies/index.ts';
import { createPasskeyVerifier } from '../../../src/strategies/webauthn/passkeys.ts';
import { HandClock } from '../../support/clock.ts';
import { pathOf } from '../../support/database.ts';
import { collectingDelivery, dialect, openDatabase, start } from '../../support/harness.ts';
import { onServer, quiet } from '../../support/postgres.ts';

/**
 * A strategy the source knows nothing of: an app on a phone shows a number, and the person types it. It is written wholly here, so
 * whatever the services do with it they do for any strategy.
 */
const name = 'TEST_PUSH' as StrategyName;
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
/** What the phone of a user shows at last. */
let shown = '';
const push: Strategy<{ phone: string }, string> = {
  name,
  defaultName: 'Push',
  amr: ['push'],
  satisfiesMfa: true,
  availability: { available: true },
  channel: null,
  answerOnce: false,
  errorFields: { answer: 'number', token: 'pushToken' },
  enrollment: {
    async begin({ user }) {
      shown = nodeRandom.digits(4);
      return { keep: encode(shown), show: { phone: user.email }, lifetimeSeconds: 120 };
    },
    show: null,
    complete: async (kept, answer) =>
      decode(kept) === answer ? { ok: true, credential: encode('phone'), advance: { consume: true } } : { ok: false, reason: 'wrong' },
  },
  ceremony: {
    async begin({ credential }) {
      shown = nodeRandom.digits(4);
      return { keep: encode(shown), show: { phone: decode(credential ?? new Uint8Array()) }, lifetimeSeconds: 120 };
    },
  },
  readAnswer(input) {
    if (typeof input !== 'string' || !/^\d{4}$/.test(input)) throw malformedCode('number');
    return input;
  },
  verify: async ({ started: begun }, answer) =>
    begun !== null && decode(begun) === answer ? { ok: true, advance: { consume: true } } : { ok: false, reason: 'wrong' },
  describe: ({ id, strategy, name: label, createdAt, lastUsedAt }) => ({ id, strategy, label, createdAt, lastUsedAt }),
};
const wrong = (): string => String((Number(shown) + 1) % 10_000).padStart(4, '0');

/** The tables hold known strategies only; the sixth one is let in for this test. */
async function letIn(url: string): Promise<void> {
  const tables = ['audit_events', 'authenticators', 'one_time_codes', 'pending_enrollments', 'strategy_settings'];
  if (dialect === 'postgres') {
    for (const table of tables) await onServer(url, `alter table ${table} drop constraint ${table}_strategy`);
    return;
  }
  const database = new Database(pathOf(url));
  database.unsafeMode(true);
  database.pragma('writable_schema = on');
  database.prepare("update sqlite_schema set sql = replace(sql, '''SMS'', ''EMAIL_CODE'')', '''SMS'', ''EMAIL_CODE'', ''TEST_PUSH'')')").run();
  database.close();
}

const origin = { address: { text: '203.0.113.7', network: '203.0.113.7' }, userAgent: 'test', requestId: 'test' };
const stranger: Caller = { actor: nobody, origin };
const operator: Caller = { actor: { kind: 'ENVIRONMENT', tenantId: null }, origin };
const clock = new HandClock(start);
const login = { email: 'dana@acme.example', password: 'a password for tests' };

async function open() {
  const database = await openDatabase();
  await letIn(database.url);
  const store = await openStore(database.url, { log: quiet, jitter: () => 0 });
  const keyring = createKeyring([masterKey(Buffer.alloc(32, 7))], nodeRandom);
  const signer = createSigner();
  const ports = { clock, random: nodeRandom, keyring, signer, log: quiet };
  const signingKeys = createSigningKeys({ store, ...ports });
  const reseal = createReseal({ store, ...ports });
  const { identity } = await bootstrapEnvironment({ store, ...ports, signingKeys }, { name: 'Acme', clientId: undefined, secret: undefined });
  const relyingParty: RelyingParty = {
    ...{ id: 'acme.example', name: 'Acme', origins: ['https://acme.example'] },
    ...{ userVerification: 'preferred' as const, syncedAsHardware: true },
  };
  const readPhoneNumber = createPhoneReader('*');
  const known = createStrategies({
    ...{ random: nodeRandom, keyring, relyingParty, readPhoneNumber },
    channels: { EMAIL: { available: true }, SMS: { available: true } },
  });
  const { services } = createServices({
    ...{ store, ...ports, identity, signingKeys, reseal, readPhoneNumber },
    passwords: createPasswords({ peppers: keyring, memoryKib: 64, iterations: 1 }),
    passwordLists: createPasswordLists({ breachedFolder: null }),
    delivery: collectingDelivery([], []),
    captchaVerifier: null,
    registry: { ...known, [name]: push } as StrategyRegistry,
    passkeyVerifier: createPasskeyVerifier({ relyingParty, random: nodeRandom }),
    settings: {
      ...{
        publicUrl: 'https://id.acme.example',
        linkUrl: 'https://id.acme.example/oauth/account',
        relyingParty,
        strictStepUp: false,
        strictPasskeys: false,
        freePasswordFailures: 5,
        auditRetentionDays: 30,
      },
      textLimits: { addressPerHour: 10, tenantPerDay: 10 },
      hostedLogin: {
        development: false,
        production: false,
        secretWithoutVerifier: false,
        asksForTenant: false,
        linkedApps: { ios: [], android: [] },
      },
    },
  });
  const close = async (): Promise<void> => {
    await store.close();
    await database.drop();
  };
  return { services, close };
}

let app: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  app = await open();
  const { services } = app;
  await services.tenants.create(operator, { id: 'acme', name: 'Acme' });
  await services.policies.create(operator, { fields: { enforceMfaType: 'FORCE' } });
  await services.strategySettings.set(operator, { strategy: name, active: true });
  const { id } = await services.users.create(operator, {
    ...{ ...login, tenantId: 'acme', name: null, roleIds: [], phoneNumber: null, profilePictureUrl: null, externalId: null },
    ...{ metadata: null, vendorMetadata: null, mfaBypass: false, expiresInSeconds: null },
  });
  await services.users.markVerified(operator, { userId: id });
});
afterAll(() => app.close());

const strategies = [name] as never[] as (keyof StartedEnrollments & keyof StartedProofs)[];
const strategy = name as keyof StartedEnrollments;

async function challenge() {
  const result = await app.services.passwordLogin.logIn(stranger, { ...login, captchaToken: null, deviceToken: null });
  if (result.kind !== 'CHALLENGE') throw new Error('no second factor was asked for');
  return result.challenge;
}

async function userOf(accessToken: string): Promise<Caller> {
  return { actor: await app.services.sessions.authenticate(stranger, { token: accessToken }), origin };
}

test('a strategy the services have never heard of is offered, enrolled, listed, verified and removed like every other', async () => {
  const { enrollment, verification, removal, factors } = app.services;
  const outstanding = await challenge();
  expect(outstanding).toMatchObject({ enrolled: false, strategies: ['AUTHENTICATOR_APP', name] });

  const target = { mfaToken: outstanding.mfaToken };
  const started = await enrollment.begin(stranger, { target, strategies });
  expect(started).toMatchObject({ strategy: name, token: expect.any(String), show: { phone: login.email } });
  const answer = { token: started.token, name: null, rememberDevice: false };
  await expect(enrollment.complete(stranger, { target, strategy, ...answer, answer: wrong() })).rejects.toMatchObject({
    ...{ code: 'INVALID_CODE', field: 'number', attemptsRemaining: 4 },
  });
  const enrolled = await enrollment.complete(stranger, { target, strategy, ...answer, answer: shown });
  expect(enrolled).toMatchObject({ authenticator: { strategy: name, label: 'Push' }, recoveryCode: expect.any(String) });
  expect(enrolled.login?.session.accessToken).toBeDefined();

  const again = await challenge();
  const deviceId = enrolled.authenticator.id;
  expect(again).toMatchObject({ enrolled: true, strategies: [name], authenticators: [{ id: deviceId, label: 'Push' }] });
  const choice = { mfaToken: again.mfaToken, strategies, deviceId };
  const asked = await verification.begin(stranger, choice);
  expect(asked).toMatchObject({ strategy: name, show: { phone: 'phone' } });
  const verified = await verification.verify(stranger, { ...choice, token: asked.token, answer: shown, rememberDevice: false });

  const user = await userOf(verified.session.accessToken);
  expect(user.actor).toMatchObject({ kind: 'USER', tokenMfa: { amr: ['pwd', 'push', 'mfa'] } });
  expect(await factors.own(user)).toMatchObject({ authenticators: [{ id: deviceId, strategy: name }], strategies: [name] });
  const renamed = await factors.rename(user, { userId: null, deviceId, name: "Dana's phone" });
  expect(renamed).toMatchObject({ label: "Dana's phone" });

  // The last factor of a user stays while MFA is enforced, whatever its strategy.
  const device = { userId: null, deviceId, strategies };
  await expect(removal.begin(user, device)).rejects.toMatchObject({ code: 'LAST_FACTOR_ENFORCED' });
  await app.services.policies.update(operator, { fields: { enforceMfaType: 'DONT_FORCE' } });
  const { token } = await removal.begin(user, device);
  await removal.remove(user, { ...device, proof: { by: 'ITSELF', token, answer: shown } });
  expect(await factors.own(user)).toMatchObject({ authenticators: [] });
  await app.services.policies.update(operator, { fields: { enforceMfaType: 'FORCE' } });
});

test('its answers are charged, spent once and refused late by the one ladder', async () => {
  const { enrollment, verification } = app.services;
  const target = { mfaToken: (await challenge()).mfaToken };
  const { token } = await enrollment.begin(stranger, { target, strategies });
  const { authenticator } = await enrollment.complete(stranger, { target, strategy, token, answer: shown, name: null, rememberDevice: false });

  const prepare = async () => {
    const choice = { mfaToken: (await challenge()).mfaToken, strategies, deviceId: authenticator.id };
    const started = await verification.begin(stranger, choice);
    return { ...choice, token: started.token, rememberDevice: false };
  };
  const verify = (given: Awaited<ReturnType<typeof prepare>>, answer: string) => verification.verify(stranger, { ...given, answer });

  const late = await prepare();
  clock.advance({ seconds: 121 });
  await expect(verify(late, shown)).rejects.toMatchObject({ code: 'CODE_EXPIRED', field: 'pushToken' });
  const first = await prepare();
  await expect(verify(first, 'not a number')).rejects.toMatchObject({ code: 'INVALID_CODE', attemptsRemaining: null });
  const [right, ...replays] = await Promise.allSettled([verify(first, shown), verify(first, shown), verify(first, shown)]);
  const outcomes = [right, ...replays].map((outcome) => (outcome.status === 'fulfilled' ? 'OK' : outcome.reason.code)).sort();
  expect(outcomes.filter((outcome) => outcome === 'OK')).toHaveLength(1);
  for (const outcome of outcomes) expect(['OK', 'INVALID_CODE', 'CHALLENGE_EXPIRED']).toContain(outcome);
  // A loser may have been charged after the winner cleared the attempts.
  clock.advance({ seconds: 901 });
  const guessed = await prepare();
  const guesses = [];
  for (let tries = 0; tries < 6; tries += 1) guesses.push(await verify(guessed, wrong()).catch(({ code }) => code));
  expect(guesses).toEqual([...Array(5).fill('INVALID_CODE'), 'CHALLENGE_EXPIRED']);
  // The budget is the user's: another login does not give guesses back.
  const next = await prepare();
  await expect(verify(next, shown)).rejects.toMatchObject({ code: 'ATTEMPTS_EXHAUSTED' });
});
