import { beforeAll, describe, expect, test } from 'vitest';
import type { Actor, Caller } from '../../../src/domain/access/actor.ts';
import { DomainError } from '../../../src/domain/errors.ts';
import { asEnvironment, createTenant, createUser, createUserInTenant } from '../../support/builders.ts';
import { execute } from '../../support/database.ts';
import { asUser, call, expectEmpty, expectRefusal, forbidden, refusal } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

interface Role {
  id: string;
  key: string;
  tenantId: string | null;
  permissions: string[];
}

const harness = useHarness();
const tooLow = refusal('Role level is too low');
const notFound = refusal('Role not found');
let environment: Record<string, string>;
const ids: Record<string, string> = {};

beforeAll(async () => {
  environment = await asEnvironment(harness);
  const own = [
    { key: 'orders.read', name: 'Read orders' },
    { key: 'orders.never', name: 'Never', assignmentType: 'NEVER' },
    { key: 'orders.always', name: 'Always', assignmentType: 'ALWAYS' },
  ];
  expect((await call(harness, 'POST', '/permissions/v1', { headers: environment, body: own })).statusCode).toBe(201);
  const all = (await call(harness, 'GET', '/permissions/v1', { headers: environment })).json<{ id: string; key: string }[]>();
  for (const { id, key } of all) ids[key] = id;
});

const idOf = (key: string): string => ids[key] ?? '';

/** Creates a role by the environment token, of the environment or of a tenant. */
async function roleWith(key: string, permissions: string[], { level = 0, tenantId }: { level?: number; tenantId?: string } = {}): Promise<Role> {
  const headers = { ...environment, ...(tenantId === undefined ? {} : { 'frontegg-tenant-id': tenantId }) };
  const body = [{ key, name: key, level, permissions: permissions.map(idOf) }];
  const answer = await call(harness, 'POST', '/roles/v1', { headers, body });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<[Role]>()[0];
}

let made = 0;
/** A logged-in member of a new tenant, or of a given one, with these permissions and this level. */
async function memberWith(
  permissions: string[],
  level = 0,
  tenantId?: string,
): Promise<{ headers: Record<string, string>; tenantId: string; role: Role; id: string }> {
  made += 1;
  const tenant = tenantId ?? (await createTenant(harness, `power-${made}`));
  const role = await roleWith(`power-role-${made}`, permissions, { level });
  const { id, email } = await createUser(harness, tenant, `power-${made}@acme.example`, { roleIds: [role.id] });
  return { headers: await asUser(harness, email), tenantId: tenant, role, id };
}

const create = (headers: Record<string, string>, role: object) => call(harness, 'POST', '/roles/v1', { headers, body: [{ name: 'Made', ...role }] });
const everyWrite = ['fe.secure.write.roles', 'fe.secure.write.updateRole', 'fe.secure.delete.role'];

describe('what a user may do with roles', () => {
  test('each operation needs its own permission, and a wildcard covers them all', async () => {
    const role = await roleWith('watched', []);
    const operations = {
      'fe.secure.read.roles': ['GET', '/roles/v1', undefined],
      'fe.secure.write.roles': ['POST', '/roles/v1', [{ key: 'watched-new', name: 'New' }]],
      'fe.secure.write.updateRole': ['PATCH', `/roles/v1/${role.id}`, { name: 'X' }],
      'fe.secure.delete.role': ['DELETE', `/roles/v1/${role.id}`, undefined],
      'fe.secure.read.permissions': ['GET', '/permissions/v1', undefined],
    } as const;
    for (const held of [...Object.keys(operations), 'fe.secure.*']) {
      const { headers } = await memberWith([held]);
      for (const [needed, [method, path, body]] of Object.entries(operations)) {
        const answer = await call(harness, method, path, { headers, ...(body === undefined ? {} : { body }) });
        const may = held === needed || held === 'fe.secure.*';
        // Roles of the environment stay out of reach of users, whatever they may do in their tenant.
        const onEnvironment = path.includes(role.id);
        if (!may || onEnvironment) expectRefusal(answer, 403, forbidden, `${held}: ${method} ${path}`);
        else expect(answer.statusCode, `${held}: ${method} ${path}: ${answer.body}`).toBeLessThan(300);
      }
    }
  });

  test('users make roles of their own tenant alone, whatever the body or the header says', async () => {
    const { headers, tenantId } = await memberWith(['fe.secure.*']);
    const other = await createTenant(harness, 'power-other');
    const made = (await create(headers, { key: 'own', tenantId: other, vendorId: 'x' })).json<[Role]>()[0];
    expect(made).toMatchObject({ key: 'own', tenantId });
    expectRefusal(await create({ ...headers, 'frontegg-tenant-id': other }, { key: 'foreign' }), 403, forbidden);
    const foreign = await roleWith('foreign', [], { tenantId: other });
    for (const [method, path, body] of [
      ['PATCH', `/roles/v1/${foreign.id}`, { name: 'X' }],
      ['PUT', `/roles/v1/${foreign.id}/permissions`, { permissionIds: [] }],
      ['DELETE', `/roles/v1/${foreign.id}`, undefined],
    ] as const)
      expectRefusal(await call(harness, method, path, { headers, ...(body === undefined ? {} : { body }) }), 404, notFound, method);
    expectRefusal(await call(harness, 'PUT', `/roles/v1/${made.id}/tenant`, { headers, body: { tenantId: null } }), 403, forbidden);
    const seen = (await call(harness, 'GET', '/roles/v1', { headers })).json<Role[]>();
    expect(seen.some(({ id }) => id === foreign.id)).toBe(false);
    expect((await call(harness, 'GET', '/roles/v2?_tenantIds=power-other', { headers })).json()).toMatchObject({ items: [] });
  });

  test('nobody puts into a role what they do not hold themselves, nor what roles of tenants never have', async () => {
    const { headers } = await memberWith([...everyWrite, 'fe.secure.read.users', 'orders.never']);
    expect((await create(headers, { key: 'held', permissions: [idOf('fe.secure.read.users')] })).json<[Role]>()[0].permissions).toEqual(
      [idOf('fe.secure.read.users'), idOf('orders.always')].sort(),
    );
    for (const key of ['fe.secure.*', 'fe.secure.read.*', 'fe.secure.read.audits', 'orders.read', 'orders.never'])
      expectRefusal(await create(headers, { key: 'more', permissions: [idOf(key)] }), 403, forbidden, key);
    const role = (await create(headers, { key: 'plain' })).json<[Role]>()[0];
    const put = (keys: string[]) => call(harness, 'PUT', `/roles/v1/${role.id}/permissions`, { headers, body: { permissionIds: keys.map(idOf) } });
    expectRefusal(await put(['orders.read']), 403, forbidden);
    expect((await put([])).json<Role>().permissions).toEqual([idOf('orders.always')]);
    const base = { name: 'Derived', key: 'derived', baseRoleId: roleIds.admin, permissionIds: [idOf('fe.secure.*')] };
    expectRefusal(await call(harness, 'POST', '/roles/v2', { headers, body: base }), 403, forbidden);
  });

  test('nobody makes, changes or deletes a role that is more powerful than their own', async () => {
    const { headers, tenantId } = await memberWith(['fe.secure.*'], 5);
    const [above, equal, below] = [
      await roleWith('above', [], { level: 4, tenantId }),
      await roleWith('equal', [], { level: 5, tenantId }),
      await roleWith('below', [], { level: 6, tenantId }),
    ];
    expectRefusal(await create(headers, { key: 'new-above', level: 4 }), 403, tooLow);
    expectRefusal(await create(headers, { key: 'new-default-level' }), 403, tooLow);
    expect((await create(headers, { key: 'new-equal', level: 5 })).statusCode).toBe(201);
    const patch = (role: Role, body: object) => call(harness, 'PATCH', `/roles/v1/${role.id}`, { headers, body });
    expectRefusal(await patch(above, { name: 'X' }), 403, tooLow);
    expectRefusal(await patch(below, { level: 4 }), 403, tooLow);
    expectRefusal(await call(harness, 'PUT', `/roles/v1/${above.id}/permissions`, { headers, body: { permissionIds: [] } }), 403, tooLow);
    expectRefusal(await call(harness, 'DELETE', `/roles/v1/${above.id}`, { headers }), 403, tooLow);
    const derive = { name: 'X', key: 'derived-above', baseRoleId: above.id, permissionIds: [] };
    expectRefusal(await call(harness, 'POST', '/roles/v2', { headers, body: derive }), 403, tooLow);
    expect((await patch(equal, { name: 'X' })).statusCode).toBe(200);
    expectEmpty(await call(harness, 'DELETE', `/roles/v1/${below.id}`, { headers }), 204);
  });
});

describe('rights come from the tables at each request, never from the token', () => {
  test('what is added to a role, taken from it, or ended with it acts on tokens that are out already', async () => {
    const { headers, role } = await memberWith([]);
    const policy = () => call(harness, 'GET', '/configurations/v1/mfa-policy', { headers });
    const set = (keys: string[]) =>
      call(harness, 'PUT', `/roles/v1/${role.id}/permissions`, { headers: environment, body: { permissionIds: keys.map(idOf) } });
    expectRefusal(await policy(), 403, forbidden);
    await set(['fe.secure.read.securityPolicy']);
    expect((await policy()).statusCode).toBe(404);
    await set([]);
    expectRefusal(await policy(), 403, forbidden);
    await set(['fe.secure.read.*']);
    expect((await policy()).statusCode).toBe(404);
    await call(harness, 'DELETE', `/roles/v1/${role.id}`, { headers: environment });
    expectRefusal(await policy(), 403, forbidden);
  });

  test('a role of one tenant gives nothing in another', async () => {
    const { headers, tenantId, id } = await memberWith(['fe.secure.*']);
    const other = await createTenant(harness, 'power-elsewhere');
    const body = { email: `power-${made}@acme.example`, roleIds: [] };
    await call(harness, 'POST', '/users/v2', { headers: { ...environment, 'frontegg-tenant-id': other }, body });
    const read = (tenant: string) => call(harness, 'GET', '/roles/v1', { headers: { ...headers, 'frontegg-tenant-id': tenant } });
    expect((await read(tenantId)).statusCode).toBe(200);
    expectRefusal(await read(other), 403, forbidden);
    expect(id).not.toBe('');
  });

  test('what was taken away after the request was admitted still counts: it is read again inside the transaction', async () => {
    const { id, tenantId } = await createUserInTenant(harness, 'power-late', { roleIds: [roleIds.admin] });
    const { headers } = await memberWith(['fe.secure.*']);
    const session = (await harness.app.store.sessions.find((await sessionOf(headers)) ?? '', harness.clock.now())) ?? null;
    const rights = { roles: ['Admin'], permissions: ['fe.secure.*'], level: 0 };
    const actor: Actor = {
      ...({ kind: 'USER' } as const),
      ...{ userId: id, sessionId: session?.id ?? '', tenantId, tenantIds: [tenantId] },
      ...{ rights, mfaProvenAt: null, tokenMfa: null },
    };
    const caller: Caller = { actor, origin: { address: { text: '::1', network: '::1' }, userAgent: '', requestId: 'late' } };
    const role = { name: 'Late', description: '', isDefault: false, firstUserRole: false, level: 0, permissionIds: [], migrateRole: false };
    const [first] = await harness.app.services.roles.create(caller, { roles: [{ ...role, key: 'in-time' }] });
    expect(first).toMatchObject({ key: 'in-time', tenantId });
    await execute(harness, 'delete from membership_roles where user_id = $1', [id]);
    await expect(harness.app.services.roles.create(caller, { roles: [{ ...role, key: 'too-late' }] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await execute(harness, 'update sessions set ended_at = created_at where id = $1', [session?.id]);
    await expect(harness.app.services.roles.create(caller, { roles: [{ ...role, key: 'ended' }] })).rejects.toBeInstanceOf(DomainError);
  });
});

/** The id of the session of a token. */
async function sessionOf(headers: Record<string, string>): Promise<string | undefined> {
  const [, claims = ''] = (headers.authorization ?? '').split('.');
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sid?: string }).sid;
}

test('every change of roles and permissions leaves one event with the key, in the tenant it concerns', async () => {
  const { headers, tenantId, id } = await memberWith(['fe.secure.*']);
  const role = (await create(headers, { key: 'trailed' })).json<[Role]>()[0];
  for (const [method, path, body] of [
    ['PATCH', '', { name: 'Renamed', level: 3 }],
    ['PUT', '/permissions', { permissionIds: [] }],
    ['DELETE', '', undefined],
  ] as const) {
    harness.clock.advance({ seconds: 1 });
    await call(harness, method, `/roles/v1/${role.id}${path}`, { headers, ...(body === undefined ? {} : { body }) });
  }
  const events = (await harness.app.store.events.list({ tenantId }, { limit: 50, direction: 'forward', cursor: null })).items;
  const ofRoles = events.filter(({ kind }) => kind.startsWith('ROLE_')).reverse();
  expect(ofRoles.map(({ kind, reason, actorKind, actorId }) => [kind, reason, actorKind, actorId])).toEqual([
    ['ROLE_CREATED', 'trailed', 'USER', id],
    ['ROLE_UPDATED', 'trailed: name level', 'USER', id],
    ['ROLE_PERMISSIONS_SET', 'trailed', 'USER', id],
    ['ROLE_DELETED', 'trailed', 'USER', id],
  ]);
});
