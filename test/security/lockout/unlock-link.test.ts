import { beforeEach, describe, expect, test } from 'vitest';
import { createKeyring, masterKey } from '../../../src/platform/keyring.ts';
import { createPasswords } from '../../../src/platform/passwords.ts';
import { nodeRandom } from '../../../src/platform/random.ts';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createUserInTenant, enroll, expectStatus, logIn, mfaTokenFor, totp } from '../../support/builders.ts';
import { audited, eventsOf, everything, execute, query } from '../../support/database.ts';
import { documents } from '../../support/graphql-documents.ts';
import { openInstances } from '../../support/instances.ts';
import { race } from '../../support/race.ts';
import type { Answer } from '../../support/requests.ts';
import { createForcedUser, me, verifyApp } from '../../support/requests.ts';
import { call, expectEmpty, expectRefusal, faults, opaqueToken, refusal } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

/** This wrong password is under way until the test lets it go on. */
const slowPassword = 'a wrong password that takes its time';
let slow: { begun: () => void; released: Promise<void> } | null = null;
const real = createPasswords({
  peppers: createKeyring([masterKey(Buffer.alloc(32, 7))], nodeRandom),
  ...{ memoryKib: 64, iterations: 1, waiting: 1_000, longestWaitMilliseconds: 60_000 },
});
const passwords: typeof real = {
  ...real,
  async verify(hash, given) {
    if (given === slowPassword && slow !== null) {
      slow.begun();
      await slow.released;
    }
    return real.verify(hash, given);
  },
};

const harness = useHarness(() => openInstances({ ports: { passwords } }));
beforeEach(async () => {
  await execute(harness, 'delete from lockout_policies');
  await execute(harness, 'delete from guesses');
  await lockAfter(2);
});

const lockedOut = refusal('User is locked out', 'ER-01034');
const invalidToken = refusal('Invalid token');
async function lockAfter(maxAttempts: number): Promise<void> {
  const body = { enabled: true, maxAttempts };
  expectStatus(await call(harness, 'POST', '/configurations/v1/lockout-policy', { headers: await asEnvironment(harness), body }), 201);
}
const guess = (email: string, given = 'not the password') => call(harness, 'POST', '/auth/v1/user', { body: { email, password: given } });
async function attack({ email }: { email: string }, count = 2): Promise<void> {
  for (let tries = 0; tries < count; tries += 1) await guess(email);
}
const administer = async ({ id }: TestUser, how: 'lock' | 'unlock') =>
  expectStatus(await call(harness, 'POST', `/users/v1/${id}/${how}`, { headers: await asEnvironment(harness) }), 200);
/** The links that were mailed to the user, oldest first, each once. */
async function links({ email }: TestUser): Promise<URL[]> {
  await harness.app.outbox.flush();
  const mailed = harness.mail.flatMap((message) => (message.template === 'UNLOCK' && message.to === email ? [message.link] : []));
  return [...new Set(mailed)].map((link) => new URL(link));
}
const tokenOf = (link: URL | undefined): string => link?.searchParams.get('token') ?? '';
const newestToken = async (user: TestUser): Promise<string> => tokenOf((await links(user)).at(-1));
const isLocked = async ({ id }: TestUser): Promise<boolean> =>
  Boolean((await query(harness, 'select locked from users where id = $1', [id]))[0]?.locked);
/** A user whom the policy has just locked, and the token in the mail. */
async function lockedByPolicy(name: string): Promise<TestUser & { token: string }> {
  const user = await createUserInTenant(harness, name);
  await attack(user);
  expect(await isLocked(user)).toBe(true);
  return { ...user, token: await newestToken(user) };
}
/** A wrong password that is the last one allowed and still under way, and what lets it go on. */
async function lastGuessUnderWay(user: TestUser): Promise<() => Promise<void>> {
  await attack(user, 1);
  let release = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    slow = { begun: resolve, released: new Promise((go) => (release = go)) };
  });
  const guessing = guess(user.email, slowPassword);
  await begun;
  slow = null;
  return async () => {
    release();
    expectStatus(await guessing, 401);
  };
}

const rest = (token: unknown, address?: string): Promise<Answer> =>
  call(harness, 'POST', '/users/v3/me/unlock', { body: { token }, ...(address === undefined ? {} : { address }) });
const graphql = (token: string): Promise<Answer> =>
  harness.send({ method: 'POST', url: '/graphql', body: { query: documents.unlockAccount, variables: { input: { token } } } });
/** Both transports, each answering `unlocked`, or why not. */
const transports: Readonly<Record<string, (token: string) => Promise<string>>> = {
  REST: async (token) => {
    const answer = await rest(token);
    if (answer.statusCode === 200) expectEmpty(answer, 200);
    else expectRefusal(answer, 400, invalidToken);
    return answer.statusCode === 200 ? 'unlocked' : 'INVALID_TOKEN';
  },
  GraphQL: async (token) => {
    const { unlockAccount } = (await graphql(token)).json().data;
    return unlockAccount.unlocked === true ? 'unlocked' : unlockAccount.code;
  },
};

describe.each(Object.entries(transports))('the mailed link, over %s', (transport, unlock) => {
  const named = (name: string) => `${name}-${transport.toLowerCase()}`;

  test('ends the lock; the right password then logs in, still meets the second factor, and the row of wrong ones begins anew', async () => {
    const user = await createForcedUser(harness, named('factor'));
    const { secret, accessToken } = await enroll(harness, user.email);
    harness.clock.advance({ seconds: 60 });
    await attack(user);
    expectRefusal(await logIn(harness, user.email), 401, lockedOut);
    const [link] = await links(user);
    expect(`${link?.origin}${link?.pathname}`).toBe('https://id.acme.example/oauth/account/unlock');
    expect([link?.searchParams.get('userId'), tokenOf(link)]).toEqual([user.id, expect.stringMatching(opaqueToken)]);
    expect(await unlock(tokenOf(link))).toBe('unlocked');
    await attack(user, 1);
    const login = await logIn(harness, user.email);
    expect(login.json()).toMatchObject({ mfaRequired: true, mfaEnrolled: true });
    expect(login.json().accessToken).toBeFalsy();
    expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret))).statusCode).toBe(201);
    expect((await me(harness, accessToken)).statusCode, 'what the lock ended stays ended').toBe(401);
    expect(await eventsOf(harness, user.id, 'USER_UNLOCKED')).toMatchObject([
      { reason: 'MAILED_LINK', actor_kind: 'NOBODY', tenant_id: user.tenantId },
    ]);
  });

  test('works once', async () => {
    const user = await lockedByPolicy(named('once'));
    expect(await unlock(user.token)).toBe('unlocked');
    expect(await query(harness, 'select * from user_tokens where user_id = $1', [user.id])).toEqual([]);
    expect(await unlock(user.token)).toBe('INVALID_TOKEN');
    await attack(user);
    expect(await unlock(user.token), 'after the next lock').toBe('INVALID_TOKEN');
    expect(await isLocked(user)).toBe(true);
    expect(await unlock(await newestToken(user))).toBe('unlocked');
  });

  test('works for an hour and not longer', async () => {
    const [early, late] = [await lockedByPolicy(named('early')), await lockedByPolicy(named('late'))];
    harness.clock.advance({ seconds: 3599 });
    expect(await unlock(early.token)).toBe('unlocked');
    harness.clock.advance({ seconds: 1 });
    expect(await unlock(late.token)).toBe('INVALID_TOKEN');
    expect(await isLocked(late)).toBe(true);
    expect(await audited(harness, late.id, 'REQUEST_REFUSED', 'INVALID_TOKEN')).toBe(1);
  });

  test('an unknown token, and one of another mail, say that they are invalid', async () => {
    const user = await createUserInTenant(harness, named('other-mail'));
    await call(harness, 'POST', '/users/v1/passwords/reset', { body: { email: user.email } });
    await harness.app.outbox.flush();
    const reset = harness.mail.findLast(({ to }) => to === user.email);
    await execute(harness, 'update users set locked = true where id = $1', [user.id]);
    const ofReset = tokenOf(new URL(reset !== undefined && 'link' in reset ? reset.link : ''));
    for (const token of ['x', 'a'.repeat(43), ofReset]) expect(await unlock(token)).toBe('INVALID_TOKEN');
    expect(await isLocked(user)).toBe(true);
  });

  test('does nothing to an account that an administrator has unlocked already', async () => {
    const user = await lockedByPolicy(named('unlocked'));
    await administer(user, 'unlock');
    expect(await unlock(user.token)).toBe('INVALID_TOKEN');
    expect(await audited(harness, user.id, 'USER_UNLOCKED')).toBe(1);
  });

  test('never ends a lock of an administrator: neither one on top of the lock of the policy, nor one after it', async () => {
    const user = await lockedByPolicy(named('administered'));
    await administer(user, 'lock');
    expect(await unlock(user.token)).toBe('INVALID_TOKEN');
    expect(await isLocked(user)).toBe(true);
    const later = await lockedByPolicy(named('administered-later'));
    await administer(later, 'unlock');
    await administer(later, 'lock');
    expect(await unlock(later.token)).toBe('INVALID_TOKEN');
    expect(await isLocked(later)).toBe(true);
  });
});

describe('who gets a link', () => {
  test('nobody by the lock of an administrator, however many wrong passwords follow', async () => {
    const user = await createUserInTenant(harness, 'administered-alone');
    await administer(user, 'lock');
    await attack(user, 5);
    expect(await links(user)).toEqual([]);
    expect(await query(harness, 'select * from user_tokens where user_id = $1', [user.id])).toEqual([]);
  });

  test('nobody by a wrong password that was under way when an administrator locked', async () => {
    const user = await createUserInTenant(harness, 'under-way-administered');
    const goOn = await lastGuessUnderWay(user);
    await administer(user, 'lock');
    await goOn();
    expect(await links(user)).toEqual([]);
    expect(await query(harness, 'select * from user_tokens where user_id = $1', [user.id])).toEqual([]);
  });

  test('a link that the lock of an administrator ended stays dead when a wrong password that was under way locks once more', async () => {
    const user = await createUserInTenant(harness, 'under-way-both');
    const goOn = await lastGuessUnderWay(user);
    harness.clock.advance({ seconds: 31 });
    await attack(user, 1);
    expect(await isLocked(user)).toBe(true);
    await administer(user, 'lock');
    await goOn();
    expectRefusal(await rest(await newestToken(user)), 400, invalidToken);
    expect(await links(user)).toHaveLength(1);
    expect(await isLocked(user)).toBe(true);
  });

  test('whom the policy locks twice gets one mail, and its link works', async () => {
    const user = await createUserInTenant(harness, 'under-way-policy');
    const goOn = await lastGuessUnderWay(user);
    // After this time a check counts as lost, so that the policy allows one more.
    harness.clock.advance({ seconds: 31 });
    await attack(user, 1);
    expect(await isLocked(user)).toBe(true);
    await goOn();
    expect(await audited(harness, user.id, 'USER_LOCKED')).toBe(1);
    expect(await links(user)).toHaveLength(1);
    expectEmpty(await rest(await newestToken(user)), 200);
    expect(await isLocked(user)).toBe(false);
  });

  test('every later lock of the policy mails another link, and ends the one before', async () => {
    const user = await lockedByPolicy('again');
    await administer(user, 'unlock');
    await attack(user);
    expect(await links(user)).toHaveLength(2);
    expectRefusal(await rest(user.token), 400, invalidToken);
    expectEmpty(await rest(await newestToken(user)), 200);
  });
});

describe('the token', () => {
  test('of 20 uses at once one unlocks', async () => {
    const user = await lockedByPolicy('parallel');
    const answers = await race(20, (index) => (index % 2 === 0 ? rest(user.token) : graphql(user.token)));
    const unlocked = answers.filter(({ statusCode, body }) => statusCode === 200 && (body === '' || body.includes('"unlocked":true')));
    expect(unlocked).toHaveLength(1);
    for (const { statusCode } of answers) expect([200, 400, 429]).toContain(statusCode);
    expect(await audited(harness, user.id, 'USER_UNLOCKED')).toBe(1);
  });

  test('of a use and a lock of an administrator at once, the lock stays', async () => {
    for (let round = 0; round < 5; round += 1) {
      const user = await lockedByPolicy(`race-${round}`);
      await Promise.all(round % 2 === 0 ? [rest(user.token), administer(user, 'lock')] : [administer(user, 'lock'), rest(user.token)]);
      expect(await isLocked(user)).toBe(true);
    }
  });

  test('ends with a change of the address and with the user', async () => {
    const [moved, deleted] = [await lockedByPolicy('moved'), await lockedByPolicy('deleted')];
    const headers = await asEnvironment(harness);
    expectStatus(await call(harness, 'PUT', `/users/v1/${moved.id}/email`, { headers, body: { email: 'moved.new@acme.example' } }), 200);
    expectStatus(await call(harness, 'DELETE', `/users/v1/${deleted.id}`, { headers }), 200);
    for (const { token } of [moved, deleted]) expectRefusal(await rest(token), 400, invalidToken);
    expect(await isLocked(moved)).toBe(true);
  });

  test('works after the policy was removed as well', async () => {
    const user = await lockedByPolicy('policy-gone');
    await execute(harness, 'delete from lockout_policies');
    expectEmpty(await rest(user.token), 200);
    expect((await logIn(harness, user.email)).statusCode).toBe(200);
  });

  test('of somebody’s mail works in a network in which strangers send wrong ones until they have to wait', async () => {
    const user = await lockedByPolicy('shared-network');
    const answers: number[] = [];
    for (let tries = 0; tries < 7; tries += 1) answers.push((await rest(`wrong-${tries}`, '198.51.100.9')).statusCode);
    expect(answers).toEqual([400, 400, 400, 400, 400, 429, 429]);
    expectEmpty(await rest(user.token, '198.51.100.9'), 200);
  });

  test('is neither in the database nor in the log', async () => {
    const user = await lockedByPolicy('secret');
    const stored = JSON.stringify(await everything(harness));
    expect(stored).toContain('"purpose":"UNLOCK"');
    expect(stored).not.toContain(user.token);
    await rest(user.token);
    expect(JSON.stringify([await everything(harness), harness.logged])).not.toContain(user.token);
  });

  test('is required, as a text', async () => {
    expectRefusal(await call(harness, 'POST', '/users/v3/me/unlock', { body: {} }), 400, faults('token should not be empty'));
    expectRefusal(await rest(7), 400, faults('token must be a string'));
  });
});

test('T38 an attack on an unknown address is answered like one that locks somebody, up to the lock', async () => {
  const user = await createUserInTenant(harness, 'alike');
  const [known, unknown]: unknown[][] = [[], []];
  for (let tries = 0; tries < 2; tries += 1) {
    for (const [email, answers] of [[user.email, known] as const, ['nobody-alike@acme.example', unknown] as const]) {
      const { statusCode, body } = await guess(email);
      answers?.push([statusCode, body]);
    }
  }
  expect(unknown).toEqual(known);
  expect(await isLocked(user)).toBe(true);
  await harness.app.outbox.flush();
  expect(harness.mail.filter(({ to }) => to === 'nobody-alike@acme.example')).toEqual([]);
});
