import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant, logIn } from '../../support/builders.ts';
import { call, claimsOf, expectEmpty, expectRefusal, faults, refusal, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

interface Role {
  id: string;
  key: string;
  tenantId: string | null;
  permissions: string[];
}

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

const inTenant = (tenantId: string) => ({ ...environment, 'frontegg-tenant-id': tenantId });
const create = (roles: unknown, headers = environment) => call(harness, 'POST', '/roles/v1', { headers, body: roles });
const created = async (role: object, headers = environment): Promise<Role> => {
  const answer = await create([role], headers);
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<[Role]>()[0];
};
const read = async (headers = environment): Promise<Role[]> => (await call(harness, 'GET', '/roles/v1', { headers })).json();
const permissionNamed = async (key: string): Promise<string> => {
  const permissions = (await call(harness, 'GET', '/permissions/v1', { headers: environment })).json<{ id: string; key: string }[]>();
  return permissions.find((permission) => permission.key === key)?.id ?? '';
};
const conflict = refusal('Roles already exists');
const notFound = refusal('Role not found');

describe('roles', () => {
  test('the built-in ones are there, under their ids, and allow what their names say', async () => {
    const [admin, reader] = await read();
    const times = { createdAt: expect.any(String), updatedAt: expect.any(String), vendorId: expect.stringMatching(uuid) };
    const flags = { tenantId: null, isDefault: false, firstUserRole: false, level: 0 };
    expect(admin).toEqual({
      ...{ ...times, ...flags, id: roleIds.admin, key: 'Admin', name: 'Admin' },
      description: 'Reads and sets the security settings of the tenant',
      permissions: [await permissionNamed('fe.secure.*'), await permissionNamed('fe.connectivity.*')].sort(),
    });
    expect(reader).toMatchObject({ id: roleIds.readOnly, key: 'ReadOnly', name: 'Read Only' });
  });

  test('several are created at once, in the given order, with defaults for what is absent or null', async () => {
    const answer = await create([
      { key: 'z.first', name: 'First', description: 'One', isDefault: false, firstUserRole: true, level: 7, permissions: [], superfluous: 1 },
      { key: 'a:second', name: 'Second', description: null, isDefault: null, level: null, permissions: null },
    ]);
    expect(answer.statusCode, answer.body).toBe(201);
    const now = harness.clock.now().toISOString();
    const common = { id: expect.stringMatching(uuid), vendorId: expect.stringMatching(uuid), tenantId: null, createdAt: now, updatedAt: now };
    expect(answer.json()).toEqual([
      { ...common, key: 'z.first', name: 'First', description: 'One', isDefault: false, firstUserRole: true, level: 7, permissions: [] },
      { ...common, key: 'a:second', name: 'Second', description: '', isDefault: false, firstUserRole: false, level: 0, permissions: [] },
    ]);
    for (const { id } of answer.json<Role[]>()) expectEmpty(await call(harness, 'DELETE', `/roles/v1/${id}`, { headers: environment }), 204);
  });

  test('a key that is taken refuses all of them: in the environment, in the tenant, and an environment key in a tenant', async () => {
    const tenant = inTenant(await createTenant(harness, 'keys'));
    const other = inTenant(await createTenant(harness, 'keys-other'));
    await created({ key: 'own', name: 'Own' }, tenant);
    expectRefusal(
      await create(
        [
          { key: 'fresh', name: 'Fresh' },
          { key: 'own', name: 'Again' },
        ],
        tenant,
      ),
      409,
      conflict,
    );
    expectRefusal(await create([{ key: 'Admin', name: 'Mine' }], tenant), 409, conflict);
    expectRefusal(await create([{ key: 'own', name: 'For all' }]), 409, conflict);
    expectRefusal(
      await create([
        { key: 'twin', name: 'One' },
        { key: 'twin', name: 'Two' },
      ]),
      409,
      conflict,
    );
    await created({ key: 'own', name: 'Another' }, other);
    expect((await read(tenant)).map(({ key }) => key)).not.toContain('fresh');
  });

  test('of five creations of one key at once exactly one wins', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => create([{ key: 'raced', name: 'Raced' }])));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  test('a tenant sees its own and those of the environment, environment first, then by key', async () => {
    const [tenant, other] = [inTenant(await createTenant(harness, 'sees')), inTenant(await createTenant(harness, 'sees-other'))];
    await created({ key: 'b-own', name: 'B' }, tenant);
    await created({ key: 'a-own', name: 'A' }, tenant);
    await created({ key: 'hidden', name: 'Hidden' }, other);
    const seen = await read(tenant);
    expect(seen.filter(({ tenantId }) => tenantId !== null).map(({ key }) => key)).toEqual(['a-own', 'b-own']);
    expect(seen.slice(0, -2).every(({ tenantId }) => tenantId === null)).toBe(true);
    expect((await read()).map(({ key }) => key)).toEqual(expect.arrayContaining(['a-own', 'hidden', 'Admin']));
  });

  test('a body that is no list, or has faults, is refused with the words that clients know', async () => {
    expectRefusal(await create({ key: 'a', name: 'A' }), 400, faults('Expected body to be an array'));
    const mustBeKey = 'key must be 1 to 255 letters, digits, dots, underscores, colons, asterisks or hyphens';
    for (const [role, ...texts] of [
      [{ name: 'A' }, 'key should not be empty'],
      [{ key: 'a b', name: 'A' }, mustBeKey],
      [{ key: 'a'.repeat(256), name: 'A' }, mustBeKey],
      [{ key: 'a' }, 'name should not be empty'],
      [{ key: 'a', name: '\u200b' }, 'name must have a visible character, no line break and no control character'],
      [{ key: 'a', name: 'A', level: 32_768 }, 'level must not be greater than 32767'],
      [{ key: 'a', name: 'A', level: -1 }, 'level must not be less than 0'],
      [{ key: 'a', name: 'A', isDefault: 'yes' }, 'isDefault must be a boolean value'],
      [{ key: 'a', name: 'A', description: 'd'.repeat(1_025) }, 'description must have at most 1024 characters'],
    ] as [object, ...string[]][]) {
      expectRefusal(await create([role]), 400, faults(...texts), JSON.stringify(role));
    }
    expectRefusal(await create([{ key: 'a', name: 'A', permissions: ['nothing'] }]), 404, refusal('Permission not found'));
  });

  test('fields are changed one by one, and `permissions` in the body changes nothing', async () => {
    const role = await created({ key: 'patched', name: 'Before', permissions: [await permissionNamed('fe.secure.read.users')] });
    harness.clock.advance({ seconds: 1 });
    const patch = (id: string, body: object) => call(harness, 'PATCH', `/roles/v1/${id}`, { headers: environment, body });
    const answer = await patch(role.id, { name: 'After', level: 3, permissions: null });
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json()).toEqual({ ...role, name: 'After', level: 3, updatedAt: harness.clock.now().toISOString() });
    expect((await read()).find(({ id }) => id === role.id)).toEqual(answer.json());
    expectRefusal(await patch(role.id, { permissions: [] }), 400, refusal('Missing parameters to update'));
    expectRefusal(await patch(role.id, { key: 'Admin' }), 409, conflict);
    expect((await patch(role.id, { key: 'patched' })).statusCode).toBe(200);
    for (const id of ['nothing', '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7aff']) expectRefusal(await patch(id, { name: 'X' }), 404, notFound);
  });

  test('permissions are replaced as a whole', async () => {
    const role = await created({ key: 'replaced', name: 'Replaced', permissions: [await permissionNamed('fe.secure.read.users')] });
    const put = (permissionIds: unknown) =>
      call(harness, 'PUT', `/roles/v1/${role.id}/permissions`, { headers: environment, body: { permissionIds } });
    const ids = [await permissionNamed('fe.secure.read.roles'), await permissionNamed('fe.secure.read.audits')].sort();
    expect((await put([...ids, ids[0]])).json<Role>().permissions).toEqual(ids);
    expectRefusal(await put([ids[0], 'nothing']), 404, refusal('Permission not found'));
    expect((await read()).find(({ id }) => id === role.id)?.permissions).toEqual(ids);
    expect((await put([])).json<Role>().permissions).toEqual([]);
    expectRefusal(await put(undefined), 400, faults('permissionIds must be an array'));
  });

  test('a deleted one is gone from users and their next tokens, and stays gone when it was built in', async () => {
    const role = await created({ key: 'doomed', name: 'Doomed', permissions: [await permissionNamed('fe.secure.read.users')] });
    const user = await createUserInTenant(harness, 'doomed', { roleIds: [role.id, roleIds.readOnly] });
    const claims = async () => claimsOf((await logIn(harness, user.email)).json<{ accessToken: string }>().accessToken);
    expect(await claims()).toMatchObject({ roles: ['ReadOnly', 'doomed'], permissions: expect.arrayContaining(['fe.secure.read.users']) });
    expectEmpty(await call(harness, 'DELETE', `/roles/v1/${role.id}`, { headers: environment }), 204);
    expectRefusal(await call(harness, 'DELETE', `/roles/v1/${role.id}`, { headers: environment }), 404, notFound);
    expect(await claims()).toMatchObject({ roles: ['ReadOnly'], permissions: ['fe.connectivity.read.*', 'fe.secure.read.*'] });
  });

  test('a role can be moved to one tenant, where members of others lose it, and back', async () => {
    const role = await created({ key: 'moved', name: 'Moved' });
    const [here, there] = [
      await createUserInTenant(harness, 'moved-here', { roleIds: [role.id] }),
      await createUserInTenant(harness, 'moved-there', { roleIds: [role.id] }),
    ];
    const move = (tenantId: string | null) => call(harness, 'PUT', `/roles/v1/${role.id}/tenant`, { headers: environment, body: { tenantId } });
    expect((await move('moved-here')).json()).toMatchObject({ id: role.id, tenantId: 'moved-here' });
    const rolesOf = async ({ id, tenantId }: typeof here) =>
      (await call(harness, 'GET', `/users/v1/${id}`, { headers: inTenant(tenantId) })).json<{ roles: Role[] }>().roles.map(({ key }) => key);
    expect([await rolesOf(here), await rolesOf(there)]).toEqual([['moved'], []]);
    expect((await read(inTenant('moved-there'))).map(({ key }) => key)).not.toContain('moved');
    expect((await move(null)).json()).toMatchObject({ tenantId: null });
    expectRefusal(await move('nowhere'), 404, refusal('Tenant not found'));
  });

  test('a default role is given to whoever is a member already only if asked', async () => {
    const user = await createUserInTenant(harness, 'migrated');
    const headers = inTenant('migrated');
    const keys = async () => (await call(harness, 'GET', `/users/v1/${user.id}`, { headers })).json<{ roles: Role[] }>().roles.map(({ key }) => key);
    const later = await created({ key: 'later', name: 'Later', isDefault: true }, headers);
    expect(await keys()).toEqual([]);
    await created({ key: 'at-once', name: 'At once', isDefault: true, migrateRole: true }, headers);
    expect(await keys()).toEqual(['at-once']);
    await call(harness, 'PATCH', `/roles/v1/${later.id}`, { headers, body: { isDefault: true, migrateRole: true } });
    expect(await keys()).toEqual(['at-once', 'later']);
  });

  test('a role from a base has its level and no other permissions', async () => {
    const [one, two] = [await permissionNamed('fe.secure.read.users'), await permissionNamed('fe.secure.read.roles')];
    const base = await created({ key: 'base', name: 'Base', level: 9, permissions: [one] });
    const derive = (body: object) =>
      call(harness, 'POST', '/roles/v2', { headers: environment, body: { name: 'Derived', baseRoleId: base.id, ...body } });
    const answer = await derive({ key: 'derived', permissionIds: [one] });
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json()).toMatchObject({ key: 'derived', level: 9, permissions: [one] });
    const only = faults('permissionIds must contain permissions of the base role only');
    expectRefusal(await derive({ key: 'derived-2', permissionIds: [one, two] }), 400, only);
    expectRefusal(await derive({ key: 'derived', permissionIds: [] }), 409, conflict);
    expectRefusal(await derive({ key: 'derived-3', permissionIds: [], baseRoleId: 'nothing' }), 404, notFound);
  });
});

describe('searching roles', () => {
  const search = async (query: string, headers = environment) => call(harness, 'GET', `/roles/v2?${query}`, { headers });
  const keysOf = async (query: string, headers = environment) => (await search(query, headers)).json<{ items: Role[] }>().items.map(({ key }) => key);
  let tenant: Record<string, string>;
  beforeAll(async () => {
    tenant = inTenant(await createTenant(harness, 'search'));
    const permissions = [await permissionNamed('fe.secure.read.users')];
    for (const [index, key] of ['s-one', 's-two', 's-three'].entries())
      await created({ key, name: `Search ${3 - index}`, level: index + 100, ...(index === 1 ? { permissions } : {}) }, tenant);
    await createUserInTenant(harness, 'search-user');
  });

  test('is by name unless something else is wanted, in either direction', async () => {
    expect(await keysOf('_filter=s-', tenant)).toEqual(['s-three', 's-two', 's-one']);
    expect(await keysOf('_filter=S-&_sortBy=key', tenant)).toEqual(['s-one', 's-three', 's-two']);
    expect(await keysOf('_filter=search&_sortBy=level&_order=DESC', tenant)).toEqual(['s-three', 's-two', 's-one']);
    expect((await keysOf('_filter=s-&_sortBy=permissions&_order=DESC', tenant))[0]).toBe('s-two');
    expect(await keysOf('_filter=%25', tenant)).toEqual([]);
  });

  test('by levels and tenants, however a list is written', async () => {
    for (const query of ['_levels=100,102', '_levels=100&_levels=102', '_levels[]=100&_levels[]=102'])
      expect(await keysOf(`${query}&_sortBy=key`), query).toEqual(['s-one', 's-three']);
    expect(await keysOf('_tenantIds=search&_sortBy=key')).toEqual(['s-one', 's-three', 's-two']);
    expect(await keysOf('_tenantIds=nowhere')).toEqual([]);
    expect(await keysOf('_levels=&_tenantIds=&_filter=s-one', tenant)).toEqual(['s-one']);
    for (const levels of ['99999999999', '-1', 'x', '1.5']) expect(await keysOf(`_levels=${levels}&_filter=s-`, tenant), levels).toEqual([]);
  });

  test('answers pages with whole links, which are empty at the ends', async () => {
    const first = (await search('_filter=s-&_limit=2&_sortBy=key', tenant)).json();
    const link = (page: number) => `https://id.acme.example/identity/resources/roles/v2?_filter=s-&_sortBy=key&_offset=${page}&_limit=2`;
    expect(first._links).toEqual({ next: link(1), prev: '', first: link(0), last: link(1) });
    expect(first._metadata).toEqual({ totalItems: 3, totalPages: 2 });
    const last = (await search('_filter=s-&_limit=2&_sortBy=key&_offset=1', tenant)).json();
    expect(last.items.map(({ key }: Role) => key)).toEqual(['s-two']);
    expect(last._links).toMatchObject({ next: '', prev: link(0) });
    expect((await search('_filter=nothing', tenant)).json()).toEqual({
      ...{ items: [], _links: { next: '', prev: '', first: '', last: '' }, _metadata: { totalItems: 0, totalPages: 0 } },
    });
    expect((await search('_limit=100000', tenant)).statusCode).toBe(200);
  });

  test('refuses parameters that mean nothing', async () => {
    expectRefusal(await search('_sortBy=nothing'), 400, faults('_sortBy must be a valid enum value'));
    expectRefusal(await search('_order=up'), 400, faults('_order must be one of the following values: ASC, DESC'));
    expectRefusal(await search('_limit=0'), 400, faults('_limit must not be less than 1'));
    expectRefusal(await search('_limit=many'), 400, faults('_limit must be an integer number'));
    expectRefusal(await search('_offset=-1'), 400, faults('_offset must not be less than 0'));
  });

  test('levels and tenants that occur are listed', async () => {
    const levels = (await call(harness, 'GET', '/roles/v2/distinct-levels', { headers: tenant })).json<number[]>();
    expect(levels).toEqual(expect.arrayContaining([0, 100, 101, 102]));
    expect(levels).toEqual([...levels].sort((a, b) => a - b));
    const tenants = (await call(harness, 'GET', '/roles/v2/distinct-tenants', { headers: environment })).json<string[]>();
    expect(tenants).toContain('search');
    expect(tenants).not.toContain('search-user');
  });
});
