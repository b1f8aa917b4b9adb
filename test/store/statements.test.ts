import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { expect, test, vi } from 'vitest';
import { casing } from '../../src/store/kit.ts';
import { tenants } from '../../src/store/schema.sqlite.ts';
import { statement } from '../../src/store/statement.ts';
import { at } from './fixtures.ts';

const folder = new URL('../../src/store/repositories/', import.meta.url).pathname;

test('every prepared statement has a name of its own, short enough for PostgreSQL not to cut it', async () => {
  const names: string[] = [];
  const sources = await Promise.all((await readdir(folder)).map(async (file) => ({ file, source: await readFile(join(folder, file), 'utf8') })));
  // Two tables of settings share their functions, and each gives the beginning of the names.
  const beginnings = sources.flatMap(({ source }) => [...source.matchAll(/settingsRecords\([^)]*'([^']+)'\)/g)].map((match) => match[1] ?? ''));
  expect(beginnings.length).toBeGreaterThan(1);
  for (const { file, source } of sources) {
    const calls = source.match(/= (?:statement|insertion)\(/g) ?? [];
    const found = [...source.matchAll(/= (?:statement|insertion)\(\s*['`]([^'`]+)['`]/g)].map((match) => match[1] ?? '');
    expect(found, `${file}: a name is written where it is used`).toHaveLength(calls.length);
    names.push(...found.flatMap((name) => (name.startsWith('$') ? beginnings.map((beginning) => name.replace(/^\$\{name\}/, beginning)) : [name])));
  }
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  // NAMEDATALEN, 64 bytes with the end.
  expect(names.filter((name) => name.length > 63)).toEqual([]);
});

test('an instant compared in a prepared statement is encoded, and the statement is compiled once a connection', () => {
  const client = new Database(':memory:');
  client.exec('create table tenants (id text primary key, name text, created_at integer, updated_at integer)');
  client.exec(`insert into tenants values ('t', 'Acme', ${at(0).getTime()}, 0)`);
  const [one, other] = [drizzle(client, { casing }), drizzle(client, { casing })];
  const prepare = vi.spyOn(client, 'prepare');
  const byInstant = statement('test.by_instant', { now: tenants.createdAt }, (db, $) =>
    db
      .select({ id: tenants.id })
      .from(tenants)
      .where(eq(tenants.createdAt, $('now'))),
  );
  return (async () => {
    expect(await byInstant(one, { now: at(0) })).toEqual([{ id: 't' }]);
    expect(await byInstant(one, { now: at(1) })).toEqual([]);
    expect(prepare).toHaveBeenCalledTimes(1);
    expect(await byInstant(other, { now: at(0) })).toEqual([{ id: 't' }]);
    expect(prepare).toHaveBeenCalledTimes(2);
    client.close();
  })();
});
