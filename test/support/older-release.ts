import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle as onSqlite } from 'drizzle-orm/better-sqlite3';
import { migrate as migrateSqlite } from 'drizzle-orm/better-sqlite3/migrator';
import { drizzle as onPostgres } from 'drizzle-orm/node-postgres';
import { migrate as migratePostgres } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { dialect } from './harness.ts';
import { emptyDatabase } from './postgres.ts';

/** Makes a folder below `folder` with the migrations of an earlier release: those up to the one with this tag. Returns its path. */
export function migrationsUpTo(dialect: 'sqlite' | 'postgres', tag: string, folder: string): string {
  const from = new URL(`../../drizzle/${dialect}/`, import.meta.url).pathname;
  const to = join(folder, `${dialect}-${tag}`);
  mkdirSync(join(to, 'meta'), { recursive: true });
  const journal = JSON.parse(readFileSync(join(from, 'meta/_journal.json'), 'utf8')) as { entries: { tag: string }[] };
  const entries = journal.entries.slice(0, journal.entries.findIndex((entry) => entry.tag === tag) + 1);
  for (const entry of entries) cpSync(join(from, `${entry.tag}.sql`), join(to, `${entry.tag}.sql`));
  writeFileSync(join(to, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
  return to;
}

/** A database as an earlier release has left it: migrated up to this tag, and with what the statements have written. */
export async function olderDatabase(tag: string, written: readonly string[], folder: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const migrationsFolder = migrationsUpTo(dialect ?? 'sqlite', tag, folder);
  if (dialect !== 'postgres') {
    const file = join(folder, 'old.db');
    const client = new Database(file);
    migrateSqlite(onSqlite(client), { migrationsFolder });
    for (const sql of written) client.exec(sql);
    client.close();
    return { url: `file:${file}`, drop: async () => undefined };
  }
  const database = await emptyDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await migratePostgres(onPostgres(client), { migrationsFolder });
  for (const sql of written) await client.query(sql);
  await client.end();
  return database;
}
