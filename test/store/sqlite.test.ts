import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { migrationsOf } from '../../src/store/migrations.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Folder } from '../support/folder.ts';
import { emptyFolder } from '../support/folder.ts';
import { quiet } from '../support/postgres.ts';
import { addPerson, deferred, newId, tenantOf } from './fixtures.ts';

const options = { log: quiet, jitter: () => 0 };

describe('a SQLite file', () => {
  let folder: Folder;
  let file: string;
  const url = () => `file:${file}`;

  beforeEach(async () => {
    folder = await emptyFolder();
    file = join(folder.path, 'deep', 'below', 'sallyport.db');
  });
  afterEach(() => folder.remove());

  /** Looks at the file as a stranger would, with the store closed. */
  function edit<T>(work: (client: Database.Database) => T): T {
    const client = new Database(file);
    try {
      return work(client);
    } finally {
      client.close();
    }
  }

  test('is created with its folders, and keeps what was written when it is opened again', async () => {
    const first = await openStore(url(), options);
    const { user } = await addPerson(first);
    await first.close();
    const second = await openStore(pathToFileURL(file).href, options);
    expect(await second.users.findMany([user.id])).toEqual([user]);
    await second.close();
  });

  test('is written durably and guarded on every open: synchronous = FULL, WAL, foreign keys, busy timeout, distrusted schema', async () => {
    const opened: Record<string, unknown>[] = [];
    const pragma = vi.spyOn(Database.prototype, 'pragma');
    for (let time = 0; time < 2; time += 1) {
      const store = await openStore(url(), options);
      const connections = new Set(pragma.mock.contexts);
      for (const client of connections) {
        if (!(client instanceof Database)) continue;
        const names = ['synchronous', 'journal_mode', 'foreign_keys', 'busy_timeout', 'trusted_schema'];
        opened.push(Object.fromEntries(names.map((name) => [name, client.pragma(name, { simple: true })])));
      }
      await store.close();
      pragma.mockClear();
    }
    pragma.mockRestore();
    const guarded = { synchronous: 2, journal_mode: 'wal', foreign_keys: 1, busy_timeout: 5000, trusted_schema: 0 };
    // Writer and reader, at both openings.
    expect(opened).toEqual([guarded, guarded, guarded, guarded]);
  });

  test('a setting that does not take stops the start', async () => {
    const original = Database.prototype.pragma;
    const pragma = vi.spyOn(Database.prototype, 'pragma').mockImplementation(function (this: Database.Database, source, given) {
      return original.call(this, source === 'synchronous = FULL' ? 'synchronous = NORMAL' : source, given);
    });
    await expect(openStore(url(), options)).rejects.toThrow('synchronous = 1');
    pragma.mockRestore();
  });

  test('written by a newer release is refused and left alone', async () => {
    await (await openStore(url(), options)).close();
    const later = migrationsOf('sqlite').newest + 1;
    edit((client) => client.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run('of the future', later));
    await expect(openStore(url(), options)).rejects.toThrow('newer release');
    expect(edit((client) => client.prepare('select max(created_at) from __drizzle_migrations').pluck().get())).toBe(later);
  });

  test('a ping fails once the file is at another migration than this release', async () => {
    const store = await openStore(url(), options);
    await store.ping();
    edit((client) =>
      client.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run('of the future', migrationsOf('sqlite').newest + 1),
    );
    await expect(store.ping()).rejects.toThrow('migration');
    await store.close();
  });

  test('held by another process answers "unavailable" instead of an unknown error, and works again afterwards', async () => {
    const engine = openSqlite(file, quiet);
    const other = new Database(file);
    // The store waits busy_timeout, 5 seconds, for a lock; the reader needs none.
    other.exec('BEGIN IMMEDIATE');
    await expect(engine.transact('NOTHING', async () => undefined)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await engine.ping();
    other.exec('ROLLBACK');
    other.close();
    await engine.transact('NOTHING', async () => undefined);
    await engine.close();
  }, 20_000);

  test('reads go on beside an open transaction', async () => {
    const store = await openStore(url(), options);
    const { user } = await addPerson(store);
    const [opened, finish] = [deferred<void>(), deferred<void>()];
    const transaction = store.transact('NOTHING', async () => {
      await store.tenants.create(tenantOf());
      opened.resolve();
      await finish.promise;
    });
    await opened.promise;
    expect(await Promise.race([store.users.findMany([user.id]), sleep(1000, 'waited')])).toEqual([user]);
    finish.resolve();
    await transaction;
    await store.close();
  });

  test('a closed store answers "unavailable", and leaves no log beside its file', async () => {
    const store = await openStore(url(), options);
    const pending = store.tenants.create(tenantOf());
    await store.close();
    expect(await pending).toBe(true);
    await expect(store.tenants.create(tenantOf())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(store.tenants.findMany([newId()])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(store.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(access(`${file}-wal`)).rejects.toThrow();
  });
});

test('a transaction open for longer than 250 ms is logged, a quick one is not', async () => {
  const warn = vi.fn();
  const store = await openStore(':memory:', { ...options, log: { ...quiet, warn } });
  await store.transact('NOTHING', () => store.tenants.create(tenantOf()));
  expect(warn).not.toHaveBeenCalled();
  await store.transact('NOTHING', () => sleep(300));
  expect(warn).toHaveBeenCalledOnce();
  await store.close();
});

test.each(['', 'mysql://localhost/x', 'file:', 'file::memory:', 'sallyport.db'])('the URL %j is refused with what it should be', async (url) => {
  await expect(openStore(url, options)).rejects.toThrow('database URL');
});
