import { beforeEach, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import {
  asEnvironment,
  createTenant,
  createUserInTenant,
  enroll,
  expectStatus,
  identity,
  logIn,
  mfaTokenFor,
  setPolicy,
  totp,
  wrongTotp,
} from '../../support/builders.ts';
import { audited, execute, query } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { race, tally } from '../../support/race.ts';
import { createForcedUser, me, verifyApp } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
beforeEach(() => execute(harness, 'delete from lockout_policies'));

const wrongPassword = { errors: ['Incorrect email or password'] };
const lockedOut = { errors: ['User is locked out'], errorCode: 'ER-01034' };
const guess = (email: string, password = 'not the password') =>
  harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email, password } });
async function setLockout(maxAttempts: number, { enabled = true, tenantId }: { enabled?: boolean; tenantId?: string } = {}): Promise<void> {
  const request = {
    url: `${identity}/configurations/v1/lockout-policy`,
    headers: await asEnvironment(harness, tenantId),
    body: { enabled, maxAttempts },
  };
  const created = await harness.send({ method: 'POST', ...request });
  expectStatus(created.statusCode === 409 ? await harness.send({ method: 'PATCH', ...request }) : created, created.statusCode === 409 ? 200 : 201);
}
const unlock = async ({ id }: TestUser) =>
  harness.send({ method: 'POST', url: `${identity}/users/v1/${id}/unlock`, headers: await asEnvironment(harness) });
/** Answers of so many wrong passwords, one after the other. */
async function wrongOnes(user: TestUser, count: number): Promise<object[]> {
  const bodies: object[] = [];
  for (let tries = 0; tries < count; tries += 1) bodies.push((await guess(user.email)).json());
  return bodies;
}
const failuresOf = ({ id }: TestUser) => query(harness, 'select * from password_failures where user_id = $1', [id]);

describe('the lockout policy', () => {
  test('the last failure in a row locks: it answers as the others, everything after it ER-01034, until somebody unlocks', async () => {
    await setLockout(3);
    const user = await createUserInTenant(harness, 'row');
    const { accessToken } = (await logIn(harness, user.email)).json();
    expect(await wrongOnes(user, 3)).toEqual([wrongPassword, wrongPassword, wrongPassword]);
    const right = await logIn(harness, user.email);
    expect([right.statusCode, right.json()]).toEqual([401, lockedOut]);
    expect((await guess(user.email)).json()).toEqual(lockedOut);
    expect((await me(harness, accessToken)).statusCode).toBe(401);
    expect(await audited(harness, user.id, 'USER_LOCKED', 'ACCOUNT_LOCKED')).toBe(1);
    expect(await audited(harness, user.id, 'LOGIN_FAILED', 'INVALID_CREDENTIALS')).toBe(3);
    expect(await audited(harness, user.id, 'LOGIN_FAILED', 'ACCOUNT_LOCKED')).toBe(2);
    harness.clock.advance({ seconds: 86_400 });
    expect((await logIn(harness, user.email)).json(), 'waiting does not help').toEqual(lockedOut);

    expect((await unlock(user)).statusCode).toBe(200);
    expect(await wrongOnes(user, 2), 'the row begins anew').toEqual([wrongPassword, wrongPassword]);
    expect((await logIn(harness, user.email)).statusCode).toBe(200);
  });

  test('a right password ends the row', async () => {
    await setLockout(3);
    const user = await createUserInTenant(harness, 'breaks');
    for (let round = 0; round < 3; round += 1) {
      await wrongOnes(user, 2);
      expect((await logIn(harness, user.email)).statusCode).toBe(200);
    }
    expect(await failuresOf(user)).toEqual([]);
  });

  test('a right password ends the row even while nothing counts', async () => {
    await setLockout(3);
    const user = await createUserInTenant(harness, 'breaks-off');
    await wrongOnes(user, 2);
    await setLockout(3, { enabled: false });
    expect((await logIn(harness, user.email)).statusCode).toBe(200);
    await setLockout(3);
    await wrongOnes(user, 2);
    expect((await logIn(harness, user.email)).statusCode).toBe(200);
  });

  test('without one, or with one that is off, nobody is ever locked and nothing is counted', async () => {
    const user = await createUserInTenant(harness, 'off');
    await wrongOnes(user, 8);
    await setLockout(1, { enabled: false });
    await wrongOnes(user, 8);
    expect(await failuresOf(user)).toEqual([]);
    expect((await logIn(harness, user.email)).statusCode).toBe(200);
  });

  test("a tenant's record replaces the environment's, be it laxer, off, or the only one", async () => {
    const [lax, off, none, strict] = await Promise.all(['lax', 'switched-off', 'none', 'strict'].map((name) => createUserInTenant(harness, name)));
    if (lax === undefined || off === undefined || none === undefined || strict === undefined) throw new Error('no users');
    await setLockout(1, { tenantId: strict.tenantId });
    await wrongOnes(strict, 1);
    expect((await logIn(harness, strict.email)).json()).toEqual(lockedOut);
    await setLockout(2);
    await setLockout(4, { tenantId: lax.tenantId });
    await setLockout(1, { enabled: false, tenantId: off.tenantId });
    for (const user of [lax, off, none]) await wrongOnes(user, 3);
    expect((await logIn(harness, lax.email)).statusCode).toBe(200);
    expect((await logIn(harness, off.email)).statusCode).toBe(200);
    expect((await logIn(harness, none.email)).json()).toEqual(lockedOut);
  });

  test('a number above 100 acts as 100', async () => {
    await setLockout(1000);
    const user = await createUserInTenant(harness, 'hundred');
    await wrongOnes(user, 99);
    expect(await audited(harness, user.id, 'USER_LOCKED')).toBe(0);
    await wrongOnes(user, 1);
    expect((await logIn(harness, user.email)).json()).toEqual(lockedOut);
  });

  test('T06 of 60 parallel guesses as many are looked at as the policy allows', async () => {
    await setLockout(5);
    const user = await createUserInTenant(harness, 'parallel');
    const answers = await race(60, () => guess(user.email));
    expect(await audited(harness, user.id, 'LOGIN_FAILED', 'INVALID_CREDENTIALS')).toBe(5);
    expect(
      Object.keys(tally(answers)).every((status) => ['401', '429'].includes(status)),
      JSON.stringify(tally(answers)),
    ).toBe(true);
    expect((await logIn(harness, user.email)).json()).toEqual(lockedOut);
    expect(await audited(harness, user.id, 'USER_LOCKED')).toBe(1);
  });

  test('a crash between the last count and the lock shuts nobody out unseen: a later right password enters, a wrong one locks', async () => {
    await setLockout(2);
    const [one, other] = [await createUserInTenant(harness, 'crash-one'), await createUserInTenant(harness, 'crash-other')];
    for (const user of [one, other]) {
      await wrongOnes(user, 1);
      await execute(harness, 'update password_failures set count = 2 where user_id = $1', [user.id]);
      expect((await logIn(harness, user.email)).statusCode).toBe(429);
    }
    harness.clock.advance({ seconds: 31 });
    expect((await logIn(harness, one.email)).statusCode).toBe(200);
    expect(await wrongOnes(other, 1)).toEqual([wrongPassword]);
    expect((await logIn(harness, other.email)).json()).toEqual(lockedOut);
  });

  test('over GraphQL the same failures count and the same lock holds', async () => {
    await setLockout(4);
    const user = await createUserInTenant(harness, 'graphql');
    const query = 'mutation ($input: LogInInput!) { logIn(input: $input) { __typename ... on UserError { code } } }';
    const log = async (password: string) => {
      const answer = await harness.send({ method: 'POST', url: '/graphql', body: { query, variables: { input: { email: user.email, password } } } });
      return answer.json().data.logIn;
    };
    await wrongOnes(user, 2);
    for (let tries = 0; tries < 2; tries += 1) expect(await log('not the password')).toMatchObject({ __typename: 'InvalidCredentialsError' });
    expect(await log('correct horse battery')).toEqual({ __typename: 'AccountLockedError', code: 'ACCOUNT_LOCKED' });
  });
});

describe('who is not drawn in', () => {
  test('T38 an unknown address is refused as before, never locked, never stored', async () => {
    await setLockout(2);
    const before = await query(harness, 'select count(*) as number from users');
    for (let tries = 0; tries < 4; tries += 1) {
      const answer = await guess('nobody-at-all@acme.example');
      expect([answer.statusCode, answer.json()]).toEqual([401, wrongPassword]);
    }
    expect(await query(harness, 'select count(*) as number from users')).toEqual(before);
    expect(await query(harness, "select * from audit_events where kind = 'USER_LOCKED' and user_id is null")).toEqual([]);
  });

  test('a user without a password answers like an unknown one and cannot be locked by strangers', async () => {
    await setLockout(2);
    const user = await createUserInTenant(harness, 'passwordless', { password: null });
    expect(await wrongOnes(user, 5)).toEqual(Array.from({ length: 5 }, () => wrongPassword));
    expect(await failuresOf(user)).toEqual([]);
  });

  test('T07 failed passwords charge no factor, and an administrator who unlocks finds it as it was', async () => {
    await setLockout(5);
    const user = await createForcedUser(harness, 'weapon');
    const { secret } = await enroll(harness, user.email);
    await race(30, () => guess(user.email));
    expect(await query(harness, 'select * from budgets where key like $1', [`%${user.id}`])).toEqual([]);
    expect((await unlock(user)).statusCode).toBe(200);
    expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret))).statusCode).toBe(201);
  });

  test('failed second factors do not count', async () => {
    await setLockout(2);
    const user = await createForcedUser(harness, 'codes');
    const { secret } = await enroll(harness, user.email);
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), wrongTotp(harness, secret))).statusCode).toBe(400);
    }
    expect(await failuresOf(user)).toEqual([]);
    expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret))).statusCode).toBe(429);
    expect((await logIn(harness, user.email)).statusCode).toBe(200);
  });

  test('another user goes on', async () => {
    await setLockout(1);
    const [victim, other] = [await createUserInTenant(harness, 'victim'), await createUserInTenant(harness, 'other')];
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, await createTenant(harness, 'elsewhere'));
    await wrongOnes(victim, 1);
    expect((await logIn(harness, other.email)).statusCode).toBe(200);
  });
});
