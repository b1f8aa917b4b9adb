import { beforeAll, expect, test } from 'vitest';
import {
  asEnvironment,
  createTenant,
  createUserInTenant,
  enroll,
  identity,
  logIn,
  mailedCode,
  mfaTokenFor,
  setPolicy,
  setStrategy,
  totp,
} from '../support/builders.ts';
import { plansOf } from '../support/plan.ts';
import { refresh, verifyApp } from '../support/requests.ts';
import { useHarness } from '../support/use-harness.ts';

const harness = useHarness();

/**
 * Tables that hold a few rows however many people there are, the rows of a query that reads a thousand at most, and what a statement puts
 * together of one person before it counts.
 */
const small = ['environments', 'captcha_policies', 'environment_secrets', 'signing_keys', 'retained_keys', 'some', 'f', 'r', 's', 'people'];

const statements = new Set<string>();

/** Collects the statements of some work. */
async function during(work: () => Promise<unknown>): Promise<void> {
  harness.queries.length = 0;
  await work();
  for (const sql of harness.queries) statements.add(sql);
}

beforeAll(async () => {
  const user = await createUserInTenant(harness, 'plans');
  await createTenant(harness, 'plans-other');
  await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 3600 }, 'plans');
  await setStrategy(harness, 'EmailCode', true);
  const { secret } = await enroll(harness, user.email);
  await during(async () => {
    const wrong = await harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email: user.email, password: 'wrong' } });
    expect(wrong.statusCode).toBe(401);
    harness.clock.advance({ seconds: 30 });
    const mfaToken = await mfaTokenFor(harness, user.email);
    expect((await verifyApp(harness, mfaToken, '000000')).statusCode).toBe(400);
    const done = await verifyApp(harness, mfaToken, totp(harness, secret), { rememberDevice: true });
    expect(done.statusCode).toBe(201);
    const { accessToken, refreshToken } = done.json<{ accessToken: string; refreshToken: string }>();
    expect((await refresh(harness, refreshToken)).statusCode).toBe(200);
    const bearer = { authorization: `Bearer ${accessToken}` };
    for (const url of ['/users/v2/me', '/configurations/v1/mfa-policy', '/users/v1/me/sessions', '/configurations/v1/mfa/strategies'])
      await harness.send({ url: `${identity}${url}`, headers: bearer });
    const code = await mailedCode(harness, await mfaTokenFor(harness, user.email)).catch(() => null);
    expect(code).toBeDefined();
    await logIn(harness, user.email);
    const environment = await asEnvironment(harness, 'plans');
    await harness.send({ url: `${identity}/configurations/v1/mfa-policy`, headers: environment });
    const read =
      '{ mfaPolicy { id tenant { name } } effectiveMfaPolicy { enforceMfaType } users(first: 5) { edges { node { email memberships { tenant { name } } } } } mfaEvents(first: 5) { edges { node { kind } } } tenants(first: 5) { edges { node { name } } } }';
    expect((await harness.graphql(read, {}, environment)).errors).toBeUndefined();
    expect((await harness.graphql(read, {}, await asEnvironment(harness))).errors).toBeUndefined();
    await harness.app.outbox.flush();
  });
});

test('every statement of a login, a second factor, a refresh and the reads beside them finds its rows by an index', async () => {
  // A list of everybody is read in the order of an index, and only as far as its page.
  const plain = [...statements].filter((sql) => /^(select|update|delete|insert)\b/i.test(sql));
  expect(plain.length).toBeGreaterThan(30);
  const plans = await plansOf(harness.config.databaseUrl, plain);
  const whole = [...plans].filter(([, plan]) =>
    plan.split('\n').some((line) => {
      const table = /^SCAN (\w+)(?!.*USING)/.exec(line.trim())?.[1] ?? /Seq Scan on (\w+)/.exec(line)?.[1];
      return table !== undefined && !small.includes(table) && !/CONSTANT ROW/.test(line);
    }),
  );
  expect(whole.map(([sql, plan]) => `${sql}\n${plan}`)).toEqual([]);
});

test('a list of tenants is read in the order of an index, whatever it is ordered by', async () => {
  const lists = new Set<string>();
  for (const by of ['CREATED_AT', 'NAME', 'ID']) {
    for (const descending of [false, true]) {
      harness.queries.length = 0;
      const query = 'query ($sort: TenantSort, $after: String) { tenants(first: 1, sort: $sort, after: $after) { edges { cursor } } }';
      const first = await harness.graphql(query, { sort: { by, direction: descending ? 'DESCENDING' : null } }, await asEnvironment(harness));
      const { cursor } = (first.data as { tenants: { edges: [{ cursor: string }] } }).tenants.edges[0];
      const next = await harness.graphql(
        query,
        { sort: { by, direction: descending ? 'DESCENDING' : null }, after: cursor },
        await asEnvironment(harness),
      );
      expect((next.data as { tenants: { edges: unknown[] } }).tenants.edges).toHaveLength(1);
      for (const sql of harness.queries) if (/order by/.test(sql)) lists.add(sql);
    }
  }
  expect(lists.size).toBe(12);
  const sorting = [...(await plansOf(harness.config.databaseUrl, [...lists]))].filter(([, plan]) => /TEMP B-TREE|\bSort\b/.test(plan));
  expect(sorting.map(([sql, plan]) => `${sql}\n${plan}`)).toEqual([]);
});
