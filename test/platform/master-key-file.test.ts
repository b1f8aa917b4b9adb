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

const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

it('makes one key that only its owner can read, in a folder only its owner can enter', async () => {
  const path = join(folder, 'data', 'deep', 'master.key');
  const keys = await readOrCreateMasterKeys(path);
  expect(keys).toHaveLength(1);
  expect(await mode(path)).toBe(0o600);
  expect(await mode(join(folder, 'data', 'deep'))).toBe(0o700);
  expect(await mode(join(folder, 'data'))).toBe(0o700);
  expect(parseMasterKeys(await readFile(path, 'utf8'))).toEqual(keys);
});

it('the second start finds the key of the first', async () => {
  const path = join(folder, 'master.key');
  const [first, second] = [await readOrCreateMasterKeys(path), await readOrCreateMasterKeys(path)];
  expect(second).toEqual(first);
});

it('of twenty that start at once all have the same key, and no draft stays behind', async () => {
  const path = join(folder, 'new', 'master.key');
  const all = await Promise.all(Array.from({ length: 20 }, () => readOrCreateMasterKeys(path)));
  expect(new Set(all.map((keys) => keys[0]?.id)).size).toBe(1);
  expect(await readdir(join(folder, 'new'))).toEqual(['master.key']);
});

it('a rotated file gives its keys in order', async () => {
  const path = join(folder, 'master.key');
  const [fresh, old] = [nodeRandom.token(), nodeRandom.token()];
  await writeFile(path, `${fresh},${old}\n`);
  expect((await readOrCreateMasterKeys(path)).map((key) => key.id)).toEqual(parseMasterKeys(`${fresh},${old}`).map((key) => key.id));
});

it.each(['', '\n', 'not a key', nodeRandom.token().slice(1)])('a file with anything else is refused, named, and left as it is', async (content) => {
  const path = join(folder, 'master.key');
  await writeFile(path, content);
  await expect(readOrCreateMasterKeys(path)).rejects.toThrow(`${path} holds no master keys`);
  expect(await readFile(path, 'utf8')).toBe(content);
});

it('a place that cannot be read is an error, not a reason for a new key', async () => {
  await expect(readOrCreateMasterKeys(folder)).rejects.toThrow();
});
