import { access, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Store } from '../../src/domain/store.ts';
import { openStore } from '../../src/store/index.ts';
import { migrationsOf } from '../../src/store/migrations.ts';
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

  test('is written durably and guarded on every open: synchronous = FULL, WAL, foreign keys, no wait inside a statement, distrusted schema', async () => {
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
    const guarded = { synchronous: 2, journal_mode: 'wal', foreign_keys: 1, busy_timeout: 0, trusted_schema: 0 };
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

  test('a read sees every write that was acknowledged before it, although reads of one turn share a snapshot', async () => {
    const store = await openStore(url(), options);
    let done = false;
    // Reads in every turn, so that a snapshot is open whenever something is committed.
    const always = (async () => {
      for (; !done; await nextTurn()) await store.tenants.find('nobody');
    })();
    for (let count = 0; count < 50; count += 1) {
      const tenant = tenantOf();
      await store.tenants.create(tenant);
      expect(await store.tenants.find(tenant.id)).toEqual(tenant);
    }
    done = true;
    await always;
    await store.close();
  });

  test('reads keep no snapshot beyond their turn, so that the journal of the file does not grow without end', async () => {
    const store = await openStore(url(), options);
    await store.tenants.find('nobody');
    await nextTurn();
    await store.tenants.create(tenantOf());
    // A checkpoint is busy (1) while somebody reads an older state of the file.
    expect(edit((client) => client.pragma('wal_checkpoint(TRUNCATE)'))).toEqual([{ busy: 0, log: 0, checkpointed: 0 }]);
    await store.close();
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

  describe('that another process has locked', () => {
    let store: Store;
    let other: Database.Database;
    beforeEach(async () => {
      store = await openStore(url(), options);
      other = new Database(file);
      other.exec('BEGIN EXCLUSIVE');
    });
    afterEach(async () => {
      other.close();
      await store.close();
    });

    /** The longest time in milliseconds that the process could do nothing else, until `work` ends. */
    async function longestBlock(work: Promise<unknown>): Promise<number> {
      let [longest, last, done] = [0, performance.now(), false];
      const watched = work.finally(() => {
        done = true;
      });
      while (!done) {
        await sleep(1);
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }
      await watched;
      return longest;
    }

    test('R5: statements and transactions wait without stopping the process, and are all "unavailable" after one time limit, not one each', async () => {
      const tenant = tenantOf();
      const began = performance.now();
      const writes = Promise.allSettled([
        ...Array.from({ length: 20 }, () => store.tenants.create(tenant)),
        ...Array.from({ length: 20 }, () => store.transact('NOTHING', () => store.tenants.create(tenant))),
      ]);
      const reads = async () => {
        for (let time = 0; time < 20; time += 1) {
          expect(await store.tenants.findMany([tenant.id])).toEqual([]);
          await sleep(100);
        }
      };
      expect(await longestBlock(Promise.all([writes, reads()]))).toBeLessThan(1000);
      for (const outcome of await writes)
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE', retryAfterSeconds: 5 } });
      expect(performance.now() - began).toBeLessThan(15_000);
      other.exec('ROLLBACK');
      expect(await store.tenants.count()).toBe(0);
      expect(await store.tenants.create(tenant)).toBe(true);
    }, 40_000);

    test('R5: what waits is done once, in its order, as soon as the file is free', async () => {
      const tenants = Array.from({ length: 10 }, () => tenantOf());
      const written = Promise.all(
        tenants.map((tenant, index) =>
          index % 2 === 0 ? store.tenants.create(tenant) : store.transact('NOTHING', () => store.tenants.create(tenant)),
        ),
      );
      await sleep(300);
      other.exec('COMMIT');
      expect(await written).toEqual(tenants.map(() => true));
      expect(await store.tenants.count()).toBe(10);
    });

    test('R5: is opened once it is free, and otherwise refused in words that name it', async () => {
      await store.close();
      const opened = openStore(url(), options);
      await sleep(300);
      other.exec('ROLLBACK');
      store = await opened;
      await store.close();
      other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
      await expect(openStore(url(), options)).rejects.toThrow(`Another program has locked the database file ${file}`);
      other.close();
      store = await openStore(url(), options);
    }, 20_000);
  });

  test('R5: is used by one server at a time, whatever name the second one gives it', async () => {
    const store = await openStore(url(), options);
    const link = join(folder.path, 'link.db');
    await symlink(file, link);
    for (const name of [file, link, join(file, '..', '..', 'below', 'sallyport.db')]) {
      await expect(openStore(`file:${name}`, options)).rejects.toThrow(`Another server uses the database file ${file}`);
    }
    await store.tenants.create(tenantOf());
    await store.close();
    const next = await openStore(`file:${link}`, options);
    await expect(openStore(url(), options)).rejects.toThrow('Another server');
    expect(await next.tenants.count()).toBe(1);
    await next.close();
  });

  test('can be backed up and read by other programs while a server uses it', async () => {
    const store = await openStore(url(), options);
    await store.tenants.create(tenantOf());
    const copy = join(folder.path, 'copy.db');
    edit((client) => client.exec(`VACUUM INTO '${copy}'`));
    await store.tenants.create(tenantOf());
    expect(edit((client) => client.prepare('select count(*) from tenants').pluck().get())).toBe(2);
    const restored = await openStore(`file:${copy}`, options);
    expect(await restored.tenants.count()).toBe(1);
    await restored.close();
    await store.close();
  });

  describe('that cannot be used stops the start in words that name it', () => {
    const refusal = () => openStore(url(), options).catch((error: unknown) => String(error));

    test('no database', async () => {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, 'these are some notes about the weather '.repeat(200));
      expect(await refusal()).toContain(`The file ${file} is not a SQLite database.`);
    });

    test('a damaged database', async () => {
      await (await openStore(url(), options)).close();
      const content = await readFile(file);
      await writeFile(file, content.fill(0x5a, 100, 4096));
      expect(await refusal()).toContain(`The database file ${file} is damaged.`);
    });

    test('a folder', async () => {
      await mkdir(file, { recursive: true });
      expect(await refusal()).toContain(`The database file ${file} cannot be opened.`);
    });

    test('a file where a folder should be', async () => {
      await writeFile(join(folder.path, 'deep'), '');
      expect(await refusal()).toContain(`The database file ${file} cannot be opened.`);
    });
  });

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
