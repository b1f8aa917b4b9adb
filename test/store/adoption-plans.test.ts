import Database from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store } from '../../src/domain/store.ts';
import { openStore } from '../../src/store/index.ts';
import { pathOf } from '../support/database.ts';
import { openDatabase, start } from '../support/harness.ts';
import { addManyUsers, manyUsers } from '../support/many-users.ts';
import { plansOf } from '../support/plan.ts';
import { quiet } from '../support/postgres.ts';

const manyTenants = 10_000;
const sqlite = process.env.TEST_DIALECT !== 'postgres';

let database: { url: string; drop: () => Promise<void> };
let store: Store;
const queries: string[] = [];

/** Adds what was counted for many tenants, on many days. */
async function addManyCounts(url: string): Promise<void> {
  const day = sqlite ? '1770000000000 + 86400000 * (i % 25)' : "timestamptz '2026-02-02' + interval '1 day' * (i % 25)";
  const statements = [
    `insert into adoption_totals (owner, users, enrolled) select 'tenant:many-' || i, 10, i % 11 from n where i <= ${manyTenants}`,
    `insert into adoption_days (owner, day, users) select 'tenant:many-' || (i % ${manyTenants}), ${day}, 1 from n where i <= 4 * ${manyTenants} on conflict do nothing`,
    `insert into adoption_points (owner, day, at, users) select owner, day, day, 10 from adoption_days`,
  ];
  const numbers = sqlite
    ? `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${manyUsers})`
    : `with n(i) as (select generate_series(1, ${manyUsers}))`;
  if (sqlite) {
    const client = new Database(pathOf(url), { fileMustExist: true });
    for (const sql of statements) client.exec(`${numbers} ${sql}`);
    client.close();
    return;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const sql of statements) await client.query(`${numbers} ${sql}`);
  // PostgreSQL does this by itself, some time after rows were written.
  await client.query('analyze');
  await client.end();
}

beforeAll(async () => {
  database = await openDatabase();
  await addManyUsers(database.url);
  await addManyCounts(database.url);
  store = await openStore(database.url, { log: quiet, jitter: () => 0, onQuery: (sql) => void queries.push(sql) });
}, 60_000);
afterAll(async () => {
  await store.close();
  await database.drop();
});

/** Statements of some work that read a table whole. */
async function wholeReadsOf(work: () => Promise<unknown>): Promise<string[]> {
  queries.length = 0;
  await work();
  expect(queries.length).toBeGreaterThan(0);
  const plans = await plansOf(database.url, [...new Set(queries)]);
  // What is read whole is what a statement has put together of one person, and the sums of a few rows.
  const isWhole = (step: string): boolean =>
    /^SCAN (?!.*USING)(?!CONSTANT|\d+ CONSTANT|([fnrs]|people)\b)/.test(step.trim()) || /Seq Scan on/.test(step);
  return [...plans].flatMap(([sql, plan]) => (plan.split('\n').some(isWhole) ? [`${sql}\n${plan}`] : []));
}

test(`of ${manyUsers} users, counts and past days are read without reading a table`, async () => {
  const range = { from: new Date('2026-01-01T00:00:00Z'), until: start };
  expect(await wholeReadsOf(() => store.adoption.countsOf([null, 'many-7'], start))).toEqual([]);
  expect(await wholeReadsOf(() => store.adoption.points('many-7', range))).toEqual([]);
  expect(await wholeReadsOf(() => store.adoption.funnel('many-7', range))).toEqual([]);
});

test(`of ${manyUsers} users, a change of one is counted without reading a table`, async () => {
  const id = '00000000-0000-4000-8000-000000050000';
  const changes = [
    () => store.users.setLocked(id, true, start),
    () => store.users.recordLogin(id, 'everybody', start),
    () => store.authenticators.endAllOf(id),
    () => store.recoveryCodes.add({ id, userId: id, digest: 'd', createdAt: start }),
    () => store.users.removeMembership(id, 'everybody'),
    () => store.users.remove(id),
  ];
  for (const change of changes) expect(await wholeReadsOf(change)).toEqual([]);
});

test(`a page of ${manyTenants} tenants is read in the order of an index, from wherever it begins`, async () => {
  for (const order of ['LEAST_SHARE', 'MOST_UNENROLLED'] as const) {
    for (const direction of ['forward', 'backward'] as const) {
      for (const cursor of [null, { at: 5, id: 'many-77' }]) {
        queries.length = 0;
        const { items } = await store.adoption.list(order, { limit: 20, direction, cursor });
        expect(items.length).toBeGreaterThan(0);
        const [[sql = '', plan = ''] = []] = await plansOf(database.url, queries);
        expect(plan, `${sql}\n${plan}`).toMatch(/adoption_totals_by_/);
        expect(plan, `${sql}\n${plan}`).not.toMatch(/TEMP B-TREE|\bSort\b|Seq Scan/);
      }
    }
  }
});
