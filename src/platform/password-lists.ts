import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Unavailable } from '../domain/errors.ts';
import { foldPassword } from '../domain/password/faults.ts';
import type { PasswordLists } from '../domain/ports.ts';

/**
 * Bytes of each entry of the file: the beginning of a SHA-256 hash.
 * That a password has an entry by chance is less likely than one in ten million.
 */
export const entryBytes = 5;

/** Where the list of common passwords is: beside the sources, or in the folder that the server was built into. */
export const commonPasswordsFile = new URL(import.meta.url.endsWith('.ts') ? './common-passwords.bin' : '../common-passwords.bin', import.meta.url);

/** Returns the entry of a password. Its letter case and the form of its characters make no difference. */
export const entryOf = (password: string): Buffer => createHash('sha256').update(foldPassword(password), 'utf8').digest().subarray(0, entryBytes);

/** Makes the lists that new passwords are compared with. `breachedFolder` holds the list of breached passwords. Null if there is none. */
export function createPasswordLists({ breachedFolder }: { breachedFolder: string | null }): PasswordLists {
  // It is read at the first new password, and takes its own size, because the entries stay as they are.
  let common: Promise<Buffer> | null = null;
  return {
    async isCommon(password) {
      common ??= readFile(commonPasswordsFile);
      return isIn(await common, entryOf(password));
    },
    isBreached: breachedFolder === null ? null : (password) => isInFolder(breachedFolder, password),
  };
}

/** Looks an entry up in the sorted entries, by halves. */
function isIn(sorted: Buffer, entry: Buffer): boolean {
  let from = 0;
  let to = sorted.length / entryBytes;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const order = sorted.compare(entry, 0, entryBytes, middle * entryBytes, (middle + 1) * entryBytes);
    if (order === 0) return true;
    if (order < 0) from = middle + 1;
    else to = middle;
  }
  return false;
}

/**
 * Looks the SHA-1 hash of a password up in a folder as the downloader of Have I Been Pwned writes it: a file for each beginning of five
 * digits, in which each line is the rest of a hash, a colon and a count. Errors: `UNAVAILABLE` if the file cannot be read, because a list that
 * cannot be asked must not let a password pass.
 */
async function isInFolder(folder: string, password: string): Promise<boolean> {
  const hash = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
  const [prefix, rest] = [hash.slice(0, 5), hash.slice(5)];
  let lines: string;
  try {
    lines = await readFile(join(folder, `${prefix}.txt`), 'latin1');
  } catch {
    throw new Unavailable('the list of breached passwords cannot be read');
  }
  return lines.split('\n').some((line) => line.slice(0, rest.length).toUpperCase() === rest);
}
