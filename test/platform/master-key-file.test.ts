import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseMasterKeys } from '../../src/platform/keyring.ts';
import { readOrCreateMasterKeys } from '../../src/platform/master-key-file.ts';
import { nodeRandom } from '../../src/platform/random.ts';
import { emptyFolder } from '../support/folder.ts';

let folder = '';
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ path: folder, remove } = await emptyFolder());
});
afterEach(() => remove());

/** The keys of a database beside which `path` stands. */
const readKeys = async (path: string, hasSealedValues = false, olderPath = join(folder, 'none')) =>
  (await readOrCreateMasterKeys({ path, olderPath, hasSealedValues: async () => hasSealedValues })).keys;

const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

it('makes one key that only its owner can read, in a folder only its owner can enter', async () => {
  const path = join(folder, 'data', 'deep', 'master.key');
  const keys = await readKeys(path);
  expect(keys).toHaveLength(1);
  expect(await mode(path)).toBe(0o600);
  expect(await mode(join(folder, 'data', 'deep'))).toBe(0o700);
  expect(await mode(join(folder, 'data'))).toBe(0o700);
  expect(parseMasterKeys(await readFile(path, 'utf8'))).toEqual(keys);
});

it('the second start finds the key of the first', async () => {
  const path = join(folder, 'master.key');
  const [first, second] = [await readKeys(path), await readKeys(path)];
  expect(second).toEqual(first);
});

it('of twenty that start at once all have the same key, and no draft stays behind', async () => {
  const path = join(folder, 'new', 'master.key');
  const all = await Promise.all(Array.from({ length: 20 }, () => readKeys(path)));
  expect(new Set(all.map((keys) => keys[0]?.id)).size).toBe(1);
  expect(await readdir(join(folder, 'new'))).toEqual(['master.key']);
});

it('a rotated file gives its keys in order', async () => {
  const path = join(folder, 'master.key');
  const [fresh, old] = [nodeRandom.token(), nodeRandom.token()];
  await writeFile(path, `${fresh},${old}\n`);
  expect((await readKeys(path)).map((key) => key.id)).toEqual(parseMasterKeys(`${fresh},${old}`).map((key) => key.id));
});

it.each(['', '\n', 'not a key', nodeRandom.token().slice(1)])('a file with anything else is refused, named, and left as it is', async (content) => {
  const path = join(folder, 'master.key');
  await writeFile(path, content);
  await expect(readKeys(path)).rejects.toThrow(`${path} holds no master keys`);
  expect(await readFile(path, 'utf8')).toBe(content);
});

it('a place that cannot be read or written is an error that names it and the way out, not a reason for a new key', async () => {
  await expect(readKeys(folder)).rejects.toThrow(`${folder} cannot be read (EISDIR)`);
  await writeFile(join(folder, 'file'), '');
  await expect(readKeys(join(folder, 'file', 'keys'))).rejects.toThrow(/file\/keys cannot be (read|written) \(ENOTDIR\).*SALLYPORT_KEYS/);
});

it('no key is made beside a database that has sealed values, and the error names the file and the way out', async () => {
  const path = join(folder, 'keys');
  await expect(readKeys(path, true)).rejects.toThrow(new RegExp(`no file ${path}\\. Put the file back from a backup, or set SALLYPORT_KEYS`));
  expect(await readdir(folder)).toEqual([]);
});

it('keys at the place of earlier releases are found for a database that has values, and left alone for a new one', async () => {
  const older = join(folder, 'older');
  await writeFile(older, nodeRandom.token());
  const keys = parseMasterKeys(await readFile(older, 'utf8'));
  expect(await readKeys(join(folder, 'a', 'keys'), true, older)).toEqual(keys);
  expect(await readKeys(join(folder, 'b', 'keys'), false, older)).not.toEqual(keys);
});

it('a file that others could read is closed to them', async () => {
  const path = join(folder, 'keys');
  await writeFile(path, nodeRandom.token(), { mode: 0o644 });
  await readKeys(path);
  expect(await mode(path)).toBe(0o600);
});
