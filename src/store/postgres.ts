import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { Unavailable } from '../domain/errors.ts';
import type { Log } from '../domain/ports.ts';
import type { Db, Engine } from './db.ts';
import { isConflict, toStoreError } from './errors.ts';
import type { OnQuery } from './kit.ts';
import { pgDb } from './kit.ts';
import type { Migrations } from './migrations.ts';
import { migrationsOf, refuseNewer, requireCurrent } from './migrations.ts';
import { createInside, withScope } from './scope.ts';

const maxConnections = 20;
const connectTimeoutMilliseconds = 5_000;
const statementTimeoutMilliseconds = 10_000;
const lockTimeoutMilliseconds = 5_000;
const idleTransactionTimeoutMilliseconds = 10_000;
/** A transaction that loses to others more often than this is answered with "unavailable". */
const maxTries = 20;
const longestPauseMilliseconds = 100;
/** Any number, as long as every release takes the same: instances that start together migrate one after the other. */
const migrationLock = 6_217_734_101;

/** Connects to, migrates and checks one PostgreSQL database. `jitter` answers numbers in [0, 1). */
export async function openPostgres(url: string, log: Log, jitter: () => number, onQuery?: OnQuery): Promise<Engine> {
  const migrations = migrationsOf('postgres');
  await guarded(() => bringUpToDate(url, migrations));
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMilliseconds,
    // The server's own limit does not help when the network is cut; this one waits a little longer than it.
    query_timeout: statementTimeoutMilliseconds + 2_000,
    statement_timeout: statementTimeoutMilliseconds,
    lock_timeout: lockTimeoutMilliseconds,
    idle_in_transaction_session_timeout: idleTransactionTimeoutMilliseconds,
    // Instants come back as text with an offset; in UTC it is one JavaScript can read for every year.
    options: '-c timezone=UTC',
    keepAlive: true,
    application_name: 'sallyport',
  });
  // Without a listener a lost connection ends the process: of an idle client on the pool, of one in a transaction on itself.
  pool.on('error', (error) => log.warn({ error: error.message }, 'an idle database connection was lost'));
  pool.on('connect', (client) => client.on('error', () => undefined));
  const poolDb = pgDb(pool, onQuery);
  const inside = createInside();
  const dbOfClient = new WeakMap<pg.PoolClient, Db>();

  function dbOf(client: pg.PoolClient): Db {
    const db = dbOfClient.get(client) ?? pgDb(client, onQuery);
    dbOfClient.set(client, db);
    return db;
  }

  async function transaction<T>(work: () => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken = false;
    try {
      // Not Drizzle's own transaction: that makes a new database object each time, and no prepared statement is met twice.
      await client.query('BEGIN ISOLATION LEVEL SERIALIZABLE');
      const result = await withScope(inside, dbOf(client), log, work);
      const { command } = await client.query('COMMIT');
      if (command !== 'COMMIT') throw new Error('PostgreSQL rolled the transaction back: a statement nobody waited for had failed.');
      return result;
    } catch (error) {
      broken = await client.query('ROLLBACK').then(
        () => false,
        () => true,
      );
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async function retried<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await transaction(work);
      } catch (error) {
        if (!isConflict(error)) throw error;
        if (tries === maxTries) throw new Unavailable(`gave up a transaction after ${maxTries} conflicts`);
        await sleep(Math.min(longestPauseMilliseconds, 2 ** tries) * jitter());
      }
    }
  }

  const run: Engine['run'] = (work) => guarded(() => inside.getStore()?.use(work) ?? work(poolDb));

  return {
    dialect: 'postgres',
    run,
    read: run,
    transact: (work) => inside.getStore()?.join(work) ?? guarded(() => retried(work)),
    ping: () => guarded(async () => requireCurrent(await newestApplied(pool), migrations)),
    close: () => pool.end(),
  };
}

async function guarded<T>(work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStoreError(error);
  }
}

/** On a connection of its own: the lock waits as long as another instance migrates, longer than any other may wait. */
async function bringUpToDate(url: string, migrations: Migrations): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMilliseconds, application_name: 'sallyport' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await requireDurable(client);
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    refuseNewer(await newestApplied(client), migrations);
    await migrate(drizzle(client), { migrationsFolder: migrations.folder });
  } finally {
    await client.end();
  }
}

/** An acknowledged write that a crash may take back would let a spent code be used again. */
async function requireDurable(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ synchronous_commit: string }>('show synchronous_commit');
  const value = rows[0]?.synchronous_commit;
  if (value !== 'on' && value !== 'remote_apply') throw new Error(`PostgreSQL runs with synchronous_commit = ${value}; Sallyport needs on.`);
}

async function newestApplied(client: pg.Pool | pg.Client): Promise<number | null> {
  const table = await client.query<{ found: boolean }>("select to_regclass('drizzle.__drizzle_migrations') is not null as found");
  if (table.rows[0]?.found !== true) return null;
  const { rows } = await client.query<{ newest: string | null }>('select max(created_at) as newest from drizzle.__drizzle_migrations');
  const newest = rows[0]?.newest ?? null;
  return newest === null ? null : Number(newest);
}
