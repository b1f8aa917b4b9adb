import { beforeEach, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import {
  asEnvironment,
  cookiesOf,
  createUserInTenant,
  enroll,
  expectStatus,
  identity,
  logIn,
  mfaTokenFor,
  password,
  setPolicy,
  totp,
} from '../../support/builders.ts';
import { audited, everything, execute, query } from '../../support/database.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { openInstances } from '../../support/instances.ts';
import { race, tally } from '../../support/race.ts';
import { createForcedUser, verifyApp } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openInstances({ settings: { LIMIT_PASSWORD_FAILURES: '5' } }));
beforeEach(() => execute(harness, 'delete from lockout_policies'));

const home = '192.0.2.10';
const elsewhere = (index: number) => `198.51.${Math.floor(index / 250)}.${index % 250}`;
const send = (email: string, sent: string, address: string, cookie?: string) =>
  harness.send({
    ...{ method: 'POST', url: `${identity}/auth/v1/user`, address, body: { email, password: sent } },
    ...(cookie === undefined ? {} : { cookie }),
  });
const guess = (email: string, address: string, cookie?: string) => send(email, 'not the password', address, cookie);
const enter = (email: string, address: string, cookie?: string) => send(email, password, address, cookie);
/** Statuses of so many wrong passwords, one after the other. */
async function statuses(email: string, count: number, address = home): Promise<number[]> {
  const answers: number[] = [];
  for (let tries = 0; tries < count; tries += 1) answers.push((await guess(email, address)).statusCode);
  return answers;
}
const lookedAt = ({ id }: TestUser) => audited(harness, id, 'LOGIN_FAILED', 'INVALID_CREDENTIALS');
/** Wrong passwords from so many networks as it takes until no stranger is heard any more. */
async function besiege(user: TestUser): Promise<void> {
  for (let network = 0; network < 12; network += 1) await statuses(user.email, 5, elsewhere(network));
}
async function resetFrom(user: TestUser, address: string, next: string): Promise<void> {
  await harness.send({ method: 'POST', url: `${identity}/users/v1/passwords/reset`, address, body: { email: user.email } });
  await harness.app.outbox.flush();
  const sent = harness.mail.findLast(({ to }) => to === user.email);
  const token = new URL(sent !== undefined && 'link' in sent ? sent.link : '').searchParams.get('token');
  const body = { userId: user.id, token, password: next };
  expectStatus(await harness.send({ method: 'POST', url: `${identity}/users/v1/passwords/reset/verify`, address, body }), 201);
}

describe('guessing at passwords without any lockout policy', () => {
  test('five wrong passwords in a row are free, then the waits grow to an hour, and the right one waits as well', async () => {
    const user = await createUserInTenant(harness, 'waits');
    expect(await statuses(user.email, 6)).toEqual([401, 401, 401, 401, 401, 429]);
    for (const seconds of [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]) {
      const refused = await enter(user.email, home);
      expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, String(seconds)]);
      harness.clock.advance({ seconds: seconds - 1 });
      expect((await enter(user.email, home)).statusCode).toBe(429);
      harness.clock.advance({ seconds: 1 });
      expect((await guess(user.email, home)).statusCode).toBe(401);
    }
    harness.clock.advance({ seconds: 3600 });
    expect((await enter(user.email, home)).statusCode).toBe(200);
    expect(await statuses(user.email, 6), 'a success ends the row').toEqual([401, 401, 401, 401, 401, 429]);
  });

  test('at most 100 wrong passwords in a row are looked at, from one address or from many, over both transports, one by one or at once', async () => {
    const [one, many, parallel] = await Promise.all(['one-address', 'many-addresses', 'at-once'].map((name) => createUserInTenant(harness, name)));
    if (one === undefined || many === undefined || parallel === undefined) throw new Error('no users');
    for (let tries = 0; tries < 60; tries += 1) await guess(one.email, home);
    expect(await lookedAt(one)).toBe(5);
    for (let tries = 0; tries < 60; tries += 1) {
      await guess(many.email, elsewhere(tries));
      await harness.send({
        ...{ method: 'POST', url: '/graphql', address: elsewhere(tries + 300) },
        body: { query: documents.logIn, variables: { input: { email: many.email, password: 'not the password' } } },
      });
    }
    expect(await lookedAt(many)).toBe(50);
    await race(120, (index) => guess(parallel.email, elsewhere(index)));
    expect(await lookedAt(parallel)).toBeLessThanOrEqual(50);
  });

  test('of 60 guesses at once from one client five are answered, and the right one among them reveals nothing more', async () => {
    const user = await createUserInTenant(harness, 'at-once-one');
    const answers = await race(60, () => guess(user.email, home));
    expect(tally(answers)).toEqual({ 401: 5, 429: 55 });
    expect((await enter(user.email, home)).statusCode).toBe(429);
  });

  test('right passwords that arrive at once all enter', async () => {
    const user = await createUserInTenant(harness, 'honest-burst');
    expect(tally(await race(8, () => enter(user.email, home)))).toEqual({ 200: 8 });
  });

  test('T38 spellings of an address share one counter, and the counters are kept in the database for all instances', async () => {
    const user = await createUserInTenant(harness, 'spellings');
    const spelled = [
      'spellings@acme.example',
      'SPELLINGS@acme.example',
      'Spellings@ACME.example',
      ' spellings@acme.example ',
      'spellingS@Acme.Example',
    ];
    for (const email of spelled) await guess(email.trim(), home);
    expect((await guess(user.email, home)).statusCode).toBe(429);
    const rows = await query(harness, 'select * from guesses where failures = 5');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toMatch(/spellings|192\.0\.2/);
  });

  test('T38 an unknown address, and a user without a password, wait alike, after the same statements', async () => {
    const known = await createUserInTenant(harness, 'alike');
    const without = await createUserInTenant(harness, 'alike-without', { password: null });
    const answersFor = async (email: string) => {
      const answers: unknown[] = [];
      for (let tries = 0; tries < 8; tries += 1) {
        const { statusCode, headers, body } = await guess(email, home);
        answers.push([statusCode, headers['retry-after'], body]);
      }
      return answers;
    };
    const expected = await answersFor(known.email);
    expect(await answersFor('nobody-alike@acme.example')).toEqual(expected);
    expect(await answersFor(without.email)).toEqual(expected);
  });

  test('the limit is per account: the same network may log in to others', async () => {
    const [one, other] = [await createUserInTenant(harness, 'account-one'), await createUserInTenant(harness, 'account-other')];
    await statuses(one.email, 10);
    expect((await enter(other.email, home)).statusCode).toBe(200);
  });

  test('an enabled lockout policy can be reached without waiting, with 100 as well', async () => {
    const url = `${identity}/configurations/v1/lockout-policy`;
    expectStatus(await harness.send({ method: 'POST', url, headers: await asEnvironment(harness), body: { enabled: true, maxAttempts: 100 } }), 201);
    const user = await createUserInTenant(harness, 'policy');
    expect(new Set(await statuses(user.email, 100))).toEqual(new Set([401]));
    expect((await enter(user.email, home)).json()).toMatchObject({ errorCode: 'ER-01034' });
  });

  test('an administrator who unlocks an account that is not locked lets its user try again at once', async () => {
    const user = await createUserInTenant(harness, 'unlocked');
    await statuses(user.email, 6);
    expectStatus(await harness.send({ method: 'POST', url: `${identity}/users/v1/${user.id}/unlock`, headers: await asEnvironment(harness) }), 200);
    expect((await enter(user.email, home)).statusCode).toBe(200);
  });

  test('a counter that a clock of the future wrote does not keep anybody out', async () => {
    const user = await createUserInTenant(harness, 'clock-guesses');
    harness.clock.advance({ seconds: 86_400 });
    await statuses(user.email, 10);
    harness.clock.advance({ seconds: -86_400 });
    expect((await enter(user.email, home)).statusCode).toBe(200);
  });
});

describe('T07 strangers who guess do not keep the owner out', () => {
  test('T07 the owner enters from a network the right password came from before, while strangers wait', async () => {
    const user = await createUserInTenant(harness, 'known-network');
    expect((await enter(user.email, home)).statusCode).toBe(200);
    await besiege(user);
    expect(await lookedAt(user)).toBe(50);
    expect((await enter(user.email, elsewhere(500))).statusCode, 'an unknown network').toBe(429);
    for (let tries = 0; tries < 3; tries += 1) {
      await guess(user.email, elsewhere(501));
      expect((await enter(user.email, home)).statusCode).toBe(200);
    }
    harness.clock.advance({ seconds: 60 * 86_400 });
    expect((await enter(user.email, home)).statusCode, 'two months later').toBe(200);
  });

  test('T07 the owner enters by a remembered device from an unknown network, even from that of the strangers', async () => {
    const user = await createForcedUser(harness, 'known-device');
    await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true }, user.tenantId);
    const { secret } = await enroll(harness, user.email);
    harness.clock.advance({ seconds: 60 });
    const verified = await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret), { rememberDevice: true });
    const cookie = cookiesOf(verified);
    await besiege(user);
    expect((await enter(user.email, elsewhere(1))).statusCode).toBe(429);
    expect((await enter(user.email, elsewhere(1), cookie)).statusCode).toBe(200);
    expect((await enter(user.email, elsewhere(1), 'fe_device_6da273731572444fb3c5ef702ce65123=x')).statusCode).toBe(429);
  });

  test('T07 the owner enters from anywhere by setting a new password', async () => {
    const user = await createUserInTenant(harness, 'by-reset');
    await besiege(user);
    expect((await enter(user.email, elsewhere(700))).statusCode).toBe(429);
    await resetFrom(user, elsewhere(700), 'another horse battery');
    await besiege(user);
    expect((await send(user.email, 'another horse battery', elsewhere(700))).statusCode).toBe(200);
  });

  test('T07 a network that guessed wrong is not known, and knowing one account makes no network known for another', async () => {
    const [user, other] = [await createUserInTenant(harness, 'unknown-one'), await createUserInTenant(harness, 'unknown-other')];
    await enter(other.email, elsewhere(800));
    await besiege(user);
    await guess(user.email, elsewhere(801));
    for (const network of [800, 801]) expect((await enter(user.email, elsewhere(network))).statusCode).toBe(429);
    harness.clock.advance({ seconds: 3600 });
    expect((await enter(user.email, elsewhere(800))).statusCode, 'strangers get one try in an hour').toBe(200);
  });

  test('T07 what is known of an account is no list of its networks', async () => {
    const user = await createUserInTenant(harness, 'digests');
    await enter(user.email, home);
    const rows = (await everything(harness)).filter(({ table }) => table === 'guesses');
    expect(JSON.stringify(rows)).not.toContain(home);
    expect(JSON.stringify(rows)).not.toContain(user.id);
    expect(await run(harness, documents.logIn, { email: user.email, password })).toMatchObject({ __typename: 'LogInSuccess' });
    expect((await logIn(harness, user.email)).statusCode).toBe(200);
  });
});
