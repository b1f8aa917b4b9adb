import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import type { MailServer, ReceivedMail } from '../../support/mail-server.ts';
import { startMailServer } from '../../support/mail-server.ts';
import type { PostgresServer } from '../../support/postgres-server.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import type { SmsBridge } from '../../support/sms-bridge.ts';
import { bridgeSettings, startSmsBridge } from '../../support/sms-bridge.ts';
import type { Db } from '../claim.ts';
import type { Answer, Call } from './http.ts';
import { sendTo } from './http.ts';
import type { ServerProcess, StartOptions } from './server.ts';
import { startServer } from './server.ts';

export type Row = Record<string, unknown>;

export const clientId = '6da27373-1572-444f-b3c5-ef702ce65123';
export const clientSecret = 'chosen-by-the-trust-scripts';
export const publicUrl = 'https://id.acme.example';

export interface DeploymentOptions extends Pick<StartOptions, 'launcher' | 'nodeArguments'> {
  db: Db;
  /** Settings beside those that every script needs. */
  settings?: Record<string, string>;
  /** How the servers reach PostgreSQL, where not directly: through a proxy that delays or breaks the connection. */
  reach?: (databaseUrl: string) => Promise<string>;
  /** Whether PostgreSQL waits for the disk, as it does in production. */
  durable?: boolean;
  /** The folder of the SQLite file, where it has to be a particular one. */
  folder?: string;
}

/**
 * Sallyport as an operator runs it: the compiled server in production mode, as one process on a SQLite file or as two on one PostgreSQL,
 * with a mail server and a receiver of text messages on this machine.
 */
export interface Deployment {
  db: Db;
  instances: ServerProcess[];
  mail: MailServer;
  sms: SmsBridge;
  databaseUrl: string;
  /** The folder that the servers work in. A SQLite file is in it. */
  folder: string;
  /** Sends to the instances in turn, or to one of them. */
  send(call: Call, instance?: number): Promise<Answer>;
  /** Reads the database behind the servers' back; parameters are `$1`, `$2`, … */
  query(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Changes it behind their back, as only the passing of time or an operator would. */
  execute(sql: string, values?: unknown[]): Promise<void>;
  /** The first e-mail to an address that fits, once it has arrived. */
  mailTo(address: string, fits?: (mail: ReceivedMail) => boolean): Promise<ReceivedMail>;
  /** The newest text message to a number, once there are so many. */
  textTo(number: string, count?: number): Promise<string>;
  /** Ends one instance by a signal and starts it anew. Answers how long the start took, in milliseconds. */
  restart(instance: number, signal?: NodeJS.Signals): Promise<number>;
  start(instance: number): Promise<number>;
  close(): Promise<void>;
}

let postgres: { durable: boolean; server: Promise<PostgresServer> } | undefined;

/** Stops the PostgreSQL server that the deployments shared, if there is one. */
export async function stopPostgres(): Promise<void> {
  const stopping = postgres;
  postgres = undefined;
  await (await stopping?.server)?.stop();
}

async function postgresFor(durable: boolean): Promise<string> {
  if (postgres !== undefined && postgres.durable !== durable) await stopPostgres();
  postgres ??= { durable, server: startPostgres({ durable }) };
  return (await postgres.server).url;
}

/** Limits for client addresses are raised, because all requests come from one. Those for accounts stay as they are. */
const manyRequests = {
  LIMIT_LOGIN_PER_MINUTE: '1000000',
  LIMIT_FACTOR_PER_MINUTE: '1000000',
  LIMIT_ENVIRONMENT_PER_SECOND: '1000000',
  LIMIT_SMS_ADDRESS_PER_HOUR: '1000000',
  LIMIT_SMS_TENANT_PER_DAY: '1000000',
};

/** Starts a deployment on an empty database. */
export async function openDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { db, settings = {}, reach, durable = false, launcher, nodeArguments } = options;
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'sallyport-trust-')));
  const database = db === 'sqlite' ? { url: `file:${join(folder, 'sallyport.db')}`, drop: async () => undefined } : await newDatabase(durable);
  const [mail, sms] = [await startMailServer(), await startSmsBridge(() => new Date())];
  const environment: Record<string, string> = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    PUBLIC_URL: publicUrl,
    DATABASE_URL: reach === undefined ? database.url : await reach(database.url),
    SALLYPORT_KEYS: Buffer.alloc(32, 7).toString('base64'),
    SALLYPORT_CLIENT_ID: clientId,
    SALLYPORT_SECRET: clientSecret,
    SMTP_URL: mail.url,
    ...bridgeSettings(sms),
    ...manyRequests,
    ...settings,
  };
  const startOptions: StartOptions = {
    cwd: folder,
    environment,
    ...(launcher === undefined ? {} : { launcher }),
    ...(nodeArguments === undefined ? {} : { nodeArguments }),
  };
  const instances: ServerProcess[] = [];
  const start = async (instance: number): Promise<number> => {
    const startedAt = performance.now();
    instances[instance] = await startServer(startOptions);
    return performance.now() - startedAt;
  };
  for (let instance = 0; instance < (db === 'pg2' ? 2 : 1); instance += 1) await start(instance);
  let turn = 0;
  const query = (sql: string, values: unknown[] = []): Promise<Row[]> => run(database.url, sql, values, true);
  return {
    db,
    instances,
    mail,
    sms,
    databaseUrl: database.url,
    folder,
    send: (call, instance) => {
      const chosen = instance ?? turn++ % instances.length;
      return sendTo(instances[chosen]?.url ?? '', call);
    },
    query,
    execute: async (sql, values = []) => void (await run(database.url, sql, values, false)),
    mailTo: (address, fits = () => true) =>
      eventually(`an e-mail to ${address}`, () => mail.received.findLast((received) => received.to === address && fits(received))),
    textTo: async (number, count = 1) => {
      const texts = () => sms.received.filter((received) => received.to === number);
      return eventually(`a text to ${number}`, () => (texts().length >= count ? texts().at(-1)?.text : undefined));
    },
    start,
    restart: async (instance, signal = 'SIGTERM') => {
      const server = instances[instance];
      server?.kill(signal);
      await server?.exited;
      return start(instance);
    },
    close: async () => {
      // After SIGTERM connections without a request would stay for some seconds.
      for (const server of instances) server.kill('SIGINT');
      await Promise.all(instances.map((server) => server.exited));
      await Promise.all([mail.close(), sms.close()]);
      await database.drop();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Creates an empty database on the PostgreSQL server that all deployments share, which waits for the disk if it is `durable`. */
export async function newDatabase(durable: boolean): Promise<{ url: string; drop: () => Promise<undefined> }> {
  const server = await postgresFor(durable);
  const name = `trust_${randomBytes(6).toString('hex')}`;
  await run(server, `create database ${name}`, [], false);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await run(server, `drop database if exists ${name} with (force)`, [], false);
      return undefined;
    },
  };
}

async function run(url: string, sql: string, values: unknown[], reads: boolean): Promise<Row[]> {
  if (url.startsWith('file:')) {
    const database = new Database(url.slice('file:'.length), { readonly: reads, fileMustExist: true, timeout: 10_000 });
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
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Waits until there is something to answer, for 20 seconds at most. */
export async function eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>, milliseconds = 20_000): Promise<T> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${what} did not come in ${milliseconds} ms`);
    await pause(20);
  }
}

export const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Runs the jobs, so many at a time, and answers in their order. */
export async function inParallel<T, R>(items: readonly T[], atOnce: number, job: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await job(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}

/** The whole numbers from 0 to `count` - 1. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
