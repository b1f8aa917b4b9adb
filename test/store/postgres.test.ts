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
    const spent = await race(100, (index) => of(index).transact('NOTHING', () => of(index).challenges.consume(challenge.id, at(1))));
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
    const failed = store.transact('NOTHING', async () => {
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
    // Each transaction waits for a moment, so that none of them gets the connection of another one.
    await race(10, () => store.transact('NOTHING', () => sleep(50).then(() => store.tenants.count())));
    const cut = await cutConnections();
    expect(cut.length).toBeGreaterThan(1);
    // A connection whose loss was not noticed yet would fail the next statement.
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(cut.length), { timeout: 10_000 });
    expect(await store.tenants.count()).toBe(0);
  });

  test('a database that does not exist or does not answer stops the start in words that name it', async () => {
    const nowhere = new URL(database.url);
    nowhere.port = '1';
    await expect(openStore(nowhere.href, options)).rejects.toThrow(
      /^PostgreSQL at 127\.0\.0\.1:1, .* nothing answers there .* Check DATABASE_URL\.$/,
    );
    nowhere.port = new URL(database.url).port;
    nowhere.pathname = '/nowhere';
    await expect(openStore(nowhere.href, options)).rejects.toThrow('the database does not exist');
  });

  test('a lock held by somebody else for too long is "unavailable"', async () => {
    const store = await open();
    const { id } = await addAuthenticator(store);
    const finish = deferred<void>();
    const locked = deferred<void>();
    const holder = store.transact('NOTHING', async () => {
      await store.authenticators.advanceStep(id, 200, at(1));
      locked.resolve();
      await finish.promise;
    });
    await locked.promise;
    await expect(store.authenticators.advanceStep(id, 201, at(1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    finish.resolve();
    await holder;
  }, 20_000);

  /** Lets the next so many inserts of tenants fail as if another transaction had won. */
  const conflictTimes = (times: number) =>
    onServer(
      database.url,
      `create sequence conflicts; create function conflict() returns trigger language plpgsql as $$ begin
         if nextval('conflicts') <= ${times} then raise exception 'deadlock detected' using errcode = '40P01'; end if; return new; end $$;
       create trigger conflict before insert on tenants for each row execute function conflict()`,
    );

  test('a transaction that meets a conflict runs again from its beginning, and gives up after 20 tries', async () => {
    const store = await open();
    await conflictTimes(22);
    const id = newId();
    let tries = 0;
    const create = () =>
      store.transact('NOTHING', async () => {
        tries += 1;
        return store.tenants.create(tenantOf({ id }));
      });
    await expect(create()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect([tries, await store.tenants.findMany([id])]).toEqual([20, []]);
    expect([await create(), tries]).toEqual([true, 23]);
  }, 20_000);

  test('work that words a conflict as its own refusal is tried again all the same', async () => {
    const store = await open();
    await conflictTimes(1);
    let tries = 0;
    const answer = await store.transact('NOTHING', async () => {
      tries += 1;
      return store.tenants.create(tenantOf()).catch(() => fail('FORBIDDEN'));
    });
    expect([answer, tries]).toEqual([true, 2]);
  });

  test('people do not wait for each other, and one person occupies one connection of an instance at a time', async () => {
    const store = await open();
    const [busy, finish] = [newId(), deferred<void>()];
    const held = race(40, () => store.transact({ user: busy }, () => finish.promise));
    await race(40, () => store.transact({ user: newId() }, () => store.tenants.count()));
    const [row] = await onServer(
      database.url,
      "select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    expect(row?.waiting).toBe(0);
    finish.resolve();
    await held;
  });

  test('a role that may open fewer connections than the pool has makes requests wait, and refuses none', async () => {
    const [role, warn] = [`few_${newId().replaceAll('-', '')}`, vi.fn()];
    await onServer(database.url, `create role ${role} superuser login password 'few' connection limit 3`);
    const url = new URL(database.url);
    [url.username, url.password] = [role, 'few'];
    // PostgreSQL does not count the connections of superusers, so this role stops being one.
    await onServer(
      database.url,
      `alter role ${role} nosuperuser; grant all on database ${url.pathname.slice(1)} to ${role}; grant all on all tables in schema public to ${role}; grant all on schema drizzle to ${role}; grant all on all tables in schema drizzle to ${role}`,
    );
    const store = await openStore(url.href, { ...options, log: { ...quiet, warn } });
    stores.push(store);
    const counted = await race(60, (index) =>
      index % 2 === 0 ? store.transact({ user: newId() }, () => store.tenants.count()) : store.tenants.count(),
    );
    expect(counted).toEqual(Array.from({ length: 60 }, () => 0));
    expect(warn).toHaveBeenCalled();
  });

  test('a closed store answers "unavailable"', async () => {
    const store = await open();
    await store.close();
    stores = [];
    await expect(store.tenants.create(tenantOf())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(store.transact('NOTHING', async () => undefined)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(store.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
