import Database from 'better-sqlite3';
import pg from 'pg';
import { pathOf } from './database.ts';
import { everybodysTenant, smallTenant } from './many-users.ts';

/** How many tenants `addManySessions` gives a session policy. */
export const manyPolicies = 2_000;
/** The user who has a thousand sessions. */
export const busyUser = '00000000-0000-4000-8000-000000000001';

/** The statements that add them, from `n`, the numbers from 1 on. */
function statementsFor(sqlite: boolean): string[] {
  const user = `'00000000-0000-4000-8000-' || ${sqlite ? "printf('%012d', 1 + i / 2)" : "lpad((1 + i / 2)::text, 12, '0')"}`;
  const time = (seconds: string): string => (sqlite ? `1700000000000 + 1000 * ${seconds}` : `to_timestamp(1700000000 + ${seconds})`);
  const on = sqlite ? '1' : 'true';
  const policy = 'insert into session_policies (id, owner, tenant_id, idle_timeout_enabled, idle_timeout_seconds, absolute_timeout_enabled,';
  const limits = `absolute_timeout_seconds, max_sessions_enabled, max_sessions, created_at, updated_at) select`;
  const values = `${on}, 600, ${on}, 86400, ${on}, 5, ${time('0')}, ${time('0')}`;
  const session = 'insert into sessions (id, user_id, tenant_id, first_factor, amr, created_at, expires_at) select';
  const rest = `'PASSWORD', '[]', ${time('i')}, ${time('i + 2592000')}`;
  return [
    `insert into tenants (id, name, created_at, updated_at) select 'tenant-' || i, 'tenant-' || i, ${time('i')}, ${time('i')} from n where i <= ${manyPolicies}`,
    `insert into tenants (id, name, created_at, updated_at) select column1, column1, ${time('0')}, ${time('0')} from (values ('${everybodysTenant}'), ('${smallTenant}')) as t`,
    `${policy} ${limits} 'policy-' || i, 'tenant-' || i, 'tenant-' || i, ${values} from n where i <= ${manyPolicies}`,
    `${policy} ${limits} 'policy-0', 'environment', null, ${values} from n where i = 1`,
    `${policy} ${limits} 'policy-' || id, id, id, ${values} from tenants where id in ('${everybodysTenant}', '${smallTenant}')`,
    // Two sessions of each of the first users, a thousand of the first one, and a few in the small tenant.
    `${session} 'session-' || i, ${user}, case when i % 2000 = 0 then '${smallTenant}' else '${everybodysTenant}' end, ${rest} from n`,
    `${session} 'busy-' || i, '${busyUser}', case when i % 10 = 0 then '${smallTenant}' else '${everybodysTenant}' end, ${rest} from n where i <= 1000`,
    `insert into refresh_tokens (token_hash, session_id, created_at) select id || '-a', id, created_at from sessions`,
    `insert into refresh_tokens (token_hash, session_id, created_at) select id || '-b', id, created_at from sessions`,
  ];
}

/** Adds sessions and tenants with session policies to a migrated database that nobody uses. Their users are missing, because no plan asks for them. */
export async function addManySessions(url: string, sessions = 40_000): Promise<void> {
  if (url.startsWith('file:')) {
    const client = new Database(pathOf(url), { fileMustExist: true });
    client.pragma('foreign_keys = OFF');
    client.pragma('synchronous = OFF');
    const numbers = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${sessions})`;
    client.transaction(() => {
      for (const sql of statementsFor(true)) client.exec(`${numbers} ${sql}`);
    })();
    client.close();
    return;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('set session_replication_role = replica');
  for (const sql of statementsFor(false)) await client.query(`with n(i) as (select generate_series(1, ${sessions})) ${sql}`);
  await client.query('analyze');
  await client.end();
}
