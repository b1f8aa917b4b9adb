import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, identity, logIn } from '../../support/builders.ts';
import { asUser, joinTenant } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

/** The audit trail of a tenant tells its administrators nothing of other tenants, over REST. GraphQL has its own test. */
const harness = useHarness();
let admin: Record<string, string>;
let guest: { id: string; email: string };
beforeAll(async () => {
  await createTenant(harness, 'ours');
  await createTenant(harness, 'theirs');
  admin = await asUser(harness, (await createUser(harness, 'ours', 'admin@ours.example', { roleIds: [roleIds.admin] })).email);
  for (const name of ['one', 'two']) await createUser(harness, 'theirs', `${name}@theirs.example`, { roleIds: [roleIds.admin] });
  await logIn(harness, 'one@theirs.example');
  guest = await createUser(harness, 'theirs', 'guest@theirs.example');
});

interface List {
  data: { tenantId: string | null; email: string; user: string }[];
  total: number;
}
const list = async (query = '', headers = admin) => (await harness.send({ url: `/audits${query}`, headers })).json<List>();

test('lists, numbers, searches and files hold events of the own tenant alone', async () => {
  for (const query of ['', '?tenantId=ours', '?filter=login', '?sortDirection=asc&count=1000']) {
    const { data } = await list(query);
    expect(data.length, query).toBeGreaterThan(0);
    expect(new Set(data.map(({ tenantId }) => tenantId)), query).toEqual(new Set(['ours']));
  }
  for (const query of [
    '?tenantId=theirs',
    '?tenantId=nowhere',
    '?filter=theirs.example',
    '?email=theirs.example',
    '?tenantId=%25',
    '?filter=OR%201=1',
  ]) {
    expect(await list(query), query).toEqual({ data: [], total: 0 });
  }
  const { body } = await harness.send({ method: 'POST', url: '/audits/export/csv/v2', headers: admin, body: { properties: [{ name: 'tenantId' }] } });
  expect(new Set(body.trim().split('\r\n').slice(1))).toEqual(new Set(['"ours"']));
  const stats = async (headers: Record<string, string>) => (await harness.send({ url: '/audits/stats', headers })).json<{ totalToday: number }>();
  expect((await stats(admin)).totalToday).toBe((await list()).total);
  expect((await stats(await asEnvironment(harness, 'ours'))).totalToday).toBe((await list()).total);
});

test('the header cannot widen it', async () => {
  for (const tenant of ['theirs', 'nowhere']) {
    const answer = await harness.send({ url: '/audits', headers: { ...admin, 'frontegg-tenant-id': tenant } });
    expect(answer.statusCode, tenant).toBe(403);
  }
});

test('a role in one tenant reads no trail of another tenant of the same person', async () => {
  await joinTenant(harness, 'admin@ours.example', 'theirs');
  expect((await harness.send({ url: '/audits', headers: { ...admin, 'frontegg-tenant-id': 'theirs' } })).statusCode).toBe(403);
});

test('a person is named to a tenant only while a member of it', async () => {
  // The environment may name a tenant with a user of another one, which leaves an event of the first about the second.
  const url = `${identity}/users/v1/${guest.id}/lock`;
  await harness.send({ method: 'POST', url, headers: await asEnvironment(harness, 'theirs') });
  await harness.app.store.events.add({
    ...{ id: 'f0f0f0f0-0000-4000-8000-000000000001', at: harness.clock.now(), kind: 'USER_LOCKED', actorKind: 'NOBODY', actorId: null },
    ...{ tenantId: 'ours', userId: guest.id, strategy: null, reason: null, address: '192.0.2.1', requestId: 'r' },
  });
  expect(await list('?action=user locked')).toMatchObject({ data: [{ email: '', user: '' }], total: 1 });
  expect((await list(`?email=${guest.email}`)).total).toBe(0);
  await joinTenant(harness, guest.email, 'ours');
  expect(await list('?action=user locked')).toMatchObject({ data: [{ email: guest.email }] });
});
