import Database from 'better-sqlite3';
import pg from 'pg';
import { pathOf } from './database.ts';
import { roleIds } from './role-ids.ts';

/** How many users `addManyUsers` adds, all of them members of `everybodysTenant`. */
export const manyUsers = 100_000;
/** The tenant of all of them. Everybody is `ReadOnly` there, and 20 of them are `Admin`. */
export const everybodysTenant = 'everybody';
/** A tenant of 20 of them. */
export const smallTenant = 'some';

/** The statements that add them, from `n`, the numbers from 1 on. */
function statementsFor(sqlite: boolean, users: number): string[] {
  const id = `'00000000-0000-4000-8000-' || ${sqlite ? "printf('%012d', i)" : "lpad(i::text, 12, '0')"}`;
  const time = (seconds: string): string => (sqlite ? `1700000000000 + 1000 * ${seconds}` : `to_timestamp(1700000000 + ${seconds})`);
  // A number that goes up and down, so that no two orders are alike.
  const scattered = `((i * 7919) % ${users})`;
  const flag = (condition: string): string => (sqlite ? `(${condition})` : `(${condition})`);
  const bytes = sqlite ? "x'00'" : "'\\x00'::bytea";
  const member = (tenant: string, every: number): string =>
    `insert into memberships (user_id, tenant_id, created_at) select ${id}, '${tenant}', ${time('i')} from n where i % ${every} = 0`;
  const role = (roleId: string, every: number): string =>
    `insert into membership_roles (user_id, tenant_id, role_id) select ${id}, '${everybodysTenant}', '${roleId}' from n where i % ${every} = 0`;
  return [
    `insert into tenants (id, name, created_at, updated_at) select column1, column1, ${time('0')}, ${time('0')} from (values ('${everybodysTenant}'), ('${smallTenant}')) as t`,
    `insert into users (id, email, email_normalized, name, phone_number, external_id, metadata, vendor_metadata, verified, mfa_bypass, locked, invisible,
        active_tenant_id, created_at, updated_at, last_login_at, first_login_at)
      select ${id}, 'p' || ${scattered} || '@acme.example', 'p' || ${scattered} || '@acme.example', 'Person ' || ((i * 20011) % ${users}), '+49' || i, 'x' || i,
        '{}', '{}', ${flag('i % 50 <> 0')}, ${flag('i < 0')}, ${flag('i % 2000 = 0')}, ${flag('i % 1000 = 1')}, '${everybodysTenant}',
        ${time(scattered)}, ${time(scattered)}, case when i % 3 = 0 then null else ${time('i')} end, case when i % 3 = 0 then null else ${time(scattered)} end from n`,
    member(everybodysTenant, 1),
    member(smallTenant, users / 20),
    role(roleIds.readOnly, 1),
    role(roleIds.admin, users / 20),
    // A few, which a search of the small tenant has to find among those below.
    `insert into groups (id, tenant_id, name, color, description, metadata, created_at, updated_at)
      select 'few-' || i, '${smallTenant}', 'few-' || i, '', '', '{}', ${time('i')}, ${time('i')} from n where i <= 20`,
    // A thousand groups of a hundred, each with a role of its own: their tables are large enough to be read by an index.
    `insert into groups (id, tenant_id, name, color, description, metadata, created_at, updated_at)
      select 'group-' || i, '${everybodysTenant}', 'group-' || i, '', '', '{}', ${time('i')}, ${time('i')} from n where i <= 1000`,
    `insert into roles (id, owner, tenant_id, key, name, description, is_default, first_user_role, level, created_at, updated_at)
      select 'role-' || i, '${everybodysTenant}', '${everybodysTenant}', 'role-' || i, 'role', '', ${flag('i < 0')}, ${flag('i < 0')}, 1, ${time('i')}, ${time('i')}
      from n where i <= 1000`,
    `insert into group_members (group_id, user_id, tenant_id) select 'group-' || (1 + i % 1000), ${id}, '${everybodysTenant}' from n`,
    `insert into group_roles (group_id, role_id) select 'group-' || i, 'role-' || i from n where i <= 1000`,
    `insert into remembered_devices (id, user_id, token_hash, name, created_at, last_used_at)
      select ${id}, ${id}, ${id}, 'A', ${time('i')}, ${time('i')} from n where i % 8 = 0`,
    `insert into authenticators (id, user_id, strategy, name, sealed_credential, last_step, created_at)
      select ${id}, ${id}, case when i % 4 = 0 then 'SMS' else 'AUTHENTICATOR_APP' end, 'A', ${bytes}, 0, ${time('i')} from n where i % 2 = 0`,
  ];
}

/** Adds the users, or fewer, to a migrated database that nobody uses meanwhile, in a few seconds. */
export async function addManyUsers(url: string, users = manyUsers): Promise<void> {
  if (url.startsWith('file:')) {
    const client = new Database(pathOf(url), { fileMustExist: true });
    client.pragma('foreign_keys = OFF');
    client.pragma('synchronous = OFF');
    const numbers = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${users})`;
    client.transaction(() => {
      for (const sql of statementsFor(true, users)) client.exec(`${numbers} ${sql}`);
    })();
    client.close();
    return;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  // Without checks of foreign keys, which would look up every row.
  await client.query('set session_replication_role = replica');
  for (const sql of statementsFor(false, users)) await client.query(`with n(i) as (select generate_series(1, ${users})) ${sql}`);
  // PostgreSQL does this by itself, some time after rows were written.
  await client.query('analyze');
  await client.end();
}
