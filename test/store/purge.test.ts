import Database from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PurgedTable } from '../../src/domain/retention.ts';
import { purgedTables } from '../../src/domain/retention.ts';
import { openStore } from '../../src/store/index.ts';
import { pathOf } from '../support/database.ts';
import { dialect, openDatabase } from '../support/harness.ts';
import { quiet } from '../support/postgres.ts';
import { at } from './fixtures.ts';

describe('each statement of a purge', () => {
  let url: string;
  let drop: () => Promise<void>;
  const statements = new Map<PurgedTable, string[]>();
  beforeAll(async () => {
    ({ url, drop } = await openDatabase());
    const queries: string[] = [];
    const store = await openStore(url, { log: quiet, jitter: () => 0, onQuery: (sql) => void queries.push(sql) });
    for (const table of purgedTables) {
      queries.length = 0;
      await store.purge(table, at(0), 10);
      statements.set(table, [...queries]);
    }
    await store.close();
  });
  afterAll(() => drop());

  /** What the database will do, one step a line. */
  async function planOf(sql: string): Promise<string[]> {
    if (dialect === 'sqlite') {
      const client = new Database(pathOf(url), { readonly: true });
      const values = Array.from(sql.matchAll(/\?/g), () => 1);
      const rows = client.prepare(`explain query plan ${sql}`).all(...values) as { detail: string }[];
      client.close();
      return rows.map(({ detail }) => detail);
    }
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    // The tables are empty, so the planner would read them whole; with a backlog it would not. What no index serves it reads whole even so.
    await client.query('set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, [at(0), 10]);
    await client.end();
    return rows.map((row) => row['QUERY PLAN']);
  }

  test.each(purgedTables)('finds the rows of %s that have ended by an index, oldest first, without sorting or reading the table', async (table) => {
    expect(statements.get(table)?.length).toBeGreaterThan(0);
    for (const sql of statements.get(table) ?? []) {
      expect(sql).toMatch(/ limit /);
      const plan = (await planOf(sql)).join('\n');
      expect(plan, plan).toMatch(/INDEX \w+_by_\w+ \(\w+<\?\)|Index Cond: \(\w+ < /);
      expect(plan, plan).not.toMatch(/^SCAN|TEMP B-TREE|Seq Scan|\bSort\b/m);
    }
  });
});
