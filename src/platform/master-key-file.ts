import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { MasterKey } from './keyring.ts';
import { parseMasterKeys } from './keyring.ts';
import { nodeRandom } from './random.ts';

/** The keys in the file at `path`; where there is none, one new key, kept in a file only its owner can read. */
export async function readOrCreateMasterKeys(path: string): Promise<MasterKey[]> {
  const text = (await read(path)) ?? (await create(path));
  try {
    return parseMasterKeys(text.trim());
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable';
    throw new Error(`${path} holds no master keys (${why}); without the right ones the data cannot be opened, so it is not replaced`);
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

/** Of several processes that start at once exactly one makes the key; the others read it. */
async function create(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${nodeRandom.uuid()}`;
  const text = `${nodeRandom.token()}\n`;
  // Written and on the disk before it gets its name: nobody ever reads half a key, and no crash leaves data without its key.
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
