import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openStore } from '../../src/store/index.ts';
import { quiet, withDatabase } from './postgres.ts';
import { startPostgres } from './postgres-server.ts';

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
  const server = given === undefined ? await startPostgres() : { url: given, stop: async () => undefined };
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

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
