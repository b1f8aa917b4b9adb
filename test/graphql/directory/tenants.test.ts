import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createRole, createTenant, createUser, createUserInTenant, enroll, setPolicy } from '../../support/builders.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { refresh } from '../../support/requests.ts';
import { asUser } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

const codeOf = async (document: string, input: object, headers: Record<string, string>): Promise<string | undefined> =>
  (await harness.graphql(document, { input }, headers)).errors?.[0]?.extensions.code;
const details = {
  ...{ creatorName: 'Dana', creatorEmail: 'dana@acme.example', website: 'https://acme.example', applicationUrl: 'https://app.acme.example' },
  ...{ logo: 'logo', logoUrl: 'https://acme.example/logo.png', address: 'Main St. 1', timezone: 'UTC', dateFormat: 'YYYY', timeFormat: '24h' },
  ...{ currency: 'EUR', status: 'active', alias: 'acme' },
};
const none = Object.fromEntries(Object.keys(details).map((name) => [name, null]));

describe('a tenant', () => {
  test('is created with every field, changed field by field, and deleted', async () => {
    const created = await run(
      harness,
      documents.createTenant,
      { name: 'Acme', tenantId: 'whole', metadata: { plan: 'gold' }, reseller: true, ...details },
      environment,
    );
    const whole = { restId: 'whole', name: 'Acme', metadata: { plan: 'gold' }, reseller: true, ...details };
    expect(created).toMatchObject({ __typename: 'CreateTenantSuccess', tenant: whole });
    const { id } = created.tenant;
    const bare = await run(harness, documents.createTenant, { name: 'Bare' }, environment);
    expect(bare.tenant).toMatchObject({ metadata: {}, reseller: false, ...none });

    const changed = await run(
      harness,
      documents.updateTenant,
      { tenantId: id, name: 'Acme Inc.', alias: null, currency: 'USD', reseller: false },
      environment,
    );
    expect(changed).toMatchObject({
      __typename: 'UpdateTenantSuccess',
      tenant: { ...whole, name: 'Acme Inc.', alias: null, currency: 'USD', reseller: false },
    });
    expect(await run(harness, documents.updateTenant, { tenantId: 'WHOLE', metadata: { seats: 3 } }, environment)).toMatchObject({
      tenant: { metadata: { seats: 3 } },
    });
    expect(await run(harness, documents.setTenantMetadata, { tenantId: id, metadata: { a: 1, b: 2 } }, environment)).toMatchObject({
      ...{ __typename: 'SetTenantMetadataSuccess', tenant: { metadata: { seats: 3, a: 1, b: 2 } } },
    });
    expect(
      await run(harness, documents.setTenantMetadata, { tenantId: id, metadata: { c: [] }, removeKeys: ['a', 'seats', 'none'] }, environment),
    ).toMatchObject({
      tenant: { metadata: { b: 2, c: [] } },
    });
    expect((await harness.graphql('query ($id: ID!) { node(id: $id) { ... on Tenant { metadata currency } } }', { id }, environment)).data).toEqual({
      node: { metadata: { b: 2, c: [] }, currency: 'USD' },
    });
    expect(await run(harness, documents.deleteTenant, { tenantId: id }, environment)).toEqual({
      __typename: 'DeleteTenantSuccess',
      deletedTenantId: id,
    });
    expect((await harness.graphql('query ($id: ID!) { node(id: $id) { id } tenant(id: $id) { id } }', { id }, environment)).data).toEqual({
      node: null,
      tenant: null,
    });
    for (const [document, more] of [
      [documents.updateTenant, { name: 'x' }],
      [documents.setTenantMetadata, { metadata: {} }],
      [documents.deleteTenant, {}],
    ] as const) {
      expect(await run(harness, document, { tenantId: id, ...more }, environment)).toMatchObject({
        __typename: 'TenantNotFoundError',
        path: ['input', 'tenantId'],
      });
    }
  });

  test('with metadata that is no object, which REST stored, has null until a key is set', async () => {
    await harness.send({
      method: 'POST',
      url: '/tenants/resources/tenants/v1',
      headers: environment,
      body: { name: 'List', tenantId: 'list', metadata: [1] },
    });
    expect((await harness.graphql('{ tenant(id: "list") { metadata } }', {}, environment)).data).toEqual({ tenant: { metadata: null } });
    expect(await run(harness, documents.setTenantMetadata, { tenantId: 'list', metadata: { a: 1 } }, environment)).toMatchObject({
      tenant: { metadata: { a: 1 } },
    });
  });

  test('takes nothing that is empty, null where it means nothing, too long, or no change', async () => {
    await createTenant(harness, 'strict');
    const { createTenant: create, updateTenant: update, setTenantMetadata: set } = documents;
    for (const [document, input] of [
      [update, { tenantId: 'strict', name: '' }],
      [update, { tenantId: 'strict', name: null }],
      [update, { tenantId: 'strict', reseller: null }],
      [update, { tenantId: 'strict', metadata: null }],
      [update, { tenantId: 'strict', currency: '' }],
      [update, { tenantId: 'strict', status: 'x'.repeat(4096) }],
      [create, { name: 'x', currency: null }],
      [create, { name: 'x'.repeat(257) }],
      [create, { name: 'x', metadata: null }],
      [set, { tenantId: 'strict', metadata: null }],
      [set, { tenantId: 'strict', removeKeys: null }],
    ] as const) {
      expect(await run(harness, document, input, environment), JSON.stringify(input).slice(0, 80)).toMatchObject({ __typename: 'InvalidInputError' });
    }
    expect(await run(harness, update, { tenantId: 'strict' }, environment)).toMatchObject({ __typename: 'NothingToUpdateError' });
    expect(await run(harness, set, { tenantId: 'strict', metadata: { a: 'é'.repeat(30_000) } }, environment)).toMatchObject({
      __typename: 'SetTenantMetadataSuccess',
    });
    expect(await run(harness, set, { tenantId: 'strict', metadata: { b: 'x'.repeat(6_000) } }, environment)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'metadata'], message: 'metadata must have at most 65536 bytes as JSON in UTF-8' }],
    });
  });
});

describe('a user', () => {
  test('with the permission changes the settings of the own tenant, and nothing that is the operator’s', async () => {
    const tenantId = await createTenant(harness, 'own');
    const foreign = await createTenant(harness, 'foreign');
    const role = await createRole(harness, tenantId, 'settings', ['fe.secure.write.accountSettings']);
    const headers = await asUser(harness, (await createUser(harness, tenantId, 'settings@acme.example', { roleIds: [role] })).email);
    const plain = await asUser(harness, (await createUser(harness, tenantId, 'plain@acme.example')).email);
    expect(await run(harness, documents.updateTenant, { tenantId: 'OWN', name: 'Own Inc.', logo: 'x' }, headers)).toMatchObject({
      tenant: { name: 'Own Inc.', logo: 'x' },
    });
    for (const input of [
      { tenantId, status: 'paid' },
      { tenantId, name: 'x', metadata: {} },
      { tenantId, reseller: true },
      { tenantId: foreign, name: 'x' },
      { tenantId: 'nobody', name: 'x' },
    ]) {
      expect(await codeOf(documents.updateTenant, input, headers), JSON.stringify(input)).toBe('FORBIDDEN');
    }
    expect(await codeOf(documents.updateTenant, { tenantId, name: 'x' }, plain)).toBe('FORBIDDEN');
    for (const document of [documents.setTenantMetadata, documents.deleteTenant])
      expect(await codeOf(document, { tenantId }, headers)).toBe('FORBIDDEN');
    expect(await codeOf(documents.createTenant, { name: 'x' }, headers)).toBe('FORBIDDEN');
    expect((await harness.graphql('{ tenants { nodes { id } } }', {}, headers)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    for (const document of [documents.updateTenant, documents.setTenantMetadata, documents.deleteTenant]) {
      expect(await codeOf(document, { tenantId }, {})).toBe('UNAUTHENTICATED');
    }
  });

  test('with the permission deletes the own tenant, with a recent second factor', async () => {
    const tenantId = await createTenant(harness, 'owned');
    await createTenant(harness, 'other');
    const role = await createRole(harness, tenantId, 'owner', ['fe.account-settings.delete.account']);
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    const user = await createUser(harness, tenantId, 'owner@acme.example', { roleIds: [role] });
    const { accessToken, refreshToken } = await enroll(harness, user.email);
    const fresh = { authorization: `Bearer ${accessToken}` };
    for (const other of ['other', 'nobody']) expect(await codeOf(documents.deleteTenant, { tenantId: other }, fresh)).toBe('FORBIDDEN');
    harness.clock.advance({ seconds: 241 });
    const stale = (await refresh(harness, refreshToken)).json<{ accessToken: string }>().accessToken;
    expect(await codeOf(documents.deleteTenant, { tenantId }, { authorization: `Bearer ${stale}` })).toBe('STEP_UP_REQUIRED');
    harness.clock.advance({ seconds: -241 });
    expect(await run(harness, documents.deleteTenant, { tenantId }, fresh)).toMatchObject({ __typename: 'DeleteTenantSuccess' });
    expect(await codeOf(documents.deleteTenant, { tenantId }, fresh)).toBe('UNAUTHENTICATED');
    expect((await harness.graphql('{ a: tenant(id: "owned") { id } b: tenant(id: "other") { restId } }', {}, environment)).data).toEqual({
      a: null,
      b: { restId: 'other' },
    });
  });

  test('reads the fields of the own tenant', async () => {
    const { email } = await createUserInTenant(harness, 'read');
    await run(harness, documents.updateTenant, { tenantId: 'read', metadata: { plan: 'gold' }, currency: 'EUR' }, environment);
    const answer = await harness.graphql('{ tenant(id: "read") { metadata currency reseller } }', {}, await asUser(harness, email));
    expect(answer.data).toEqual({ tenant: { metadata: { plan: 'gold' }, currency: 'EUR', reseller: false } });
  });
});

describe('a list of tenants', () => {
  const names = { l1: 'Zulu list', l2: 'alpha list', l3: 'Alpha list', l4: 'mike LIST', l5: 'Ünal list' };
  beforeAll(async () => {
    for (const [id, name] of Object.entries(names)) {
      if (id !== 'l3') harness.clock.advance({ seconds: 1 });
      await createTenant(harness, id, name);
    }
  });
  interface Answer {
    nodes: { restId: string }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
    totalCount: number;
  }
  const list = async (variables: object): Promise<Answer> => {
    const query = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: TenantFilter, $sort: TenantSort) {
      tenants(first: $first, after: $after, last: $last, before: $before, filter: $filter, sort: $sort) {
        nodes { restId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount
      } }`;
    const answer = await harness.graphql(query, variables, environment);
    expect(answer.errors, JSON.stringify(answer.errors)).toBeUndefined();
    return answer.data?.tenants as Answer;
  };
  const ids = ({ nodes }: Answer): string[] => nodes.map(({ restId }) => restId);
  const filter = { text: 'list' };

  test('is filtered by text and by ids, and counted', async () => {
    expect(ids(await list({ filter: { text: 'LIST', ids: ['L1', 'l4', 'own', 'nobody'] } }))).toEqual(['l1', 'l4']);
    expect(await list({ first: 2, filter: { text: ' list' } })).toMatchObject({
      totalCount: 5,
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    expect(ids(await list({ filter: { text: 'Ünal' } }))).toEqual(['l5']);
    expect(ids(await list({ filter: { text: '%' } }))).toEqual([]);
    expect(ids(await list({ filter: { ids: [] } }))).toEqual([]);
    expect(ids(await list({ filter: null, sort: null, first: 100 }))).toContain('own');
  });

  test.each([
    ['CREATED_AT', ['l1', 'l2', 'l3', 'l4', 'l5']],
    ['ID', ['l1', 'l2', 'l3', 'l4', 'l5']],
    ['NAME', ['l2', 'l3', 'l4', 'l1', 'l5']],
  ])('by %s: its pages meet without a gap, in both orders and both directions', async (by, expected) => {
    const wanted = { text: ' list' };
    // Databases do not agree on the place of letters beyond ASCII.
    const order = by === 'NAME' ? expected.filter((id) => id !== 'l5') : expected;
    const only = { ...wanted, ids: order };
    for (const descending of [false, true]) {
      const sort = { by, direction: descending ? 'DESCENDING' : 'ASCENDING' };
      const all = descending ? [...order].reverse() : order;
      const forward: string[] = [];
      for (let after: string | null = null; ; ) {
        const page: Answer = await list({ first: 2, after, filter: only, sort });
        forward.push(...ids(page));
        after = page.pageInfo.endCursor;
        if (!page.pageInfo.hasNextPage) break;
      }
      expect(forward).toEqual(all);
      const backward: string[][] = [];
      for (let before: string | null = null; ; ) {
        const page: Answer = await list({ last: 3, before, filter: only, sort });
        backward.unshift(ids(page));
        before = page.pageInfo.startCursor;
        if (!page.pageInfo.hasPreviousPage) break;
      }
      expect(backward.flat()).toEqual(all);
    }
  });

  test('has cursors that stay where they are when a tenant is renamed or created, and that fit one order alone', async () => {
    const sort = { by: 'NAME' };
    const first = await list({ first: 2, filter, sort });
    await run(harness, documents.createTenant, { name: 'aardvark list', tenantId: 'l0' }, environment);
    await run(harness, documents.updateTenant, { tenantId: 'l2', name: 'zz list' }, environment);
    const rest = await list({ first: 10, after: first.pageInfo.endCursor, filter, sort });
    expect(ids(rest)).toContain('l4');
    expect(ids(rest)).not.toContain('l0');
    for (const [cursor, by] of [
      [first.pageInfo.endCursor, 'ID'],
      [first.pageInfo.endCursor, 'CREATED_AT'],
      [(await list({ first: 1 })).pageInfo.endCursor, 'NAME'],
      ['x', 'NAME'],
      ['', 'ID'],
    ] as const) {
      const answer = await harness.graphql(
        'query ($after: String, $sort: TenantSort) { tenants(after: $after, sort: $sort) { nodes { id } } }',
        { after: cursor, sort: { by } },
        environment,
      );
      expect(answer.errors?.[0]?.extensions.code, `${cursor} ${by}`).toBe('BAD_REQUEST');
    }
  });

  test('costs as many statements for a hundred as for two, however it is ordered', async () => {
    for (let index = 0; index < 100; index += 1) await createTenant(harness, `cost-${index}`);
    for (const by of ['CREATED_AT', 'NAME', 'ID']) {
      const statements = async (first: number): Promise<number> => {
        harness.queries.length = 0;
        expect((await list({ first, filter: { text: 'cost-' }, sort: { by } })).nodes).toHaveLength(first);
        return harness.queries.length;
      };
      const two = await statements(2);
      expect(await statements(100)).toBe(two);
      expect(two).toBeLessThanOrEqual(2);
    }
  });
});
