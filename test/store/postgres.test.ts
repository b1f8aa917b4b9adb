import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fail } from '../../src/domain/errors.ts';
import type { Store } from '../../src/domain/store.ts';
import { openStore } from '../../src/store/index.ts';
import { migrationsOf } from '../../src/store/migrations.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { emptyDatabase, freshDatabase, onServer, quiet } from '../support/postgres.ts';
import { addAuthenticator, addChallenge, at, countOf, deferred, newId, race, tenantOf } from './fixtures.ts';

const { entries: migrations } = JSON.parse(readFileSync(new URL('../../drizzle/postgres/meta/_journal.json', import.meta.url), 'utf8')) as {
  entries: object[];
};

const options = { log: quiet, jitter: () => Math.random() };

describe('a PostgreSQL database', () => {
  let database: TestDatabase;
  let stores: Store[];
  const open = async (log = quiet): Promise<Store> => {
    const store = await openStore(database.url, { ...options, log });
    stores.push(store);
    return store;
  };
  /** Cuts every connection of the stores, as a restarted server would. */
  const cutConnections = () =>
    onServer(database.url, 'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()');

  beforeEach(async () => {
    database = await freshDatabase();
    stores = [];
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close().catch(() => undefined)));
    await database.drop();
  });

  test('two instances that share it spend a challenge once and take five charges, 100 requests at once', async () => {
    const instances = [await open(), await open()] as const;
    const of = (index: number): Store => instances[index % 2 === 0 ? 0 : 1];
    const challenge = await addChallenge(of(0));
    const budget = newId();
    const spent = await race(100, (index) => of(index).transact(() => of(index).challenges.consume(challenge.id, at(1))));
    const charged = await race(100, (index) => of(index).slidingWindows.charge(budget, at(1), 'CONSECUTIVE_CAP'));
    expect(countOf(spent, (won) => won)).toBe(1);
    expect(countOf(charged, (answer) => answer.allowed)).toBe(5);
  });

  test('instances that start at once on an empty database migrate it once', async () => {
    await database.drop();
    database = await emptyDatabase();
    await Promise.all(Array.from({ length: 5 }, () => open()));
    await Promise.all(stores.map((store) => store.ping()));
    const [row] = await onServer(database.url, 'select count(*)::int as applied from drizzle.__drizzle_migrations');
    expect(row?.applied).toBe(migrations.length);
  });

  test('written by a newer release is refused', async () => {
    await onServer(database.url, 'insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', [
      'future',
      migrationsOf('postgres').newest + 1,
    ]);
    await expect(open()).rejects.toThrow('newer release');
  });

  test('a ping fails once the database is at another migration than this release', async () => {
    const store = await open();
    await store.ping();
    await onServer(database.url, 'insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', [
      'future',
      migrationsOf('postgres').newest + 1,
    ]);
    await expect(store.ping()).rejects.toThrow('migration');
  });

  test('a server that may lose acknowledged writes is refused', async () => {
    await onServer(database.url, `alter database ${new URL(database.url).pathname.slice(1)} set synchronous_commit = off`);
    await expect(open()).rejects.toThrow('synchronous_commit');
  });

  test('a connection cut inside a transaction answers "unavailable", writes nothing and ends no process', async () => {
    const warn = vi.fn();
    const store = await open({ ...quiet, warn });
    const [id, written, cut] = [newId(), deferred<void>(), deferred<void>()];
    const failed = store.transact(async () => {
      await store.tenants.create(tenantOf({ id }));
      written.resolve();
      await cut.promise;
      await store.tenants.create(tenantOf());
    });
    const outcome = expect(failed).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await written.promise;
    await cutConnections();
    await sleep(50);
    cut.resolve();
    await outcome;
    expect(await store.tenants.findMany([id])).toEqual([]);
    await store.ping();
  });

  test('connections lost while idle are logged and replaced', async () => {
    const warn = vi.fn();
    const store = await open({ ...quiet, warn });
    await race(10, () => store.tenants.count());
    const cut = await cutConnections();
    expect(cut.length).toBeGreaterThan(1);
    // A connection whose loss was not noticed yet would fail the next statement.
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(cut.length), { timeout: 10_000 });
    expect(await store.tenants.count()).toBe(0);
  });

  test('a database that does not exist or does not answer is "unavailable", also at the start', async () => {
    const nowhere = new URL(database.url);
    nowhere.port = '1';
    await expect(openStore(nowhere.href, options)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    nowhere.port = new URL(database.url).port;
    nowhere.pathname = '/nowhere';
    await expect(openStore(nowhere.href, options)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('a lock held by somebody else for too long is "unavailable"', async () => {
    const store = await open();
    const { id } = await addAuthenticator(store);
    const finish = deferred<void>();
    const locked = deferred<void>();
    const holder = store.transact(async () => {
      await store.authenticators.advanceStep(id, 200, at(1));
      locked.resolve();
      await finish.promise;
    });
    await locked.promise;
    await expect(store.authenticators.advanceStep(id, 201, at(1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    finish.resolve();
    await holder;
  }, 20_000);

  test('a transaction that meets a conflict runs again from its beginning, and gives up after 20 tries', async () => {
    const store = await open();
    const { id, userId } = await addAuthenticator(store, { highWaterMark: 0 });
    let tries = 0;
    // Each try reads a row that somebody else then changes before it writes.
    const hopeless = store.transact(async () => {
      tries += 1;
      await store.authenticators.ofUsers([userId]);
      await onServer(database.url, 'update authenticators set last_step = last_step + 1 where id = $1', [id]);
      await store.authenticators.advanceStep(id, 1_000_000, at(1));
    });
    await expect(hopeless).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(tries).toBe(20);
    expect(await store.authenticators.ofUsers([userId])).toMatchObject([{ highWaterMark: 20 }]);
  }, 20_000);

  test('work that words a conflict as its own refusal is tried again all the same', async () => {
    const store = await open();
    const { id, userId } = await addAuthenticator(store, { highWaterMark: 0 });
    let tries = 0;
    const answer = await store.transact(async () => {
      tries += 1;
      await store.authenticators.ofUsers([userId]);
      if (tries === 1) await onServer(database.url, 'update authenticators set last_step = 5 where id = $1', [id]);
      return store.authenticators.advanceStep(id, 10, at(1)).catch(() => fail('FORBIDDEN'));
    });
    expect([answer, tries]).toEqual([true, 2]);
  });

  test('a closed store answers "unavailable"', async () => {
    const store = await open();
    await store.close();
    stores = [];
    await expect(store.tenants.create(tenantOf())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(store.transact(async () => undefined)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(store.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
