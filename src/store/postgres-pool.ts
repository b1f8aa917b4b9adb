import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { faultOf } from '../domain/fault.ts';
import type { Log } from '../domain/ports.ts';

/** How long to wait for a connection, whether it has to be opened or to become free. */
export const connectTimeoutMilliseconds = 5_000;
const statementTimeoutMilliseconds = 10_000;
const lockTimeoutMilliseconds = 5_000;
const idleTransactionTimeoutMilliseconds = 10_000;
/** Pause before the next try when the server has no connection left and this process holds none to wait for. */
const pauseMilliseconds = 50;
/** How long the pool stays smaller after the server refused a connection. */
const smallerForMilliseconds = 30_000;
/** Most statements that share one connection, so that a slow one does not keep many others waiting. */
const maxSharing = 16;
/** A connection that nobody has needed for this time is closed. To open one and to prepare its statements costs as much as several logins. */
const idleMilliseconds = 600_000;

/** What `createPool` needs. */
export interface PoolOptions {
  url: string;
  log: Log;
  /** Most connections that this process opens. */
  size: number;
}

/** The connections to one PostgreSQL database. */
export interface Pool {
  /** Waits for a connection of the caller's own. The caller has to release it. */
  own(): Promise<pg.PoolClient>;
  /**
   * Runs `work` on a connection that it may share with whoever asks while the connection is being fetched. Their statements travel to
   * the server together, so that they cost one round trip.
   */
  shared<T>(work: (client: pg.PoolClient) => PromiseLike<T>): Promise<T>;
  end(): Promise<void>;
}

/** A connection that is being fetched or used, and how many callers share it. */
interface Shared {
  client: Promise<pg.PoolClient>;
  users: number;
}

/** Creates the pool. It opens a connection only when one is needed. */
export function createPool({ url, log, size }: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    // Statements are sent without waiting for the answers to those before them. The server runs them in order.
    pipeline: true,
    connectionTimeoutMillis: connectTimeoutMilliseconds,
    idleTimeoutMillis: idleMilliseconds,
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

  /**
   * Waits for a free connection. If the server allows fewer than `size`, the pool goes on with those it has, because waiting for one of
   * them is better than failing.
   */
  async function own(): Promise<pg.PoolClient> {
    const deadline = performance.now() + connectTimeoutMilliseconds;
    for (;;) {
      try {
        return await pool.connect();
      } catch (error) {
        if (!isTooMany(error) || performance.now() > deadline) throw error;
        if (pool.totalCount === 0) await sleep(pauseMilliseconds);
        else shrink(pool.totalCount);
      }
    }
  }

  function shrink(to: number): void {
    if (pool.options.max <= to) return;
    if (pool.options.max === size) {
      log.warn({ connections: to, configured: size }, 'the database server allows fewer connections than DATABASE_POOL_SIZE; requests wait for one');
      setTimeout(() => {
        pool.options.max = size;
      }, smallerForMilliseconds).unref();
    }
    pool.options.max = to;
  }

  let forming: Shared | null = null;
  function form(): Shared {
    const shared: Shared = {
      users: 0,
      client: own().finally(() => {
        if (forming === shared) forming = null;
      }),
    };
    return shared;
  }

  async function shared<T>(work: (client: pg.PoolClient) => PromiseLike<T>): Promise<T> {
    forming ??= form();
    const mine = forming;
    mine.users += 1;
    if (mine.users === maxSharing) forming = null;
    const client = await mine.client;
    try {
      return await work(client);
    } finally {
      mine.users -= 1;
      if (mine.users === 0) client.release();
    }
  }

  return { own, shared, end: () => pool.end() };
}

/** Tells whether the server refused a connection because it, the database or the role has no more (SQLSTATE 53300). */
const isTooMany = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '53300';
