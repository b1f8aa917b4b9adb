import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { Unavailable } from '../domain/errors.ts';
import { faultOf, OwnError } from '../domain/fault.ts';
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
/** Attempts at a conflicting transaction before it fails with `UNAVAILABLE`. */
const maxTries = 20;
const longestPauseMilliseconds = 100;
/** Number of the advisory lock that makes starting instances migrate one after the other. It must be the same in every release. */
const migrationLock = 6_217_734_101;

/** Connects to a PostgreSQL database, migrates and checks it. `jitter` returns random numbers in [0, 1). */
export async function openPostgres(url: string, log: Log, jitter: () => number, onQuery?: OnQuery): Promise<Engine> {
  const migrations = migrationsOf('postgres');
  await bringUpToDate(url, migrations);
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMilliseconds,
    // The server's own timeout does not reach us if the network is cut, so this one ends the wait a little later.
    query_timeout: statementTimeoutMilliseconds + 2_000,
    statement_timeout: statementTimeoutMilliseconds,
    lock_timeout: lockTimeoutMilliseconds,
    idle_in_transaction_session_timeout: idleTransactionTimeoutMilliseconds,
    // Times are returned as text with an offset. In other zones the offset of early years contains seconds, which JavaScript
    // cannot read.
    options: '-c timezone=UTC',
    keepAlive: true,
    application_name: 'sallyport',
  });
  // Without these listeners a lost connection would end the process: the pool reports idle clients, the others report themselves.
  pool.on('error', (error) => log.warn(faultOf(error), 'an idle database connection was lost'));
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
      // Drizzle's own transaction would make a new database object each time, so that no prepared statement could be reused.
      await client.query('BEGIN ISOLATION LEVEL SERIALIZABLE');
      const result = await withScope(inside, dbOf(client), log, work);
      const { command } = await client.query('COMMIT');
      if (command !== 'COMMIT') throw new OwnError('PostgreSQL rolled back the transaction: a statement without an await has failed.');
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
        if (tries === maxTries) throw new Unavailable(`the transaction failed with ${maxTries} conflicts`);
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

/** Applies the migrations. It uses its own connection without timeouts, because another instance may hold the lock for long. */
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

/** Throws if a crash of the server could undo acknowledged writes, because then a used code would work again. */
async function requireDurable(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ synchronous_commit: string }>('show synchronous_commit');
  const value = rows[0]?.synchronous_commit;
  if (value !== 'on' && value !== 'remote_apply') throw new OwnError(`PostgreSQL has synchronous_commit = ${value}, but Sallyport needs on.`);
}

async function newestApplied(client: pg.Pool | pg.Client): Promise<number | null> {
  const table = await client.query<{ found: boolean }>("select to_regclass('drizzle.__drizzle_migrations') is not null as found");
  if (table.rows[0]?.found !== true) return null;
  const { rows } = await client.query<{ newest: string | null }>('select max(created_at) as newest from drizzle.__drizzle_migrations');
  const newest = rows[0]?.newest ?? null;
  return newest === null ? null : Number(newest);
}
