import Database from 'better-sqlite3';
import pg from 'pg';
import type { Db, Engine } from '../../src/store/db.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { pathOf } from './database.ts';
import { quiet } from './postgres.ts';

/** Returns what the database would do for statements with parameters, whatever their values: a step a line, by statement. */
export async function plansOf(url: string, statements: readonly string[]): Promise<Map<string, string>> {
  const plans = new Map<string, string>();
  if (url.startsWith('file:')) {
    const client = new Database(pathOf(url), { readonly: true, fileMustExist: true });
    for (const sql of statements) {
      const values = Array.from(sql.matchAll(/\?/g), () => null);
      const rows = client.prepare(`explain query plan ${sql}`).all(...values) as { detail: string }[];
      plans.set(sql, rows.map(({ detail }) => detail).join('\n'));
    }
    client.close();
    return plans;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  // The tables of a test are small, so the planner would read them whole and sort them. What no index serves it reads whole or sorts even so.
  await client.query('set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off; set plan_cache_mode = force_generic_plan');
  for (const [index, sql] of statements.entries()) {
    const name = `plan_${index}`;
    await client.query(`prepare ${name} as ${sql}`);
    const { rows: prepared } = await client.query<{ parameters: number }>(
      `select cardinality(parameter_types) as parameters from pg_prepared_statements where name = '${name}'`,
    );
    const parameters = Array.from({ length: prepared[0]?.parameters ?? 0 }, () => 'null').join(', ');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain execute ${name}${parameters === '' ? '' : `(${parameters})`}`);
    plans.set(sql, rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
  await client.end();
  return plans;
}

/** A query as it is sent. */
export interface Query {
  sql: string;
  params: unknown[];
}

/** A connection that asks for plans. */
export interface Plans {
  /** Returns what the database would do for each query with its values, a step a line. */
  of(queries: readonly Query[]): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens a connection that asks for plans. */
export async function openPlans(url: string): Promise<Plans> {
  if (url.startsWith('file:')) {
    const client = new Database(pathOf(url), { readonly: true, fileMustExist: true });
    const planOf = ({ sql, params }: Query) => client.prepare(`explain query plan ${sql}`).all(...params) as { detail: string }[];
    return {
      of: async (queries) =>
        queries.map((query) =>
          planOf(query)
            .map(({ detail }) => detail)
            .join('\n'),
        ),
      close: async () => void client.close(),
    };
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    async of(queries) {
      const plans: string[] = [];
      for (const { sql, params } of queries) {
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, params);
        plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      }
      return plans;
    },
    close: () => client.end(),
  };
}

/**
 * An engine that adds to `asked` what is asked of it. It executes only what `executes` chooses, because statements about so many rows take their
 * time, and answers everything else with `answer`.
 */
export function listening(to: Engine, asked: Query[], { answer = [] as unknown[], executes = (_query: Query): boolean => false } = {}): Engine {
  const hear = <T>(db: Db, work: (db: Db) => PromiseLike<T>): PromiseLike<T> => {
    const built = work(db);
    const query = (built as unknown as { toSQL(): Query }).toSQL();
    asked.push(query);
    return executes(query) ? built : Promise.resolve(answer as T);
  };
  return {
    ...to,
    read: <T>(work: (db: Db) => PromiseLike<T>) => to.read((db) => hear(db, work)),
    run: <T>(work: (db: Db) => PromiseLike<T>) => to.run((db) => hear(db, work)),
    send: (work: (db: Db) => PromiseLike<unknown>) => to.send((db) => hear(db, work)),
  };
}

/** Opens the engine of a database that a test has filled. */
export const openEngine = (url: string): Promise<Engine> =>
  url.startsWith('file:') ? openSqlite(pathOf(url), quiet) : openPostgres({ url, log: quiet, size: 2, jitter: () => 0 });

/** The tables that a plan reads whole. */
export const readWhole = (plan: string): string[] =>
  plan.split('\n').flatMap((step) => {
    const table = /^SCAN (\w+)(?!.*USING)(?!.*CONSTANT)/.exec(step.trim())?.[1] ?? /Seq Scan on (\w+)/.exec(step)?.[1];
    return table === undefined ? [] : [table];
  });

/** Whether a plan sorts rows. */
export const sorts = (plan: string): boolean => /USE TEMP B-TREE|\bSort\b/.test(plan);
