import { beforeEach, expect, test, vi } from 'vitest';
import type { Delivery } from '../../../src/domain/ports.ts';
import { render } from '../../../src/platform/mail/messages.ts';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createTenant, createUserInTenant, expectStatus, identity, logIn, password } from '../../support/builders.ts';
import { audited, execute, query } from '../../support/database.ts';
import type { Harness } from '../../support/harness.ts';
import { openHarness } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { race } from '../../support/race.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
beforeEach(() => execute(harness, 'delete from lockout_policies'));

const administer = async (of: Harness, { id }: { id: string }, how: 'lock' | 'unlock') =>
  of.send({ method: 'POST', url: `${identity}/users/v1/${id}/${how}`, headers: await asEnvironment(of) });
async function lockAfter(of: Harness, maxAttempts: number): Promise<void> {
  const url = `${identity}/configurations/v1/lockout-policy`;
  expectStatus(await of.send({ method: 'POST', url, headers: await asEnvironment(of), body: { enabled: true, maxAttempts } }), 201);
}
const guess = (of: Harness, email: string) =>
  of.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email, password: 'not the password' } });
async function guesses(of: Harness, { email }: TestUser, count: number): Promise<void> {
  for (let tries = 0; tries < count; tries += 1) await guess(of, email);
}
/** The links that unlock, each once. */
async function links({ email }: { email: string }): Promise<string[]> {
  await harness.app.outbox.flush();
  return [...new Set(harness.mail.flatMap((message) => (message.template === 'UNLOCK' && message.to === email ? [message.link] : [])))];
}
/** Delivery is at least once, so a message counts once. */
async function told({ email }: { email: string }): Promise<string[]> {
  await harness.app.outbox.flush();
  return [...new Set(harness.notices.filter(({ to }) => to === email).map(({ kind, at }) => `${kind} ${at}`))];
}

test('T50 the last wrong password mails the user one link and no notice beside it; those before it and after it tell nothing', async () => {
  await lockAfter(harness, 3);
  const user = await createUserInTenant(harness, 'notice-guessed');
  await guesses(harness, user, 2);
  expect(await links(user)).toEqual([]);
  await guesses(harness, user, 1);
  const mailed = await links(user);
  expect(mailed).toHaveLength(1);
  harness.clock.advance({ seconds: 60 });
  await guesses(harness, user, 10);
  expect(await links(user)).toEqual(mailed);
  expect(await told(user)).toEqual([]);
  expect(await audited(harness, user.id, 'USER_LOCKED')).toBe(1);
});

test('T50 an administrator’s lock tells once, on either surface; locked again after an unlock, once more', async () => {
  const user = await createUserInTenant(harness, 'notice-administered');
  for (let times = 0; times < 3; times += 1) {
    expectStatus(await administer(harness, user, 'lock'), 200);
    harness.clock.advance({ seconds: 1 });
  }
  expect(await told(user)).toHaveLength(1);
  await administer(harness, user, 'unlock');
  expect(await told(user), 'an unlock shows by itself').toHaveLength(1);
  harness.clock.advance({ seconds: 60 });
  const body = { query: 'mutation ($input: LockUserInput!) { lockUser(input: $input) { __typename } }', variables: { input: { userId: user.id } } };
  const answer = await harness.send({ method: 'POST', url: '/graphql', headers: await asEnvironment(harness), body });
  expect(answer.json()).toEqual({ data: { lockUser: { __typename: 'LockUserSuccess' } } });
  expect(await told(user)).toHaveLength(2);
  expect(await links(user)).toEqual([]);
});

test('T50 it leaves at once, not when the outbox looks next', async () => {
  // Started under a clock of intervals that stands still, the outbox never looks by itself.
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const eager = await openHarness();
  vi.useRealTimers();
  const arrived = async (template: string, { email }: TestUser) =>
    vi.waitFor(() => expect([...eager.mail, ...eager.notices].map(({ to, template }) => `${template} ${to}`)).toContain(`${template} ${email}`), {
      timeout: 5000,
    });
  await lockAfter(eager, 1);
  const guessed = await createUserInTenant(eager, 'notice-guessed');
  await guesses(eager, guessed, 1);
  await arrived('UNLOCK', guessed);
  const administered = await createUserInTenant(eager, 'notice-administered');
  await administer(eager, administered, 'lock');
  await arrived('NOTICE', administered);
  await eager.close();
});

test('T50 of 20 wrong passwords and locks at once one tells', async () => {
  await lockAfter(harness, 5);
  const user = await createUserInTenant(harness, 'notice-race');
  await race(20, (index) => (index % 4 === 0 ? administer(harness, user, 'lock') : guess(harness, user.email)));
  expect(await audited(harness, user.id, 'USER_LOCKED')).toBe(1);
  expect([...(await told(user)), ...(await links(user))]).toHaveLength(1);
});

test('T50 an address that was not verified is told nothing, and nobody is told of an unknown one', async () => {
  await lockAfter(harness, 2);
  const tenantId = await createTenant(harness, 'notice-unverified');
  const email = 'notice-unverified@acme.example';
  const url = `${identity}/vendor-only/users/v1`;
  const created = await harness.send({ method: 'POST', url, headers: await asEnvironment(harness), body: { email, tenantId, password } });
  const { id } = created.json<{ id: string }>();
  await guesses(harness, { id, email, tenantId }, 3);
  expect(await audited(harness, id, 'USER_LOCKED')).toBe(1);
  await guesses(harness, { id: '', email: 'nobody@acme.example', tenantId }, 5);
  for (const to of [{ email }, { email: 'nobody@acme.example' }]) expect([await told(to), await links(to)]).toEqual([[], []]);
  expect(await query(harness, "select * from user_tokens where purpose = 'UNLOCK' and user_id = $1", [id])).toEqual([]);
});

test('T50 the notice says what to do in both forms, and holds nothing to log in with', async () => {
  const user = await createUserInTenant(harness, 'notice-words');
  await administer(harness, user, 'lock');
  await told(user);
  const notice = harness.notices.find(({ to, kind }) => to === user.email && kind === 'ACCOUNT_LOCKED');
  if (notice === undefined) throw new Error('nothing was told');
  const { subject, text, html } = render(notice);
  expect(subject).toBe('Your account was locked');
  for (const form of [text, html]) {
    for (const words of ['nobody can log in until the account is unlocked', 'ontact your administrator', user.email]) expect(form).toContain(words);
    expect(form).not.toMatch(/https?:|token|If this was you/);
    expect(form).not.toContain(password);
  }
  expect(JSON.stringify(await query(harness, 'select * from outbox'))).not.toContain(user.email);
});

test('T50 where no mail can be sent the lock holds all the same, nothing is queued and no link is made', async () => {
  const none = { available: false, reason: 'none' } as const;
  const delivery: Delivery = { email: none, sms: none, send: () => Promise.reject(new Error('none')) };
  const silent = await openHarness({ ports: { delivery } });
  await lockAfter(silent, 1);
  const user = await createUserInTenant(silent, 'notice-silent');
  await guesses(silent, user, 1);
  expect((await logIn(silent, user.email)).json()).toMatchObject({ errorCode: 'ER-01034' });
  for (const table of ['outbox', 'user_tokens']) expect(await query(silent, `select * from ${table}`), table).toEqual([]);
  await silent.close();
});
