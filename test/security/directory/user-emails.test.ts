import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, enroll, logIn, mailedCode, setPolicy } from '../../support/builders.ts';
import { execute } from '../../support/database.ts';
import { logInByCode, loginCodeFor, mailedResetLink, requestReset, sendLoginCode, setEmailCodeLogin } from '../../support/first-factors.ts';
import { openInstances } from '../../support/instances.ts';
import { expectOnlyRefusals, race, tally } from '../../support/race.ts';
import { asUser, call, expectEmpty, expectRefusal, invalidCode, refusal, unauthorized } from '../../support/rest.ts';
import { recover } from '../../support/step-up.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
  await setEmailCodeLogin(harness, true);
});

const emails = '/users/emails/v1';
type Headers = Record<string, string>;
const addFor = async (userId: string, email: string, isVerified: boolean) =>
  expect((await call(harness, 'POST', `${emails}/vendor/${userId}`, { headers: environment, body: { email, isVerified } })).statusCode).toBe(201);
const setUsername = async (userId: string, username: string) => {
  const headers = { ...environment, 'frontegg-user-id': userId };
  expect((await call(harness, 'POST', '/usernames/v1', { headers, body: { username } })).statusCode).toBe(201);
};
const add = (headers: Headers, email: string) => call(harness, 'POST', emails, { headers, body: { email } });
const verify = (headers: Headers, email: string, code: string) => call(harness, 'POST', `${emails}/verify`, { headers, body: { email, code } });
const mailTo = async (to: string): Promise<number> => {
  await harness.app.outbox.flush();
  return harness.mail.filter((message) => message.to === to).length;
};
/** A user with a verified address, one that is not, and a username. */
async function named(name: string) {
  const user = await createUserInTenant(harness, name);
  const names = { verified: `v@${name}.example`, unverified: `u@${name}.example`, username: `${name}.user` };
  await addFor(user.id, names.verified, true);
  await addFor(user.id, names.unverified, false);
  await setUsername(user.id, names.username);
  return { ...user, ...names };
}
const incorrect = refusal('Incorrect email or password');

describe('further addresses and usernames', () => {
  test('whoever logs in by any of them has the same second factor to prove', async () => {
    const user = await named('factor');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    await enroll(harness, user.email);
    for (const name of [user.verified, user.username]) {
      const answer = (await logIn(harness, name)).json();
      expect(answer, name).toMatchObject({ mfaRequired: true, mfaEnrolled: true });
      expect(answer).not.toHaveProperty('accessToken');
    }
    expectRefusal(await logIn(harness, user.unverified), 401, incorrect);
  });

  test('codes and links that are asked for by any of them go to the primary address', async () => {
    const user = await named('mail');
    for (const name of [user.verified, user.username]) {
      const [codes, sent] = [harness.mail.length, await sendLoginCode(harness, { username: name })];
      expectEmpty(sent, 201);
      const cookie = sent.cookies.map((each) => `${each.name}=${each.value}`).join('; ');
      expect((await logInByCode(harness, await mailedCode(harness, user.email), cookie)).json(), name).toMatchObject({ userId: user.id });
      expectEmpty(await requestReset(harness, { email: name }), 201);
      expect(await mailedResetLink(harness, user.email)).toContain(user.id);
      expect(harness.mail.slice(codes).map(({ to }) => to)).toEqual([user.email, user.email]);
    }
    await sendLoginCode(harness, { email: user.unverified });
    expect([await mailTo(user.verified), await mailTo(user.unverified), await mailTo(user.username)]).toEqual([0, 0, 0]);
  });

  test('a recovery code works by any of them', async () => {
    const user = await named('recover');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const { recoveryCode } = await enroll(harness, user.email);
    expect((await recover(harness, user.unverified, recoveryCode)).statusCode).toBe(400);
    expect((await recover(harness, user.verified, recoveryCode)).statusCode).toBe(200);
  });

  test('a limit that is reached by one of them says nothing about the others', async () => {
    const [user, bystander] = [await named('linked'), 'nobody@linked.example'];
    const statuses = async (name: string) => {
      const answers: number[] = [];
      for (let sent = 0; sent < 6; sent += 1) answers.push((await sendLoginCode(harness, { email: name })).statusCode);
      return answers;
    };
    const alone = [201, 201, 201, 201, 201, 429];
    for (const name of [user.email, user.verified, user.username, bystander]) expect(await statuses(name), name).toEqual(alone);
  });

  test('an unlock forgives wrong passwords under every name', async () => {
    const user = await named('forgive');
    const wrong = (email: string) => call(harness, 'POST', '/auth/v1/user', { body: { email, password: 'wrong' } });
    for (const name of [user.email, user.verified, user.username]) {
      for (let tries = 0; tries < 51; tries += 1) await wrong(name);
      expect((await logIn(harness, name)).statusCode, name).toBe(429);
    }
    for (const act of ['lock', 'unlock'])
      expect((await call(harness, 'POST', `/users/v1/${user.id}/${act}`, { headers: environment })).statusCode).toBe(200);
    for (const name of [user.email, user.verified, user.username]) expect((await logIn(harness, name)).statusCode, name).toBe(200);
  });
});

describe('an address that another user has', () => {
  test('of users who verify one address at once exactly one has it', async () => {
    const people = await Promise.all(['a', 'b', 'c', 'd'].map((name) => createUserInTenant(harness, `same-${name}`)));
    const sessions = await Promise.all(people.map(({ email }) => asUser(harness, email)));
    const email = 'same@acme.example';
    const codes: string[] = [];
    for (const headers of sessions) {
      await add(headers, email);
      codes.push(await mailedCode(harness, email));
    }
    const answers = await race(4, (index) => verify(sessions[index] ?? {}, email, codes[index] ?? ''));
    expect(tally(answers)).toEqual({ 200: 1, 400: 3 });
    expect((await logIn(harness, email)).json()).toMatchObject({ userId: people[answers.findIndex(({ statusCode }) => statusCode === 200)]?.id });
  });
});

describe('a code to an address', () => {
  test('is spent once, whatever calls run in parallel', async () => {
    const user = await createUserInTenant(harness, 'once');
    const headers = await asUser(harness, user.email);
    await call(harness, 'POST', '/configurations/v1/user-emails-policy', { headers: environment, body: { allowEmailChange: true } });
    await call(harness, 'POST', '/users/v1/email/me', { headers, body: { email: 'once@new.example' } });
    const body = { email: 'once@new.example', code: await mailedCode(harness, 'once@new.example') };
    const answers = await race(5, () => call(harness, 'POST', '/users/v1/email/me/verify', { headers, body }));
    expect(tally(answers)[200]).toBe(1);
    expectOnlyRefusals(answers.filter(({ statusCode }) => statusCode !== 200));
    expect(harness.logged.filter((line) => 'level' in line && line.level === 'error')).toEqual([]);
  });

  test('works for its user, its address and its purpose alone, and not once the session has ended', async () => {
    const [user, other] = [await createUserInTenant(harness, 'bound'), await createUserInTenant(harness, 'bound-other')];
    const [headers, foreign] = [await asUser(harness, user.email), await asUser(harness, other.email)];
    await add(headers, 'x@bound.example');
    const code = await mailedCode(harness, 'x@bound.example');
    await add(headers, 'y@bound.example');
    expectRefusal(await verify(foreign, 'x@bound.example', code), 400, invalidCode);
    expectRefusal(await verify(headers, 'y@bound.example', code), 400, invalidCode);
    const change = { headers, body: { email: 'x@bound.example', code } };
    expectRefusal(await call(harness, 'POST', '/users/v1/email/me/verify', change), 400, invalidCode);
    await execute(harness, 'update sessions set ended_at = created_at where user_id = $1', [user.id]);
    expectRefusal(await verify(headers, 'x@bound.example', code), 401, unauthorized);
  });

  test('to the primary address of before dies when the primary address changes', async () => {
    const user = await named('ends');
    const { cookie, code } = await loginCodeFor(harness, user.email);
    const choose = { headers: environment, body: { email: user.verified } };
    expectEmpty(await call(harness, 'POST', `${emails}/vendor/${user.id}/primary`, choose), 200);
    expectRefusal(await logInByCode(harness, code, cookie), 400, invalidCode);
    const fresh = await loginCodeFor(harness, user.verified);
    expect((await logInByCode(harness, fresh.code, fresh.cookie)).json()).toMatchObject({ userId: user.id });
  });
});
