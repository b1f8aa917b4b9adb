import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import type { Harness } from './harness.ts';

export type Row = Record<string, unknown>;

/** What names the database of an app. */
export interface Database {
  config: Pick<Harness['config'], 'databaseUrl'>;
}

/** URLs of databases that were changed behind the app's back, where the app cannot have counted right. */
export const changedBehindTheBack = new Set<string>();

/** Reads the database behind the app's back; parameters are `$1`, `$2` … */
export function query(harness: Database, sql: string, values: unknown[] = []): Promise<Row[]> {
  return run(harness, { sql, values, reads: true });
}

/**
 * Changes the database behind the app's back, as an administrator or another instance would. Reads of one turn of the event loop share
 * what they see of a SQLite file, and another program is never in the same turn.
 */
export async function execute(harness: Harness, sql: string, values: unknown[] = []): Promise<void> {
  changedBehindTheBack.add(harness.config.databaseUrl);
  await run(harness, { sql, values, reads: false });
  await nextTurn();
}

/** Rows of the audit trail of one kind, oldest first. */
export const eventsOf = (harness: Harness, userId: string, kind: string): Promise<Row[]> =>
  query(harness, 'select * from audit_events where user_id = $1 and kind = $2 order by at, id', [userId, kind]);

/** Rows of the audit trail of one kind and, where given, one reason: what really happened, whatever the answers said. */
export async function audited(harness: Harness, userId: string, kind: string, reason?: string): Promise<number> {
  const rows = await query(harness, 'select reason from audit_events where user_id = $1 and kind = $2', [userId, kind]);
  return rows.filter((row) => reason === undefined || row.reason === reason).length;
}

/** Codes that were looked at and found wrong. */
export const wrongCodes = (harness: Harness, userId: string): Promise<number> => audited(harness, userId, 'MFA_FAILED', 'INVALID_CODE');

export async function countOf(harness: Harness, table: string, userId: string): Promise<number> {
  return (await query(harness, `select * from ${table} where user_id = $1`, [userId])).length;
}

/** Every row of every table, in the order they were written in. */
export async function everything(harness: Harness): Promise<{ table: string; row: Row }[]> {
  const sqlite = harness.config.databaseUrl.startsWith('file:');
  // PostgreSQL puts a row where it finds room, which may be before the one written last: transaction and statement tell the order.
  const order = sqlite ? '' : ' order by xmin::text::bigint, cmin::text::bigint';
  const names = sqlite
    ? await query(harness, "select name from sqlite_master where type = 'table'")
    : await query(harness, "select table_name as name from information_schema.tables where table_schema = 'public'");
  const rows: { table: string; row: Row }[] = [];
  for (const { name } of names) {
    for (const row of await query(harness, `select * from "${String(name)}"${order}`)) rows.push({ table: String(name), row });
  }
  return rows;
}

/**
 * The data of the app for a second app beside it: on PostgreSQL the same database, on SQLite a copy, because one server has the file to
 * itself.
 */
export function databaseForAnother(harness: Harness): string {
  const url = harness.config.databaseUrl;
  if (!url.startsWith('file:')) return url;
  const copy = `${pathOf(url)}.copy-${randomUUID()}`;
  const database = new Sqlite(pathOf(url), { readonly: true, fileMustExist: true });
  database.prepare('vacuum into ?').run(copy);
  database.close();
  return `file:${copy}`;
}

/** The file a SQLite URL names. */
export const pathOf = (url: string): string => url.slice('file:'.length);

async function run(harness: Database, { sql, values, reads }: { sql: string; values: unknown[]; reads: boolean }): Promise<Row[]> {
  const url = harness.config.databaseUrl;
  if (url.startsWith('file:')) {
    const database = new Sqlite(pathOf(url), { readonly: reads, fileMustExist: true });
    try {
      const inOrder = [...sql.matchAll(/\$(\d+)/g)].map(([, number]) => values[Number(number) - 1]);
      const statement = database.prepare(sql.replace(/\$\d+/g, '?'));
      if (reads) return statement.all(...inOrder) as Row[];
      statement.run(...inOrder);
      return [];
    } finally {
      database.close();
    }
  }
  const client = new pg.Client({ connectionString: url, options: reads ? '-c default_transaction_read_only=on' : '' });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
