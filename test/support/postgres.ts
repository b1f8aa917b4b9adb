import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { Log } from '../../src/domain/ports.ts';

/** A log for stores whose messages no test looks at. */
export const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

export interface TestDatabase {
  url: string;
  drop: () => Promise<void>;
}

/** A migrated database of the caller's own, on the server of `global-setup.ts`. */
export const freshDatabase = (): Promise<TestDatabase> => createDatabase(` template ${inject('postgresTemplate')} strategy file_copy`);

/** A database without a single table. */
export const emptyDatabase = (): Promise<TestDatabase> => createDatabase('');

async function createDatabase(clause: string): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `sallyport_test_${randomBytes(8).toString('hex')}`;
  await onServer(server, `create database ${name}${clause}`);
  return { url: withDatabase(server, name), drop: async () => void (await onServer(server, `drop database if exists ${name} with (force)`)) };
}

/** Runs one statement on a connection of its own and answers its rows. */
export async function onServer(url: string, statement: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement, values)).rows;
  } finally {
    await client.end();
  }
}
