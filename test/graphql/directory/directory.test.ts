import { beforeAll, describe, expect, test } from 'vitest';
import { globalId } from '../../../src/graphql/builder/node-ids.ts';
import { asEnvironment, createUserInTenant, password } from '../../support/builders.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

interface Connection {
  nodes: { restId: string }[];
  edges: { cursor: string; node: { restId: string } }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  totalCount?: number;
}
const tenants = async (page: string): Promise<Connection> => {
  const query = `{ tenants${page} { nodes { restId } edges { cursor node { restId } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
  const answer = await harness.graphql(query, {}, environment);
  expect(answer.errors).toBeUndefined();
  return answer.data?.tenants as Connection;
};
const names = ({ nodes }: Connection) => nodes.map((node) => node.restId);

describe('tenants and users', () => {
  test('are created, refused and found', async () => {
    const created = await run(harness, documents.createTenant, { name: 'Acme', tenantId: 'acme' }, environment);
    expect(created).toMatchObject({ __typename: 'CreateTenantSuccess', tenant: { restId: 'acme', name: 'Acme' } });
    expect(await run(harness, documents.createTenant, { name: 'Again', tenantId: 'acme' }, environment)).toMatchObject({
      __typename: 'TenantExistsError',
      path: ['input', 'tenantId'],
    });
    for (const input of [{ name: '' }, { name: 'x', tenantId: 'a,b' }, { name: 'x', tenantId: null }, { name: 'x'.repeat(4097) }]) {
      expect(await run(harness, documents.createTenant, input, environment)).toMatchObject({ __typename: 'InvalidInputError' });
    }
    expect((await run(harness, documents.createTenant, { name: 'Generated' }, environment)).tenant.restId).toMatch(/^[0-9a-f-]{36}$/);

    const input = {
      email: 'Dana@acme.example',
      tenantId: created.tenant.id,
      password,
      roleIds: [roleIds.admin, globalId('Role', roleIds.admin)],
      name: 'Dana',
      phoneNumber: '+491',
      externalId: 'x-1',
    };
    const dana = await run(harness, documents.createUser, input, environment);
    expect(dana).toMatchObject({
      __typename: 'CreateUserSuccess',
      user: {
        email: 'Dana@acme.example',
        name: 'Dana',
        verified: false,
        mfaEnrolled: false,
        lastLoginAt: null,
        memberships: [{ roles: [{ key: 'Admin' }], tenant: { restId: 'acme' } }],
      },
    });
    expect(await run(harness, documents.createUser, { ...input, email: 'dana@ACME.example' }, environment)).toMatchObject({
      __typename: 'UserExistsError',
      path: ['input', 'email'],
    });
    expect(await run(harness, documents.createUser, { ...input, joinExisting: true }, environment)).toMatchObject({ __typename: 'UserExistsError' });
    expect(await run(harness, documents.createUser, { ...input, email: 'b@acme.example', tenantId: 'nowhere' }, environment)).toMatchObject({
      __typename: 'TenantNotFoundError',
    });
    for (const fault of [{ password: 'short' }, { email: 'none' }, { name: null }, { roleIds: null }]) {
      const [name] = Object.keys(fault);
      expect(await run(harness, documents.createUser, { ...input, email: 'c@acme.example', ...fault }, environment)).toMatchObject({
        __typename: 'InvalidInputError',
        path: ['input', name],
      });
    }
    expect(await run(harness, documents.verifyUserEmail, { userId: dana.user.id }, environment)).toMatchObject({ user: { verified: true } });
    expect(await run(harness, documents.verifyUserEmail, { userId: 'nobody' }, environment)).toMatchObject({
      __typename: 'UserNotFoundError',
      path: ['input', 'userId'],
    });

    const find = `query ($global: ID!, $rest: ID!) { a: user(id: $global) { name } b: user(id: $rest) { name } c: tenant(id: "acme") { name } d: tenant(id: "nowhere") { name } }`;
    expect((await harness.graphql(find, { global: dana.user.id, rest: dana.user.restId }, environment)).data).toEqual({
      a: { name: 'Dana' },
      b: { name: 'Dana' },
      c: { name: 'Acme' },
      d: null,
    });
  });

  test('of others do not exist', async () => {
    const mine = await createUserInTenant(harness, 'mine');
    const theirs = await createUserInTenant(harness, 'theirs');
    for (const owner of ['mine', 'theirs']) {
      await run(harness, documents.upsertMfaPolicy, { enforceMfaType: 'DONT_FORCE' }, await asEnvironment(harness, owner));
    }
    const { session } = await run(harness, documents.logIn, { email: mine.email, password });
    const headers = { authorization: `Bearer ${session.accessToken}` };
    const ids = await harness.graphql(
      '{ a: user(id: "%1") { id } b: tenant(id: "theirs") { id mfaPolicy { id } } c: tenant(id: "mine") { id mfaPolicy { id } } }'.replace(
        '%1',
        theirs.id,
      ),
      {},
      environment,
    );
    const { a, b, c } = ids.data as Record<string, { id: string; mfaPolicy: { id: string } }>;
    const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    const all = [a?.id, b?.id, b?.mfaPolicy.id, c?.id, c?.mfaPolicy.id, session.userId];
    expect((await harness.graphql(nodes, { ids: all }, environment)).data?.nodes).toEqual([
      { __typename: 'User', id: a?.id },
      { __typename: 'Tenant', id: b?.id },
      { __typename: 'MfaPolicy', id: b?.mfaPolicy.id },
      { __typename: 'Tenant', id: c?.id },
      { __typename: 'MfaPolicy', id: c?.mfaPolicy.id },
      { __typename: 'User', id: session.userId },
    ]);
    expect((await harness.graphql(nodes, { ids: all }, headers)).data?.nodes).toEqual([
      null,
      null,
      null,
      { __typename: 'Tenant', id: c?.id },
      null,
      { __typename: 'User', id: session.userId },
    ]);
    const many = await harness.graphql(nodes, { ids: Array.from({ length: 101 }, () => session.userId) }, headers);
    expect(many.errors?.[0]).toMatchObject({ message: 'At most 100 ids.', extensions: { code: 'BAD_REQUEST' } });
    const looked = await harness.graphql('query ($u: ID!) { user(id: $u) { id } tenant(id: "theirs") { id } }', { u: theirs.id }, headers);
    expect(looked.data).toEqual({ user: null, tenant: null });
    for (const id of [
      '',
      'x',
      'VGVuYW50',
      `_${Buffer.from('Nothing:1').toString('base64url')}`,
      `_${Buffer.from('Query:1').toString('base64url')}`,
    ]) {
      const answer = await harness.graphql('query ($id: ID!) { node(id: $id) { id } }', { id }, environment);
      expect([answer.data?.node ?? null, answer.errors?.[0]?.extensions.code ?? 'BAD_REQUEST']).toEqual([null, 'BAD_REQUEST']);
    }
  });
});

describe('lists', () => {
  test('page forward and backward over the same order, and count only when asked', async () => {
    for (const name of ['p5', 'p4', 'p3', 'p2', 'p1']) {
      harness.clock.advance({ seconds: 1 });
      await run(harness, documents.createTenant, { name, tenantId: name }, environment);
    }
    const all = names(await tenants('(first: 100)'));
    expect(all.slice(-5)).toEqual(['p5', 'p4', 'p3', 'p2', 'p1']);

    const forward: string[] = [];
    let after = '';
    for (let pages = 0; pages < 20; pages += 1) {
      const page = await tenants(after === '' ? '(first: 2)' : `(first: 2, after: "${after}")`);
      forward.push(...names(page));
      expect(page.pageInfo.hasPreviousPage).toBe(after !== '');
      after = page.pageInfo.endCursor ?? '';
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(forward).toEqual(all);

    const last = await tenants('(last: 2)');
    expect([names(last), last.pageInfo.hasNextPage, last.pageInfo.hasPreviousPage]).toEqual([['p2', 'p1'], false, true]);
    const before = await tenants(`(last: 2, before: "${last.pageInfo.startCursor}")`);
    expect([names(before), before.pageInfo.hasNextPage]).toEqual([['p4', 'p3'], true]);
    expect(before.edges.map((edge) => edge.node.restId)).toEqual(['p4', 'p3']);

    const { data } = await harness.graphql('{ tenants(first: 1) { totalCount } users { totalCount } }', {}, environment);
    expect(data).toEqual({ tenants: { totalCount: all.length }, users: { totalCount: expect.any(Number) } });
    const inTenant = await harness.graphql('{ users { nodes { email } totalCount } }', {}, await asEnvironment(harness, 'mine'));
    expect(inTenant.data).toEqual({ users: { nodes: [{ email: 'mine@acme.example' }], totalCount: 1 } });
  });

  test.each(['(first: 0)', '(first: 101)', '(last: -1)', '(first: 1, last: 1)', '(first: 1, before: "x")', '(last: 1, after: "x")', '(after: "x")'])(
    'refuse %s',
    async (page) => {
      const answer = await harness.graphql(`{ tenants${page} { nodes { id } } }`, {}, environment);
      expect(answer.errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
    },
  );
});

test('a hundred tenants with policy, effective policy and strategies cost as many statements as twenty', async () => {
  const query = `query ($first: Int!) { tenants(first: $first) { nodes {
    restId
    mfaPolicy { enforceMfaType tenant { restId } }
    effectiveMfaPolicy { enforceMfaType reason decidedBy { enforceMfaType } }
    mfaStrategies { strategy active }
  } } }`;
  const users = `query ($first: Int!) { users(first: $first) { nodes {
    mfaEnrolled authenticators { id } memberships { roles { key } tenant { name } } activeTenant { name }
  } } }`;
  for (let index = 0; index < 100; index += 1) {
    const { tenant } = await run(harness, documents.createTenant, { name: `t${index}` }, environment);
    const headers = { ...environment, 'frontegg-tenant-id': tenant.restId };
    if (index % 2 === 0) await run(harness, documents.upsertMfaPolicy, { enforceMfaType: 'FORCE' }, headers);
    await run(harness, documents.createUser, { email: `u${index}@acme.example`, tenantId: tenant.restId }, environment);
  }
  const statements = async (document: string, first: number): Promise<number> => {
    harness.queries.length = 0;
    const answer = await harness.graphql(document, { first }, environment);
    expect(answer.errors).toBeUndefined();
    const [{ nodes }] = Object.values(answer.data ?? {}) as [Connection];
    expect(nodes.length).toBe(first);
    return harness.queries.length;
  };
  const some = { tenants: await statements(query, 20), users: await statements(users, 20) };
  expect({ tenants: await statements(query, 100), users: await statements(users, 100) }).toEqual(some);
  expect(some.tenants).toBeLessThanOrEqual(6);
  expect(some.users).toBeLessThanOrEqual(7);
}, 120_000);
