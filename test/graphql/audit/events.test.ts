import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, createUserInTenant, identity, logIn, setPolicy } from '../../support/builders.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { joinTenant } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

interface Event {
  id: string;
  occurredAt: string;
  kind: string;
  userId: string | null;
  tenantId: string | null;
}
interface Connection {
  nodes: Event[];
  edges: { cursor: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  totalCount?: number;
}
const page = 'nodes { id occurredAt kind userId tenantId } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const document = (selection: string) => `query ($filter: MfaEventFilter, $first: Int, $after: String, $last: Int, $before: String) {
  mfaEvents(filter: $filter, first: $first, after: $after, last: $last, before: $before) { ${selection} } }`;
async function read(variables: object, headers = environment, selection = page): Promise<Connection> {
  const answer = await harness.graphql(document(selection), variables, headers);
  expect(answer.errors, JSON.stringify(answer.errors)).toBeUndefined();
  return answer.data?.mfaEvents as Connection;
}
const codesOf = async (variables: object, headers = environment) =>
  (await harness.graphql(document('nodes { id }'), variables, headers)).errors?.map((error) => error.extensions.code);
const kindsOf = ({ nodes }: Connection) => nodes.map(({ kind }) => kind);
const bearer = async (email: string) => ({ authorization: `Bearer ${(await logIn(harness, email)).json<{ accessToken: string }>().accessToken}` });
const guess = (email: string) => harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email, password: 'not the password' } });

describe('an event', () => {
  test('tells kind, actor, user, tenant, reason, address and request', async () => {
    const user = await createUserInTenant(harness, 'fields');
    harness.clock.advance({ seconds: 1 });
    const failed = await guess(user.email);
    const selection =
      'nodes { kind occurredAt actorKind actorId actor { restId } userId user { restId email } tenantId tenant { restId } strategy reason address requestId }';
    const newest = await read({ filter: { userId: user.id }, first: 1 }, environment, selection);
    expect(newest.nodes).toEqual([
      {
        ...{ kind: 'LOGIN_FAILED', occurredAt: harness.clock.now().toISOString(), actorKind: 'NOBODY', actorId: null, actor: null },
        ...{ userId: user.id, user: { restId: user.id, email: user.email }, tenantId: 'fields', tenant: { restId: 'fields' } },
        ...{ strategy: null, reason: 'INVALID_CREDENTIALS', address: '203.0.113.7', requestId: failed.headers['frontegg-trace-id'] },
      },
    ]);
    const verified = await read({ filter: { userId: user.id, kinds: ['USER_VERIFIED'] } }, environment, selection);
    expect(verified.nodes).toMatchObject([{ actorKind: 'ENVIRONMENT', actor: null, tenant: null }]);
    await run(harness, documents.lockUser, { userId: user.id }, await asEnvironment(harness, 'fields'));
    expect((await read({ filter: { userId: user.id, kinds: ['USER_LOCKED'] } })).nodes).toMatchObject([{ tenantId: 'fields' }]);
  });

  test('that a user caused names the user', async () => {
    const admin = await createUserInTenant(harness, 'caused', { roleIds: [roleIds.admin] });
    const headers = await bearer(admin.email);
    await run(harness, documents.upsertMfaPolicy, { enforceMfaType: 'DONT_FORCE' }, headers);
    const events = await read({ filter: { kinds: ['POLICY_CREATED'] } }, headers, 'nodes { actorKind actorId actor { email } user { email } }');
    expect(events.nodes).toEqual([{ actorKind: 'USER', actorId: admin.id, actor: { email: admin.email }, user: null }]);
  });
});

describe('a page', () => {
  test('reads newest first in both directions and meets the next one', async () => {
    const user = await createUserInTenant(harness, 'pages');
    // The first ones share an instant with each other, the last ones too: there the id decides.
    for (const seconds of [1, 0, 1, 0]) {
      harness.clock.advance({ seconds });
      await guess(user.email);
    }
    const filter = { userId: user.id };
    const all = await read({ filter }, environment, `${page} totalCount`);
    expect(all.totalCount).toBe(6);
    expect(kindsOf(all).slice(0, 4)).toEqual(Array.from({ length: 4 }, () => 'LOGIN_FAILED'));
    const times = all.nodes.map(({ occurredAt }) => occurredAt);
    expect(times).toEqual([...times].sort().reverse());
    const ids = (connection: Connection) => connection.nodes.map(({ id }) => id);
    const forward: string[] = [];
    for (let after: string | null = null; ; ) {
      const { pageInfo, ...part }: Connection = await read({ filter, first: 2, after });
      forward.push(...part.nodes.map(({ id }) => id));
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      after = pageInfo.endCursor;
      if (!pageInfo.hasNextPage) break;
    }
    expect(forward).toEqual(ids(all));
    const last = await read({ filter, last: 2 });
    expect(ids(last)).toEqual(ids(all).slice(4));
    expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const before = await read({ filter, last: 3, before: last.pageInfo.startCursor });
    expect(ids(before)).toEqual(ids(all).slice(1, 4));
  });

  test('holds 20 unless asked for more, 100 at most, and is counted only when asked', async () => {
    const { email, id } = await createUserInTenant(harness, 'sizes');
    for (let tries = 0; tries < 21; tries += 1) await guess(email);
    expect((await read({ filter: { userId: id } })).nodes).toHaveLength(20);
    expect((await read({ filter: { userId: id }, first: 100 })).nodes).toHaveLength(23);
    harness.queries.length = 0;
    await read({});
    expect(harness.queries.filter((sql) => /count\(/i.test(sql))).toEqual([]);
    for (const size of [{ first: 0 }, { first: 101 }, { last: 101 }, { first: 1, last: 1 }, { before: 'x' }, { after: 'not a cursor' }]) {
      expect(await codesOf(size), JSON.stringify(size)).toEqual(['BAD_REQUEST']);
    }
    const far = Buffer.from('999999999999999:x').toString('base64url');
    expect(await codesOf({ after: far })).toEqual(['BAD_REQUEST']);
  });

  test('costs no statement more for a hundred events than for one', async () => {
    const count = async (first: number) => {
      harness.queries.length = 0;
      await read({ first, filter: { kinds: ['LOGIN_FAILED'] } }, environment, 'nodes { user { email } actor { email } tenant { name } }');
      return harness.queries.length;
    };
    expect(await count(100)).toBe(await count(1));
  });
});

describe('a filter', () => {
  test('narrows by user, tenant, kind and time, and all at once; the count agrees', async () => {
    const [one, other] = [await createUserInTenant(harness, 'filter-one'), await createUserInTenant(harness, 'filter-other')];
    const start = harness.clock.now();
    await guess(one.email);
    harness.clock.advance({ seconds: 10 });
    await guess(one.email);
    await guess(other.email);
    const later = harness.clock.now();
    const find = async (filter: object) => {
      const { nodes, totalCount } = await read({ filter }, environment, `${page} totalCount`);
      expect(totalCount).toBe(nodes.length);
      return nodes.length;
    };
    const kinds = ['LOGIN_FAILED'];
    expect(await find({ userId: one.id, kinds })).toBe(2);
    expect(await find({ tenantId: 'filter-one', kinds })).toBe(2);
    expect(await find({ tenantId: `_${Buffer.from('Tenant:filter-one').toString('base64url')}`, kinds })).toBe(2);
    expect(await find({ userId: one.id, tenantId: 'filter-other' })).toBe(0);
    expect(await find({ kinds, occurredFrom: later.toISOString(), userId: one.id })).toBe(1);
    expect(await find({ kinds, occurredFrom: start.toISOString(), occurredUntil: later.toISOString(), userId: one.id })).toBe(1);
    expect(await find({ kinds, occurredFrom: start.toISOString().replace('Z', '+00:00'), userId: one.id })).toBe(2);
    expect(await find({ kinds: [] })).toBe(0);
    expect(await find({ userId: null, tenantId: null, kinds: null, occurredUntil: null, occurredFrom: later.toISOString() })).toBeGreaterThan(0);
    expect(await find({ userId: 'nobody' })).toBe(0);
    expect(await find({ occurredFrom: '9999-12-31T23:59:59.999Z' })).toBe(0);
    expect(await find({ occurredUntil: '0001-01-01T00:00:00Z' })).toBe(0);
  });

  test.each([
    ...[
      '',
      'yesterday',
      '2026-02-30T00:00:00Z',
      '2026-03-02',
      '2026-03-02T09:00:00',
      '0001-01-01T00:00:00+23:59',
      7,
      true,
      '2026-13-01T00:00:00Z',
    ].map((occurredFrom) => ({ occurredFrom })),
    { kinds: ['NONSENSE'] },
    { kinds: Array.from({ length: 200 }, () => 'LOGIN_FAILED') },
    { userId: '' },
    { tenantId: 'x'.repeat(201) },
    { userId: 'a\0b' },
    { unknown: 1 },
  ])('refuses %j', async (filter) => {
    expect(await codesOf({ filter })).toEqual(['BAD_REQUEST']);
  });
});

describe('who sees what', () => {
  test('an environment token that names a tenant sees that tenant alone', async () => {
    const user = await createUserInTenant(harness, 'named');
    await guess(user.email);
    const named = await asEnvironment(harness, 'named');
    const events = await read({}, named, `${page} totalCount`);
    expect(events.nodes.length).toBeGreaterThan(1);
    expect(new Set(events.nodes.map(({ tenantId }) => tenantId))).toEqual(new Set(['named']));
    expect(events.totalCount).toBe(events.nodes.length);
    expect((await read({ filter: { tenantId: 'fields' } }, named, `${page} totalCount`)).totalCount).toBe(0);
    expect((await read({ filter: { tenantId: 'fields' } })).nodes.length).toBeGreaterThan(0);
  });

  test('a user sees the tenant in force with a role that may read it, nobody else anything', async () => {
    const reader = await createUserInTenant(harness, 'read', { roleIds: [roleIds.readOnly] });
    const [second, third] = [await createTenant(harness, 'read-second'), await createTenant(harness, 'read-third')];
    await joinTenant(harness, reader.email, second, { roleIds: [roleIds.admin] });
    await joinTenant(harness, reader.email, third);
    const colleague = await createUser(harness, 'read', 'colleague@acme.example');
    await guess(colleague.email);
    const headers = await bearer(reader.email);
    const own = await read({}, headers);
    expect(new Set(own.nodes.map(({ tenantId }) => tenantId))).toEqual(new Set(['read']));
    const named = await read({ filter: { userId: colleague.id, kinds: ['LOGIN_FAILED'] } }, headers, 'nodes { userId user { email } }');
    expect(named.nodes, 'members are shown to whom may read them').toEqual([{ userId: colleague.id, user: { email: colleague.email } }]);
    expect((await read({ filter: { tenantId: second } }, headers)).nodes).toEqual([]);
    const there = await read({}, { ...headers, 'frontegg-tenant-id': second });
    expect(new Set(there.nodes.map(({ tenantId }) => tenantId))).toEqual(new Set([second]));
    expect(await codesOf({}, { ...headers, 'frontegg-tenant-id': third })).toEqual(['FORBIDDEN']);
    expect(await codesOf({}, { ...headers, 'frontegg-tenant-id': 'fields' })).toEqual(['FORBIDDEN']);
    expect(await codesOf({}, await bearer(colleague.email))).toEqual(['FORBIDDEN']);
    expect(await codesOf({}, {})).toEqual(['UNAUTHENTICATED']);
    harness.clock.advance({ seconds: 1 });
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, 'read');
    expect(kindsOf(await read({ first: 1 }, headers))).toEqual(['POLICY_CREATED']);
  });
});
