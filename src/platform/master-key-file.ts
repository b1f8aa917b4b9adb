import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { MasterKey } from './keyring.ts';
import { parseMasterKeys } from './keyring.ts';
import { nodeRandom } from './random.ts';

/** Returns the master keys in the file at `path`. If there is no file, it generates a key and writes it to a file that only its owner can read. */
export async function readOrCreateMasterKeys(path: string): Promise<MasterKey[]> {
  const text = (await read(path)) ?? (await create(path));
  try {
    return parseMasterKeys(text.trim());
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable';
    throw new Error(`${path} holds no master keys (${why}). It is not replaced, because the data cannot be opened without its old keys.`);
  }
}

async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Creates the file. If several processes start at the same time, one of them generates the key and the others read it. */
async function create(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${nodeRandom.uuid()}`;
  const text = `${nodeRandom.token()}\n`;
  // The key is on the disk before the file gets its name. So nobody reads half a key, and no crash leaves data without its key.
  await writeDurably(draft, text);
  try {
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return await readFile(path, 'utf8');
  } finally {
    await unlink(draft);
  }
  await syncFolder(dirname(path));
  return text;
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;
