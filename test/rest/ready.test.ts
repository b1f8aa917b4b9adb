import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { asEnvironment } from '../support/builders.ts';
import { execute } from '../support/database.ts';
import type { Harness } from '../support/harness.ts';
import { dialect, openDatabase, openHarness } from '../support/harness.ts';
import { onServer } from '../support/postgres.ts';

let database: { url: string; drop: () => Promise<void> };
let harness: Harness;
beforeEach(async () => {
  database = await openDatabase();
  harness = await openHarness({ databaseUrl: database.url });
});
afterEach(async () => {
  await harness.close();
  await database.drop();
});

const ready = async () => {
  const { statusCode, body } = await harness.send({ url: '/ready' });
  return `${statusCode} ${body}`;
};
const yes = '200 {"status":"ready"}';
const no = '503 {"status":"database unavailable"}';
const patient = { timeout: 15_000, interval: 200 };
const create = async (headers: Record<string, string>, tenantId: string): Promise<number> =>
  (await harness.send({ method: 'POST', url: '/tenants/resources/tenants/v1', headers, body: { tenantId, name: tenantId } })).statusCode;

test('a database that refuses writes is not ready, although it can be read, and is ready again without a restart', async () => {
  expect(await ready()).toBe(yes);
  if (dialect === 'sqlite') {
    await execute(harness, "create trigger refusing before update on write_probes begin select raise(abort, 'refused'); end");
  } else {
    await execute(harness, `create function refusing() returns trigger as $$ begin raise exception 'refused'; end $$ language plpgsql`);
    await execute(harness, 'create trigger refusing before update on write_probes for each row execute function refusing()');
  }
  await expect.poll(ready, patient).toBe(no);
  await execute(harness, dialect === 'sqlite' ? 'drop trigger refusing' : 'drop function refusing cascade');
  await expect.poll(ready, patient).toBe(yes);
});

test.runIf(dialect === 'postgres')(
  'a server that turned read-only answers writes by 503, goes on reading, and recovers without a restart',
  async () => {
    const headers = await asEnvironment(harness);
    const name = new URL(database.url).pathname.slice(1);
    const turn = async (value: 'on' | 'off') => {
      // Another database of the server, because one that is read-only cannot be altered from inside.
      const server = inject('postgresUrl');
      await onServer(server, `alter database ${name} set default_transaction_read_only = ${value}`);
      await onServer(server, 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    };
    await turn('on');
    await expect.poll(ready, patient).toBe(no);
    expect(await create(headers, 'read-only')).toBe(503);
    expect((await harness.send({ url: '/identity/resources/configurations/v1/mfa', headers })).statusCode).toBe(200);
    await turn('off');
    await expect.poll(ready, patient).toBe(yes);
    expect(await create(headers, 'read-only')).toBe(201);
  },
);

test.runIf(dialect === 'postgres')('a missing right on a table is an outage that the operator ends, not an unknown fault', async () => {
  const headers = await asEnvironment(harness);
  await execute(harness, "create function refusing() returns trigger as $$ begin raise exception using errcode = '42501'; end $$ language plpgsql");
  await execute(harness, 'create trigger refusing before insert on tenants for each row execute function refusing()');
  expect(await create(headers, 'no-right')).toBe(503);
});
