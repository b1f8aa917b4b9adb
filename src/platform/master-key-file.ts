import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OwnError } from '../domain/fault.ts';
import type { MasterKey } from './keyring.ts';
import { parseMasterKeys } from './keyring.ts';
import { nodeRandom } from './random.ts';

/** Where the master keys of a database are kept if the settings have none. */
export interface MasterKeyFile {
  /** The file beside the database. */
  path: string;
  /** Where earlier releases kept the keys of every database. */
  olderPath: string;
  /** Tells whether the database has values that were sealed with a key. */
  hasSealedValues(): Promise<boolean>;
}

/** The keys, and the file that they were read from. */
export interface ReadMasterKeys {
  keys: MasterKey[];
  path: string;
}

/**
 * Returns the master keys of a database. If there is no file, it generates a key and writes it to a file that only its owner can
 * read, but never beside a database that has sealed values: the new key could not open them, and would hide that the old one is lost.
 */
export async function readOrCreateMasterKeys({ path, olderPath, hasSealedValues }: MasterKeyFile): Promise<ReadMasterKeys> {
  const known = await read(path);
  if (known !== null) return { keys: parsed(path, known), path };
  if (!(await hasSealedValues())) return { keys: parsed(path, await create(path)), path };
  const older = await read(olderPath);
  if (older !== null) return { keys: parsed(olderPath, older), path: olderPath };
  // Another process may have made the key and the first values since the file was looked for.
  const made = await read(path);
  if (made !== null) return { keys: parsed(path, made), path };
  throw new OwnError(
    `The database has values that were sealed with a master key, but there is no file ${path}. Put the file back from a backup, or set SALLYPORT_KEYS to the keys. No new key is made, because it could not open these values.`,
  );
}

function parsed(path: string, text: string): MasterKey[] {
  try {
    return parseMasterKeys(text.trim());
  } catch (error) {
    const why = error instanceof OwnError ? error.message : 'it cannot be read';
    throw new OwnError(
      `${path} holds no master keys (${why}). It is not replaced, because the data cannot be opened without its old keys. Put the file back from a backup, or set SALLYPORT_KEYS.`,
    );
  }
}

async function read(path: string): Promise<string | null> {
  try {
    const text = await readFile(path, 'utf8');
    // A file that was copied by hand may be readable for others. Only its owner can change that.
    await chmod(path, 0o600).catch(() => undefined);
    return text;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw new OwnError(
      `The file of master keys ${path} cannot be read (${codeOf(error)}). Make it a file that the user of this server can read, or set SALLYPORT_KEYS.`,
    );
  }
}

/** Creates the file. If several processes start at the same time, one of them generates the key and the others read it. */
async function create(path: string): Promise<string> {
  try {
    return await createFile(path);
  } catch (error) {
    throw new OwnError(
      `The file of master keys ${path} cannot be written (${codeOf(error)}). Let the user of this server write to its folder, or set SALLYPORT_KEYS.`,
    );
  }
}

async function createFile(path: string): Promise<string> {
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

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'for an unknown reason');

const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;
