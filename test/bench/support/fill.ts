import Database from 'better-sqlite3';
import pg from 'pg';

/** Rows that are written in one statement. */
const chunk = 50_000;

/** How many rows to put into a database. */
export interface Amounts {
  tenants: number;
  users: number;
}

/** The id of a tenant that `fill` made, counted from 1. */
export const tenantId = (number: number): string => `bench-${String(number).padStart(8, '0')}`;

const padded = (dialect: 'sqlite' | 'postgres'): string => (dialect === 'sqlite' ? "printf('%08d', i)" : "lpad(i::text, 8, '0')");

/** The statements that make the rows from `i`, the number of a row. Tenants and users are as plain as rows can be, but all of them are there. */
function statements(dialect: 'sqlite' | 'postgres'): Record<'tenants' | 'users', readonly string[]> {
  const number = padded(dialect);
  const uuid = (kind: string): string => `'${kind}0000000-0000-4000-8000-0000' || ${number}`;
  const now = dialect === 'sqlite' ? "unixepoch('now') * 1000" : 'now()';
  const [yes, no] = dialect === 'sqlite' ? ['1', '0'] : ['true', 'false'];
  const owner = `'tenant:bench-' || ${number}`;
  return {
    tenants: [
      `insert into tenants (id, name, created_at, updated_at) select 'bench-' || ${number}, 'Bench ' || i, ${now}, ${now} from n`,
      `insert into mfa_policies (id, owner, tenant_id, enforce_mfa_type, allow_remember_my_device, mfa_device_expiration_seconds, created_at, updated_at)
        select ${uuid('a')}, ${owner}, 'bench-' || ${number}, 'FORCE', ${yes}, 3600, ${now}, ${now} from n`,
    ],
    users: [
      `insert into users (id, email, email_normalized, name, metadata, vendor_metadata, verified, mfa_bypass, locked, active_tenant_id, created_at, updated_at)
        select ${uuid('b')}, 'bench-' || ${number} || '@acme.example', 'bench-' || ${number} || '@acme.example', 'Bench ' || i, '{}', '{}', ${yes}, ${no}, ${no},
          (select id from tenants order by id limit 1), ${now}, ${now} from n`,
      `insert into memberships (user_id, tenant_id, created_at)
        select ${uuid('b')}, (select id from tenants order by id limit 1), ${now} from n`,
      `insert into authenticators (id, user_id, strategy, name, sealed_credential, last_step, created_at)
        select ${uuid('c')}, ${uuid('b')}, 'AUTHENTICATOR_APP', 'Bench', ${dialect === 'sqlite' ? "x'00'" : "'\\x00'::bytea"}, 0, ${now} from n`,
      `insert into audit_events (id, at, kind, actor_kind, user_id, address, request_id)
        select ${uuid('d')}, ${now}, 'LOGIN_SUCCEEDED', 'USER', ${uuid('b')}, '203.0.113.7', 'bench' from n`,
    ],
  };
}

const numbers = (dialect: 'sqlite' | 'postgres', from: number, to: number): string =>
  dialect === 'sqlite'
    ? `with recursive n(i) as (select ${from} union all select i + 1 from n where i < ${to})`
    : `with n(i) as (select generate_series(${from}, ${to}))`;

/** Fills a database that a server has migrated, and that no server uses. `progress` is called after each piece. */
export async function fill(url: string, amounts: Amounts, progress: (done: number, all: number) => void): Promise<void> {
  const dialect = url.startsWith('file:') ? 'sqlite' : 'postgres';
  const target = await open(url);
  const byKind = statements(dialect);
  const pieces = (['tenants', 'users'] as const).flatMap((kind) => {
    const all: { sql: string; rows: number }[] = [];
    for (let from = 1; from <= amounts[kind]; from += chunk) {
      const to = Math.min(from + chunk - 1, amounts[kind]);
      for (const sql of byKind[kind]) all.push({ sql: sqlOf(dialect, sql, from, to), rows: to - from + 1 });
    }
    return all;
  });
  const all = pieces.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  for (const { sql, rows } of pieces) {
    await target.run(sql);
    done += rows;
    progress(done, all);
  }
  await target.run('analyze');
  await target.close();
}

const sqlOf = (dialect: 'sqlite' | 'postgres', insert: string, from: number, to: number): string => `${numbers(dialect, from, to)} ${insert}`;

async function open(url: string): Promise<{ run(sql: string): Promise<void>; close(): Promise<void> }> {
  if (url.startsWith('file:')) {
    const client = new Database(url.slice('file:'.length), { fileMustExist: true });
    client.pragma('foreign_keys = OFF');
    client.pragma('synchronous = OFF');
    return {
      run: async (sql) => void client.exec(sql),
      close: async () => void client.close(),
    };
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return { run: async (sql) => void (await client.query(sql)), close: () => client.end() };
}
