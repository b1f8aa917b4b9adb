import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Unavailable } from '../../src/domain/errors.ts';
import type { Writer } from '../../src/store/group-commit.ts';
import { createWriter } from '../../src/store/group-commit.ts';
import { quiet } from '../support/postgres.ts';

/** Longer than any test takes, so that what is written together is committed together on any machine. */
const roundMilliseconds = 60_000;

let folder: string;
let client: Database.Database;
let writer: Writer;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-group-commit-'));
  client = new Database(join(folder, 'data.db'));
  client.pragma('journal_mode = WAL');
  client.pragma('foreign_keys = ON');
  client.exec('create table names (name text primary key, friend text references names (name) deferrable initially deferred)');
  client.pragma('wal_checkpoint(TRUNCATE)');
  writer = createWriter(client, quiet, { roundMilliseconds });
});
afterEach(async () => {
  await writer.idle();
  client.close();
  rmSync(folder, { recursive: true });
});

const add = (name: string, friend: string | null = null) =>
  writer.run(async () => {
    client.prepare('insert into names values (?, ?)').run(name, friend);
    return name;
  });
const names = (): unknown[] => client.prepare('select name from names order by name').pluck().all();

/** Counts the commits in the log of SQLite: a frame that ends one says how large the database is then (the file format, §4.1). */
function commits(): number {
  const wal = readFileSync(join(folder, 'data.db-wal'));
  const frameBytes = 24 + wal.readUInt32BE(8);
  const [salt, frames] = [wal.subarray(16, 24), Math.floor((wal.length - 32) / frameBytes)];
  const heads = Array.from({ length: frames }, (_, index) => wal.subarray(32 + index * frameBytes));
  return heads.filter((head) => head.subarray(8, 16).equals(salt) && head.readUInt32BE(4) > 0).length;
}

test('what arrives together shares one commit, and each gets its own answer', async () => {
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => add(name)));
  expect(answers).toEqual(['a', 'b', 'c', 'd']);
  expect(commits()).toBe(1);
  await add('e');
  expect(commits()).toBe(2);
});

test('one that fails leaves nothing, and takes nothing from the others', async () => {
  const half = writer.run(async () => {
    client.prepare("insert into names values ('half', null)").run();
    throw new Error('no');
  });
  const answers = await Promise.allSettled([add('a'), half, add('a'), add('b')]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(names()).toEqual(['a', 'b']);
});

test('one at a time: what waits inside is not mixed with what comes later', async () => {
  const slow = writer.run(async () => {
    client.prepare("insert into names values ('slow', null)").run();
    await new Promise((resolve) => setTimeout(resolve, 20));
    throw new Error('no');
  });
  const later = add('later');
  await expect(slow).rejects.toThrow('no');
  await later;
  expect(names()).toEqual(['later']);
});

test('if the commit fails, everybody who shared it is told so, also whoever was refused because of the others', async () => {
  const refused = writer.run(async () => {
    throw new Unavailable(`there are ${names().length} already`);
  });
  const answers = await Promise.allSettled([add('a'), add('orphan', 'nobody'), refused]);
  for (const answer of answers) expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' } });
  expect(names()).toEqual([]);
  await add('b');
  expect(names()).toEqual(['b']);
});

test('if SQLite itself rolls back, nobody of that commit is told that all is well', async () => {
  const rollingBack = () => writer.run(async () => void client.prepare('insert or rollback into names values (?, null)').run('a'));
  const answers = await Promise.allSettled([add('a'), rollingBack()]);
  for (const answer of answers) expect(answer.status).toBe('rejected');
  expect(names()).toEqual([]);
  await add('b');
  expect(names()).toEqual(['b']);
});

test('nobody hears of a result before it is on the disk', async () => {
  const other = new Database(join(folder, 'data.db'), { readonly: true });
  const seen = other.prepare('select count(*) from names').pluck();
  const counts = await Promise.all(['a', 'b', 'c'].map((name) => add(name).then(() => seen.get())));
  expect(counts).toEqual([3, 3, 3]);
  other.close();
});

test('while many write, others get their turn', async () => {
  writer = createWriter(client, quiet);
  const busy = { client: 0 };
  const writes = Array.from({ length: 200 }, (_, index) =>
    writer.run(async () => {
      const end = performance.now() + 1;
      while (performance.now() < end) busy.client += 1;
      client.prepare('insert into names values (?, null)').run(String(index));
    }),
  );
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  await Promise.all(writes);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(10);
});
