import { beforeAll, describe, expect, test } from 'vitest';
import { globalId } from '../../../src/graphql/builder/node-ids.ts';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createRole, createTenant, createUser } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { mutation, run } from '../../support/graphql-documents.ts';
import { asUser, call } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

type Headers = Record<string, string>;

const harness = useHarness();
let environment: Headers;
let tenant: Headers;
let other: Headers;
let role: string;
beforeAll(async () => {
  environment = await asEnvironment(harness);
  tenant = await asEnvironment(harness, await createTenant(harness, 'groups'));
  other = await asEnvironment(harness, await createTenant(harness, 'groups-other'));
  role = await createRole(harness, 'groups', 'selling', ['fe.secure.read.users']);
});

const fields = 'id restId name color description metadata tenant { restId } roles { key } members { totalCount nodes { email } } createdAt updatedAt';
const group = `group { ${fields} }`;
const documents = {
  createGroup: mutation('createGroup', group),
  updateGroup: mutation('updateGroup', group),
  deleteGroup: mutation('deleteGroup', 'deletedGroupId'),
  addGroupRoles: mutation('addGroupRoles', group),
  removeGroupRoles: mutation('removeGroupRoles', group),
  addGroupMembers: mutation('addGroupMembers', group),
  removeGroupMembers: mutation('removeGroupMembers', group),
  setGroupSettings: mutation('setGroupSettings', 'enabled rolesEnabled'),
};

/** What a query answers. Untyped, as a front end's JSON is. */
// biome-ignore lint/suspicious/noExplicitAny: assertions say what is in it
async function ask(document: string, variables: object, headers: Headers): Promise<any> {
  const answer = await harness.graphql(document, variables, headers);
  expect(answer.errors, JSON.stringify(answer.errors)).toBeUndefined();
  return Object.values(answer.data ?? {})[0];
}
const codeOf = async (document: string, variables: object, headers: Headers = {}): Promise<string | undefined> =>
  (await harness.graphql(document, variables, headers)).errors?.[0]?.extensions.code;
const created = async (name: string, headers = tenant): Promise<{ id: string; restId: string }> => {
  harness.clock.advance({ seconds: 1 });
  return (await run(harness, documents.createGroup, { name }, headers)).group;
};
const readOne = (id: string, headers: Headers) => ask(`query ($id: ID!) { group(id: $id) { ${fields} } }`, { id }, headers);

describe('groups', () => {
  test('are created, changed, filled, emptied and deleted, and REST shows the same', async () => {
    const member = await createUser(harness, 'groups', 'whole@groups.example');
    const made = await run(harness, documents.createGroup, { name: 'Sales', color: '#fff', metadata: { floor: 2 } }, tenant);
    const at = harness.clock.now().toISOString();
    expect(made).toMatchObject({
      __typename: 'CreateGroupSuccess',
      group: {
        ...{ name: 'Sales', color: '#fff', description: '', metadata: { floor: 2 }, tenant: { restId: 'groups' } },
        ...{ roles: [], members: { totalCount: 0, nodes: [] }, createdAt: at, updatedAt: at },
      },
    });
    const { id, restId } = made.group;
    harness.clock.advance({ seconds: 1 });
    const later = harness.clock.now().toISOString();
    const changed = await run(harness, documents.updateGroup, { groupId: id, description: 'Sells', metadata: {} }, tenant);
    expect(changed.group).toMatchObject({ name: 'Sales', color: '#fff', description: 'Sells', metadata: {}, createdAt: at, updatedAt: later });
    const roles = { groupId: restId, roleIds: [globalId('Role', role), roleIds.readOnly] };
    expect((await run(harness, documents.addGroupRoles, roles, tenant)).group.roles).toEqual([{ key: 'ReadOnly' }, { key: 'selling' }]);
    const members = { groupId: id, userIds: [globalId('User', member.id)] };
    const filled = await run(harness, documents.addGroupMembers, members, tenant);
    expect(filled.group.members).toEqual({ totalCount: 1, nodes: [{ email: member.email }] });
    const onRest = await call(harness, 'GET', `/groups/v1/${restId}?_groupsRelations=rolesAndUsers`, { headers: tenant });
    expect(onRest.json()).toMatchObject({ name: 'Sales', description: 'Sells', metadata: '{}', users: [{ id: member.id }] });
    expect(onRest.json().roles).toHaveLength(2);
    expect((await run(harness, documents.addGroupRoles, roles, tenant)).group.roles, 'once more').toHaveLength(2);
    const fewer = { groupId: id, roleIds: [roleIds.readOnly] };
    expect((await run(harness, documents.removeGroupRoles, fewer, tenant)).group.roles).toEqual([{ key: 'selling' }]);
    const emptied = { groupId: restId, userIds: [member.id] };
    expect((await run(harness, documents.removeGroupMembers, emptied, tenant)).group.members.totalCount).toBe(0);
    expect(await readOne(restId, tenant)).toMatchObject({ id, roles: [{ key: 'selling' }], members: { nodes: [] } });
    expect(await run(harness, documents.deleteGroup, { groupId: id }, tenant)).toMatchObject({ deletedGroupId: id });
    const gone = await harness.graphql('query ($id: ID!) { group(id: $id) { id } node(id: $id) { id } }', { id }, tenant);
    expect(gone.data).toEqual({ group: null, node: null });
    expect((await call(harness, 'GET', `/groups/v1/${restId}`, { headers: tenant })).statusCode).toBe(404);
  });

  test('give their roles to the members, who see the group at the tenant', async () => {
    const member = await createUser(harness, 'groups', 'seller@groups.example', { roleIds: [] });
    const headers = await asUser(harness, member.email);
    const { id } = await created('Sellers');
    const list = '{ users { nodes { email } } }';
    expect(await codeOf(list, {}, headers)).toBe('FORBIDDEN');
    await run(harness, documents.addGroupRoles, { groupId: id, roleIds: [role] }, tenant);
    await run(harness, documents.addGroupMembers, { groupId: id, userIds: [member.id] }, tenant);
    expect(await codeOf(list, {}, headers)).toBeUndefined();
    const viewer = await ask('{ viewer { memberships { groups { name } roles { key } effectiveRoles { key } } } }', {}, headers);
    expect(viewer).toEqual({ memberships: [{ groups: [{ name: 'Sellers' }], roles: [], effectiveRoles: [{ key: 'selling' }] }] });
    await run(harness, documents.deleteGroup, { groupId: id }, tenant);
    expect(await codeOf(list, {}, headers)).toBe('FORBIDDEN');
  });
});

describe('lists', () => {
  const page = 'totalCount nodes { name } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
  const listed = (given: object, headers: Headers) =>
    ask(
      `query ($first: Int, $after: String, $last: Int, $before: String) { groups(first: $first, after: $after, last: $last, before: $before) { ${page} } }`,
      given,
      headers,
    );
  const namesOf = (connection: { nodes: { name: string }[] }): string[] => connection.nodes.map(({ name }) => name);
  let paged: Headers;
  beforeAll(async () => {
    paged = await asEnvironment(harness, await createTenant(harness, 'groups-paged'));
    for (const name of ['one', 'two', 'three', 'four', 'five']) await created(name, paged);
  });

  test('of groups are walked in pages, oldest first, forward and back, and count all of the tenant', async () => {
    const first = await listed({ first: 2 }, paged);
    expect(first).toMatchObject({
      totalCount: 5,
      nodes: [{ name: 'one' }, { name: 'two' }],
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    const second = await listed({ first: 2, after: first.pageInfo.endCursor }, paged);
    expect(namesOf(second)).toEqual(['three', 'four']);
    const last = await listed({ first: 2, after: second.pageInfo.endCursor }, paged);
    expect(last).toMatchObject({ totalCount: 5, nodes: [{ name: 'five' }], pageInfo: { hasNextPage: false } });
    const back = await listed({ last: 3, before: last.pageInfo.startCursor }, paged);
    expect(namesOf(back)).toEqual(['two', 'three', 'four']);
    expect(back.pageInfo.hasPreviousPage).toBe(true);
    expect(namesOf(await listed({}, paged))).toEqual(['one', 'two', 'three', 'four', 'five']);
    expect(await listed({ first: 2, after: last.edges[0].cursor }, paged)).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false } });
  });

  test('of members are walked in pages, oldest user first', async () => {
    const { id } = await created('members', paged);
    const users: TestUser[] = [];
    for (const name of ['a', 'b', 'c']) {
      harness.clock.advance({ seconds: 1 });
      users.push(await createUser(harness, 'groups-paged', `${name}@paged.example`));
    }
    await run(harness, documents.addGroupMembers, { groupId: id, userIds: users.map((user) => user.id).reverse() }, paged);
    const members = async (given: string) =>
      (
        await ask(
          `query ($id: ID!) { group(id: $id) { members(${given}) { totalCount nodes { email } pageInfo { hasNextPage endCursor } } } }`,
          { id },
          paged,
        )
      ).members;
    const first = await members('first: 2');
    expect(first).toMatchObject({
      totalCount: 3,
      nodes: [{ email: 'a@paged.example' }, { email: 'b@paged.example' }],
      pageInfo: { hasNextPage: true },
    });
    const next = await members(`first: 2, after: "${first.pageInfo.endCursor}"`);
    expect(next).toMatchObject({ totalCount: 3, nodes: [{ email: 'c@paged.example' }], pageInfo: { hasNextPage: false } });
    await run(harness, documents.deleteGroup, { groupId: id }, paged);
  });

  test('of the environment have those of all tenants, and take cursors of this server and sizes up to 100', async () => {
    await created('elsewhere', other);
    const all = await listed({ first: 100 }, environment);
    expect(namesOf(all)).toEqual(expect.arrayContaining(['one', 'elsewhere']));
    expect(all.totalCount).toBe((await query(harness, 'select id from groups')).length);
    const document = 'query ($first: Int, $after: String) { groups(first: $first, after: $after) { nodes { name } } }';
    for (const given of [{ first: 101 }, { first: -1 }, { after: 'nonsense' }]) {
      expect(await codeOf(document, given, paged), JSON.stringify(given)).toBe('BAD_REQUEST');
    }
  });
});

describe('who sees a group', () => {
  test('is the environment, its tenant, whoever may read groups there, and its own members', async () => {
    const [leader, member, stranger, foreigner] = [
      await createUser(harness, 'groups', 'reader@groups.example', {
        roleIds: [await createRole(harness, 'groups', 'reads', ['fe.secure.read.groups'])],
      }),
      await createUser(harness, 'groups', 'inside@groups.example'),
      await createUser(harness, 'groups', 'outside@groups.example'),
      await createUser(harness, 'groups-other', 'foreign@groups.example', { roleIds: [roleIds.admin] }),
    ];
    const { id, restId } = await created('Seen');
    await run(harness, documents.addGroupMembers, { groupId: id, userIds: [member.id] }, tenant);
    const document = 'query ($id: ID!) { group(id: $id) { name } node(id: $id) { __typename } nodes(ids: [$id]) { __typename } }';
    const read = async (headers: Headers) => (await harness.graphql(document, { id }, headers)).data;
    const seen = { group: { name: 'Seen' }, node: { __typename: 'Group' }, nodes: [{ __typename: 'Group' }] };
    const unseen = { group: null, node: null, nodes: [null] };
    expect(await read(environment)).toEqual(seen);
    expect(await read(tenant)).toEqual(seen);
    expect(await read(await asUser(harness, leader.email))).toEqual(seen);
    expect(await read(await asUser(harness, member.email))).toEqual(seen);
    for (const headers of [other, await asUser(harness, stranger.email), await asUser(harness, foreigner.email)]) {
      expect(await read(headers)).toEqual(unseen);
      expect(await ask('query ($id: ID!) { group(id: $id) { name } }', { id: restId }, headers)).toBeNull();
    }
    expect(await codeOf(document, { id })).toBe('UNAUTHENTICATED');
  });

  test('is not who its members are: that takes the permission, and the list as well', async () => {
    const member = await createUser(harness, 'groups', 'curious@groups.example');
    const { id } = await created('Curious');
    await run(harness, documents.addGroupMembers, { groupId: id, userIds: [member.id] }, tenant);
    const headers = await asUser(harness, member.email);
    expect(await codeOf('query ($id: ID!) { group(id: $id) { members { nodes { email } } } }', { id }, headers)).toBe('FORBIDDEN');
    expect(await codeOf('{ groups { nodes { name } } }', {}, headers)).toBe('FORBIDDEN');
    expect(await codeOf('{ groups { nodes { name } } }', {})).toBe('UNAUTHENTICATED');
  });

  test('sees no invisible member there, but for the environment', async () => {
    const reader = await createUser(harness, 'groups', 'seer@groups.example', { roleIds: [roleIds.admin] });
    const hidden = await createUser(harness, 'groups', 'hidden@groups.example');
    const made = await call(harness, 'PUT', `/users/v1/${hidden.id}/invisible`, { headers: environment, body: { invisible: true } });
    expect(made.statusCode).toBeLessThan(300);
    const { id } = await created('Hiding');
    await run(harness, documents.addGroupMembers, { groupId: id, userIds: [reader.id, hidden.id] }, tenant);
    const members = async (headers: Headers) => (await readOne(id, headers)).members;
    expect(await members(tenant)).toMatchObject({ totalCount: 2 });
    expect(await members(await asUser(harness, reader.email))).toEqual({ totalCount: 1, nodes: [{ email: reader.email }] });
  });
});

describe('refusals', () => {
  test('are members of the union and point at the field', async () => {
    const refused = async (document: string, input: object, headers = tenant) => {
      const { __typename: type, path } = await run(harness, document, input, headers);
      return [type, path?.join('.')];
    };
    const { id } = await created('Refusing');
    await created('Taken');
    const foreign = await createRole(harness, 'groups-other', 'foreign', []);
    const stranger = await createUser(harness, 'groups-other', 'stranger@groups.example');
    const { createGroup, updateGroup, deleteGroup, addGroupRoles, removeGroupRoles, addGroupMembers, removeGroupMembers } = documents;
    expect(await refused(createGroup, { name: 'Taken' })).toEqual(['GroupExistsError', 'input.name']);
    expect(await refused(updateGroup, { groupId: id, name: 'Taken' })).toEqual(['GroupExistsError', 'input.name']);
    expect(await refused(updateGroup, { groupId: id })).toEqual(['NothingToUpdateError', 'input']);
    for (const [field, value] of Object.entries({
      ...{ name: '', color: 'x'.repeat(65), description: 'x'.repeat(1_025), metadata: { text: 'x'.repeat(65_536) } },
    })) {
      expect(await refused(createGroup, { name: 'New', [field]: value }), field).toEqual(['InvalidInputError', `input.${field}`]);
      expect(await refused(updateGroup, { groupId: id, [field]: value }), field).toEqual(['InvalidInputError', `input.${field}`]);
      if (field === 'name') continue;
      expect(await refused(createGroup, { name: 'New', [field]: null }), field).toEqual(['InvalidInputError', `input.${field}`]);
      expect(await refused(updateGroup, { groupId: id, [field]: null }), field).toEqual(['InvalidInputError', `input.${field}`]);
    }
    expect(await refused(createGroup, { name: 'x'.repeat(256) })).toEqual(['InvalidInputError', 'input.name']);
    expect(await refused(addGroupRoles, { groupId: id, roleIds: [foreign] })).toEqual(['RoleNotFoundError', 'input.roleIds']);
    expect(await refused(removeGroupRoles, { groupId: id, roleIds: ['nothing'] })).toEqual(['RoleNotFoundError', 'input.roleIds']);
    expect(await refused(addGroupMembers, { groupId: id, userIds: [stranger.id] })).toMatchObject([
      'UserNotFoundError',
      expect.stringMatching(/^input/),
    ]);
    expect(await refused(removeGroupMembers, { groupId: id, userIds: ['nothing'] })).toMatchObject([
      'UserNotFoundError',
      expect.stringMatching(/^input/),
    ]);
    const many = Array.from({ length: 201 }, (_, index) => `x${index}`);
    expect(await refused(addGroupRoles, { groupId: id, roleIds: many })).toEqual(['InvalidInputError', 'input.roleIds']);
    expect(await refused(addGroupMembers, { groupId: id, userIds: many })).toEqual(['InvalidInputError', 'input.userIds']);
    for (const [document, more] of [
      [updateGroup, { name: 'New' }],
      [deleteGroup, {}],
      [addGroupRoles, { roleIds: [role] }],
      [removeGroupRoles, { roleIds: [role] }],
      [addGroupMembers, { userIds: [] }],
      [removeGroupMembers, { userIds: [] }],
    ] as const) {
      for (const [groupId, headers] of [
        ['nothing', tenant],
        [globalId('Group', 'nothing'), tenant],
        [id, other],
      ] as const) {
        expect(await refused(document, { groupId, ...more }, headers), document).toEqual(['GroupNotFoundError', 'input.groupId']);
      }
      expect(await codeOf(document, { input: { groupId: id, ...more } }, environment), document).toBe('TENANT_HEADER_REQUIRED');
    }
    expect(await codeOf(createGroup, { input: { name: 'New' } }, environment)).toBe('TENANT_HEADER_REQUIRED');
    expect(await readOne(id, tenant)).toMatchObject({
      name: 'Refusing',
      color: '',
      description: '',
      metadata: {},
      roles: [],
      members: { totalCount: 0 },
    });
  });

  test('keep a group whose roles are more powerful than those of the caller', async () => {
    const all = ['read.groups', 'write.groups', 'delete.groups', 'write.groupsRoles', 'write.groupsUsers', 'delete.groupsUsers'];
    const leading = await createRole(
      harness,
      'groups',
      'leading',
      all.map((name) => `fe.secure.${name}`),
    );
    await run(harness, mutation('updateRole', 'role { level }'), { roleId: leading, level: 5 }, tenant);
    const leader = await createUser(harness, 'groups', 'leader@groups.example', { roleIds: [leading] });
    const headers = await asUser(harness, leader.email);
    const { id } = await created('Powerful');
    await run(harness, documents.addGroupRoles, { groupId: id, roleIds: [roleIds.admin] }, tenant);
    for (const [document, more] of [
      [documents.updateGroup, { name: 'Mine' }],
      [documents.deleteGroup, {}],
      [documents.removeGroupRoles, { roleIds: [roleIds.admin] }],
      [documents.addGroupMembers, { userIds: [leader.id] }],
      [documents.removeGroupMembers, { userIds: [leader.id] }],
    ] as const) {
      expect(await run(harness, document, { groupId: id, ...more }, headers), document).toMatchObject({ __typename: 'RoleLevelTooLowError' });
    }
    const own = (await run(harness, documents.createGroup, { name: 'Own' }, headers)).group;
    expect(await run(harness, documents.addGroupRoles, { groupId: own.id, roleIds: [roleIds.admin] }, headers)).toMatchObject({
      __typename: 'RoleLevelTooLowError',
    });
    expect((await run(harness, documents.addGroupMembers, { groupId: own.id, userIds: [leader.id] }, headers)).group.members.totalCount).toBe(1);
    expect(await run(harness, documents.deleteGroup, { groupId: own.id }, headers)).toMatchObject({ __typename: 'DeleteGroupSuccess' });
  });

  test('come at the top to whoever may not, and each mutation has a permission of its own', async () => {
    const { id } = await created('Closed');
    const inputs = {
      createGroup: ['write.groups', { name: 'New' }],
      updateGroup: ['write.groups', { groupId: id, name: 'Closed' }],
      addGroupRoles: ['write.groupsRoles', { groupId: id, roleIds: [] }],
      removeGroupRoles: ['write.groupsRoles', { groupId: id, roleIds: [] }],
      addGroupMembers: ['write.groupsUsers', { groupId: id, userIds: [] }],
      removeGroupMembers: ['delete.groupsUsers', { groupId: id, userIds: [] }],
      deleteGroup: ['delete.groups', { groupId: id }],
    } as const;
    const allowed: Record<string, string[]> = {};
    for (const permission of new Set(Object.values(inputs).map(([name]) => name))) {
      const roleId = await createRole(harness, 'groups', `only-${permission}`, [`fe.secure.${permission}`]);
      const user = await createUser(harness, 'groups', `${permission}@groups.example`, { roleIds: [roleId] });
      const headers = await asUser(harness, user.email);
      for (const [name, [, input]] of Object.entries(inputs)) {
        const code = await codeOf(
          `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename } }`,
          { input },
          headers,
        );
        if (code !== 'FORBIDDEN') allowed[name] = [...(allowed[name] ?? []), permission];
      }
    }
    expect(allowed).toEqual(Object.fromEntries(Object.entries(inputs).map(([name, [permission]]) => [name, [permission]])));
    for (const [name, [, input]] of Object.entries(inputs)) {
      expect(await codeOf(documents[name as keyof typeof inputs], { input }), name).toBe('UNAUTHENTICATED');
    }
  });
});

describe('the settings of groups', () => {
  const settings = (headers: Headers) => ask('{ groupSettings { enabled rolesEnabled } }', {}, headers);

  test('are read by everybody who is logged in, and set by the environment', async () => {
    const user = await createUser(harness, 'groups', 'settings@groups.example', { roleIds: [roleIds.admin] });
    const headers = await asUser(harness, user.email);
    expect(await settings(headers)).toEqual({ enabled: true, rolesEnabled: true });
    expect(await codeOf('{ groupSettings { enabled } }', {})).toBe('UNAUTHENTICATED');
    expect(await codeOf(documents.setGroupSettings, { input: { enabled: false } }, headers)).toBe('FORBIDDEN');
    expect(await codeOf(documents.setGroupSettings, { input: { enabled: false } })).toBe('UNAUTHENTICATED');
    expect(await run(harness, documents.setGroupSettings, {}, environment)).toMatchObject({ __typename: 'NothingToUpdateError' });
    expect(await run(harness, documents.setGroupSettings, { enabled: null }, environment)).toMatchObject({ path: ['input', 'enabled'] });
    const set = await run(harness, documents.setGroupSettings, { rolesEnabled: false }, environment);
    expect(set).toEqual({ __typename: 'SetGroupSettingsSuccess', enabled: true, rolesEnabled: false });
    expect(await settings(headers)).toEqual({ enabled: true, rolesEnabled: false });
    await run(harness, documents.setGroupSettings, { rolesEnabled: true }, environment);
  });

  test('switched off, no group is created, and those that are there stay', async () => {
    const { id } = await created('Staying');
    await run(harness, documents.setGroupSettings, { enabled: false }, environment);
    try {
      expect(await run(harness, documents.createGroup, { name: 'Refused' }, tenant)).toMatchObject({
        __typename: 'GroupsDisabledError',
        path: ['input'],
      });
      expect(await readOne(id, tenant)).toMatchObject({ name: 'Staying' });
    } finally {
      await run(harness, documents.setGroupSettings, { enabled: true }, environment);
    }
  });
});
