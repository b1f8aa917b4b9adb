import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { Unavailable } from '../domain/errors.ts';
import { OwnError } from '../domain/fault.ts';
import type { Exclusive } from '../domain/store.ts';
import type { Db, Engine } from './db.ts';
import { isConflict, toStoreError } from './errors.ts';
import type { OnQuery } from './kit.ts';
import { casing, queryLogger } from './kit.ts';
import type { Migrations } from './migrations.ts';
import { migrationsOf, refuseNewer, requireCurrent } from './migrations.ts';
import { inOneFlight } from './one-flight.ts';
import type { PoolOptions } from './postgres-pool.ts';
import { connectTimeoutMilliseconds, createPool } from './postgres-pool.ts';
import { createKeyedQueue } from './queue.ts';
import { createInside, withScope } from './scope.ts';

/** Attempts at a conflicting transaction before it fails with `UNAVAILABLE`. */
const maxTries = 20;
const longestPauseMilliseconds = 100;
/** How long a transaction waits for others of this process that want the same to themselves. */
const turnTimeoutMilliseconds = 30_000;
/** Number of the advisory lock that makes starting instances migrate one after the other. It must be the same in every release. */
const migrationLock = 6_217_734_101;

/** Makes the Drizzle database for a PostgreSQL client, under the same type as for SQLite. */
const pgDb = (client: pg.PoolClient | pg.Client, onQuery?: OnQuery): Db => drizzle(client, { casing, ...queryLogger(onQuery) }) as unknown as Db;

/** What `openPostgres` needs. */
export interface PostgresOptions extends PoolOptions {
  /** Returns random numbers in [0, 1), which spread the retries of conflicting transactions. */
  jitter: () => number;
  onQuery?: OnQuery | undefined;
}

/** Connects to a PostgreSQL database, migrates and checks it. */
export async function openPostgres({ url, log, size, jitter, onQuery }: PostgresOptions): Promise<Engine> {
  const migrations = migrationsOf('postgres');
  await bringUpToDate(url, migrations);
  const pool = createPool({ url, log, size });
  const inside = createInside();
  const dbOfClient = new WeakMap<pg.PoolClient, Db>();
  const takingTurns = createKeyedQueue(turnTimeoutMilliseconds);

  function dbOf(client: pg.PoolClient): Db {
    const db = dbOfClient.get(client) ?? pgDb(client, onQuery);
    dbOfClient.set(client, db);
    return db;
  }

  /** Runs `work` on a connection of its own, and rolls back if it throws. */
  async function connected<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.own();
    let broken = false;
    try {
      return await work(client);
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

  const transaction: Attempt = (exclusive, work) =>
    connected((client) => {
      const claims = claimsOf(exclusive);
      const transaction = {
        db: dbOf(client),
        // Drizzle's own transaction would make a new database object each time, so that no prepared statement could be reused.
        begun: client.query([begin, ...claims].join('; ')),
        claim: async (further: Exclusive) => {
          for (const claim of claimsOf(further)) if (!claims.includes(claim)) await client.query(claim);
        },
        commit: async () => {
          const { command } = await client.query('COMMIT');
          if (command !== 'COMMIT') throw new OwnError('PostgreSQL rolled back the transaction: a statement without an await has failed.');
        },
        pipelined: true,
      };
      return withScope(inside, transaction, log, work);
    });

  const flight: Attempt = (exclusive, work) =>
    connected((client) => {
      const later: Engine['run'] = (query) => pool.shared((other) => query(dbOf(other)));
      return inOneFlight(inside, { client, db: dbOf(client), begin: [begin, ...claimsOf(exclusive)].join('; '), later }, work);
    });

  async function retried<T>(attempt: Attempt, exclusive: Exclusive, work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt(exclusive, work);
      } catch (error) {
        if (!isConflict(error)) throw error;
        if (tries === maxTries) throw new Unavailable(`the transaction failed with ${maxTries} conflicts`);
        await sleep(Math.min(longestPauseMilliseconds, 2 ** tries) * jitter());
      }
    }
  }

  /** Whoever has to wait for others of this process does so before taking a connection, so that one person cannot occupy all of them. */
  function inTurn<T>(attempt: Attempt, exclusive: Exclusive, work: () => Promise<T>): Promise<T> {
    const key = keyOf(exclusive);
    return key === null ? retried(attempt, exclusive, work) : takingTurns(key, () => retried(attempt, exclusive, work));
  }

  const run: Engine['run'] = (work) => guarded(() => inside.getStore()?.use(work) ?? pool.shared((client) => work(dbOf(client))));

  return {
    dialect: 'postgres',
    run,
    read: run,
    async send(work) {
      const scope = inside.getStore();
      if (scope === undefined) await run(work);
      else scope.send(work);
    },
    transact: (exclusive, work) => inside.getStore()?.join(exclusive, work) ?? guarded(() => inTurn(transaction, exclusive, work)),
    atOnce: (exclusive, work) => inside.getStore()?.join(exclusive, work) ?? guarded(() => inTurn(flight, exclusive, work)),
    ping: () => guarded(() => pool.shared(async (client) => requireCurrent(await newestApplied(client), migrations))),
    close: () => pool.end(),
  };
}

const begin = 'BEGIN ISOLATION LEVEL READ COMMITTED';

/** One try to run work in a transaction. */
type Attempt = <T>(exclusive: Exclusive, work: () => Promise<T>) => Promise<T>;

/** Returns what transactions of one `exclusive` have in common. Null if they may run in parallel. */
function keyOf(exclusive: Exclusive): string | null {
  if (exclusive === 'NOTHING') return null;
  if (exclusive === 'SETTINGS') return 'settings';
  if ('holderOfRefreshToken' in exclusive) return `refresh token ${exclusive.holderOfRefreshToken}`;
  if ('task' in exclusive) return `task ${exclusive.task}`;
  return 'user' in exclusive ? userKey(exclusive.user) : `subject ${exclusive.subject}`;
}

const userKey = (id: string): string => `user ${id}`;

/**
 * Returns the statements by which a transaction gets something to itself until it ends. They are always in the same order, so that
 * two transactions do not wait for each other. PostgreSQL knows a lock by a number, which is made of the key here.
 */
function claimsOf(exclusive: Exclusive): string[] {
  const key = keyOf(exclusive);
  if (key === null) return [];
  // A task takes no part of the lock of settings: it may take long, and whoever changes settings waits for all who have a part.
  if (exclusive === 'SETTINGS' || (typeof exclusive === 'object' && 'task' in exclusive)) return [`SELECT pg_advisory_xact_lock(${lockNumber(key)})`];
  const own =
    typeof exclusive === 'object' && 'holderOfRefreshToken' in exclusive
      ? claimOfHolder(exclusive.holderOfRefreshToken)
      : `SELECT pg_advisory_xact_lock(${lockNumber(key)})`;
  return [`SELECT pg_advisory_xact_lock_shared(${lockNumber('settings')})`, own];
}

/** Returns the statement that takes the lock of a user whom only the database knows yet. It makes the same number as `lockNumber`. */
const claimOfHolder = (tokenHash: string): string => `SELECT pg_advisory_xact_lock(
  ('x' || encode(substr(sha256(convert_to('${userKey('')}' || s.user_id, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint
) FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id WHERE r.token_hash = ${pg.escapeLiteral(tokenHash)}`;

const lockNumber = (key: string): bigint => createHash('sha256').update(key).digest().readBigInt64BE();

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

async function newestApplied(client: pg.PoolClient | pg.Client): Promise<number | null> {
  const table = await client.query<{ found: boolean }>("select to_regclass('drizzle.__drizzle_migrations') is not null as found");
  if (table.rows[0]?.found !== true) return null;
  const { rows } = await client.query<{ newest: string | null }>('select max(created_at) as newest from drizzle.__drizzle_migrations');
  const newest = rows[0]?.newest ?? null;
  return newest === null ? null : Number(newest);
}
