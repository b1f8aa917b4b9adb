import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant } from '../../support/builders.ts';
import { asUser, call } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

/** A user with a verified address besides the primary one, and a username. */
async function named(name: string) {
  const user = await createUserInTenant(harness, name);
  const names = { verified: `v@${name}.example`, username: `${name}.user` };
  const vouched = { headers: environment, body: { email: names.verified, isVerified: true } };
  expect((await call(harness, 'POST', `/users/emails/v1/vendor/${user.id}`, vouched)).statusCode).toBe(201);
  const headers = { ...environment, 'frontegg-user-id': user.id };
  expect((await call(harness, 'POST', '/usernames/v1', { headers, body: { username: names.username } })).statusCode).toBe(201);
  return { ...user, ...names };
}

/** The statements of some work, but for those that run in the background as well. */
async function statementsOf(work: () => Promise<{ statusCode: number }>, status: number): Promise<string[]> {
  await harness.app.outbox.flush();
  harness.queries.length = 0;
  expect((await work()).statusCode).toBe(status);
  return harness.queries.filter((sql) => !sql.includes('from "environments"')).sort();
}

test('B8 a login by a username or a further address runs the same statements for nobody as for anybody', async () => {
  const user = await named('cost');
  const statements = (username: string) =>
    statementsOf(() => call(harness, 'POST', '/auth/v1/user', { body: { username, password: 'not the password' } }), 401);
  const [nobody, nowhere] = [await statements('nobody.at.all'), await statements('nobody@cost.example')];
  expect(nobody.length).toBeGreaterThan(1);
  expect(await statements(user.username)).toEqual(nobody);
  expect(await statements(user.verified)).toEqual(nowhere);
  expect(nowhere).toHaveLength(nobody.length);
});

test('B8 a reset by a username runs the same statements for nobody as for anybody', async () => {
  const user = await named('reset-cost');
  const statements = (email: string) => statementsOf(() => call(harness, 'POST', '/users/v1/passwords/reset', { body: { email } }), 201);
  expect(await statements(user.username)).toEqual(await statements('nobody.at.all'));
  expect(await statements(user.verified)).toEqual(await statements('nobody@cost.example'));
});

test('an address that another user has is added, and asked to be the primary one, by the same statements as a free one', async () => {
  const [mine, other] = [await createUserInTenant(harness, 'alike'), await named('alike-other')];
  const headers = await asUser(harness, mine.email);
  await call(harness, 'POST', '/configurations/v1/user-emails-policy', { headers: environment, body: { allowEmailChange: true } });
  for (const [path, status] of [
    ['/users/emails/v1', 201],
    ['/users/v1/email/me', 200],
  ] as const) {
    const statements = (email: string) => statementsOf(() => call(harness, 'POST', path, { headers, body: { email } }), status);
    const free = await statements('free@alike.example');
    expect(free.length).toBeGreaterThan(1);
    for (const email of [other.email, other.verified]) expect(await statements(email), path).toEqual(free);
  }
});
