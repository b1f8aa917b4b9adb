import { afterAll, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { emptyFolder } from '../support/folder.ts';
import { dialect as dialectOfTests } from '../support/harness.ts';
import { olderDatabase } from '../support/older-release.ts';
import { quiet } from '../support/postgres.ts';
import { roleIds } from '../support/role-ids.ts';

const dialect = dialectOfTests ?? 'sqlite';
const { path: folder, remove } = await emptyFolder();
afterAll(remove);

/** The last release without tables for roles. */
const tag = '0008_retention';
const time = dialect === 'sqlite' ? '1000' : "'1970-01-01T00:00:01Z'";
const [yes, no] = dialect === 'sqlite' ? ['1', '0'] : ['true', 'false'];
const userOf = (id: string): string =>
  `insert into users (id, email, email_normalized, name, metadata, vendor_metadata, verified, mfa_bypass, locked, active_tenant_id, created_at, updated_at)
    values ('${id}', '${id}@b.example', '${id}@b.example', '${id}', '{}', '{}', ${yes}, ${no}, ${no}, 't', ${time}, ${time})`;
const memberOf = (userId: string, tenantId: string, roles: string[]): string =>
  `insert into memberships (user_id, tenant_id, roles, created_at) values ('${userId}', '${tenantId}', '${JSON.stringify(roles)}', ${time})`;
const written = [
  `insert into tenants (id, name, created_at, updated_at) values ('t', 'Acme', ${time}, ${time}), ('s', 'Other', ${time}, ${time})`,
  ...['admin', 'both', 'none'].map(userOf),
  memberOf('admin', 't', ['ADMIN']),
  memberOf('admin', 's', ['READ_ONLY']),
  memberOf('both', 't', ['READ_ONLY', 'ADMIN', 'READ_ONLY']),
  memberOf('none', 't', []),
  `insert into audit_events (id, at, kind, actor_kind, address, request_id) values ('e', ${time}, 'LOGIN_SUCCEEDED', 'NOBODY', '::1', 'r')`,
];

it('after an upgrade everybody holds the roles of before, as rows, and nothing else has changed', async () => {
  const database = await olderDatabase(tag, written, folder);
  const store = await openStore(database.url, { log: quiet, jitter: () => 0 });
  const held = await store.users.membershipsWithRoles(['admin', 'both', 'none']);
  expect(held.map(({ userId, tenantId, roleIds: ids }) => [userId, tenantId, ids])).toEqual([
    ['admin', 's', [roleIds.readOnly]],
    ['admin', 't', [roleIds.admin]],
    ['both', 't', [roleIds.admin, roleIds.readOnly]],
    ['none', 't', []],
  ]);
  expect(held[0]?.createdAt).toEqual(new Date(1000));
  expect(await store.roles.rightsOf('admin', 't')).toEqual({ roles: ['Admin'], permissions: ['fe.connectivity.*', 'fe.secure.*'], level: 0 });
  expect(await store.roles.rightsOf('none', 't')).toMatchObject({ permissions: [] });
  expect(await store.events.count({})).toBe(1);
  await store.close();
  // A second start finds everything done.
  const again = await openStore(database.url, { log: quiet, jitter: () => 0 });
  expect(await again.roles.all({})).toHaveLength(2);
  await again.close();
  await database.drop();
});
