import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { databaseInUse, OwnError } from '../domain/fault.ts';
import { codeOf, isLocked } from './errors.ts';
import { createPatience } from './patience.ts';

/** How many milliseconds a start waits for another server on the same file, which may be about to end. */
const takeOverMilliseconds = 1_000;

/** A SQLite file that no other server uses while this process lives. */
export interface OwnedFile {
  /** The path with all links resolved. */
  path: string;
  /** Lets other servers use the file. */
  release(): void;
}

/**
 * Creates the file with its folder if it is missing, and takes it for this process alone. Throws in words if another server has it,
 * because two servers on one file would keep each other's writes waiting and count limits for client addresses twice.
 *
 * The claim is a transaction on a file beside the database. The operating system ends it with the process, also after SIGKILL, so
 * nothing stale is left. The database itself stays free for backups and for other programs that read it.
 */
export async function ownFile(given: string): Promise<OwnedFile> {
  const asked = resolve(given);
  try {
    mkdirSync(dirname(asked), { recursive: true, mode: 0o700 });
    createIfMissing(asked);
    // Two names of one file must lead to the same claim.
    const path = realpathSync(asked);
    return { path, release: await claim(path) };
  } catch (error) {
    throw startError(asked, error);
  }
}

async function claim(path: string): Promise<() => void> {
  const claimPath = `${path}.lock`;
  createIfMissing(claimPath);
  // SQLite would open a file that it cannot write, and then claim nothing.
  accessSync(claimPath, constants.W_OK);
  const holder = new Database(claimPath, { timeout: 0 });
  try {
    // Nothing is ever written, so no journal has to be left beside the file.
    holder.exec('PRAGMA journal_mode = MEMORY');
    await createPatience(takeOverMilliseconds)(() => holder.exec('BEGIN EXCLUSIVE'));
  } catch (error) {
    holder.close();
    if (!isLocked(error)) throw startError(claimPath, error);
    throw new StartError(
      `Another server uses the database file ${path} and holds ${claimPath}. Stop that server first, or give this one another file by DATABASE_URL. Several servers at once need PostgreSQL.`,
      { code: databaseInUse },
    );
  }
  return () => void holder.close();
}

/** Creates an empty file that only its owner can read. A link to a missing file creates the file that it names. */
function createIfMissing(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
}

/** Thrown when the database file cannot be used. The message tells the operator which file it is and what to do. */
class StartError extends OwnError {}

const causes: readonly (readonly [code: RegExp, words: (path: string) => string])[] = [
  [
    /^SQLITE_(BUSY|LOCKED|PROTOCOL)/,
    (path) =>
      `Another program has locked the database file ${path}. End that program, for example a sqlite3 shell with an open transaction, and start again.`,
  ],
  [
    /^SQLITE_NOTADB/,
    (path) =>
      `The file ${path} is not a SQLite database. If DATABASE_URL names the right file, restore a backup of it. Otherwise correct DATABASE_URL.`,
  ],
  [/^SQLITE_CORRUPT/, (path) => `The database file ${path} is damaged. Restore a backup of it.`],
  [
    /^(SQLITE_(READONLY|PERM|AUTH)|EACCES|EPERM|EROFS)/,
    (path) =>
      `The database file ${path} cannot be written. The user that runs the server has to be allowed to write the file and its folder, and the file system must not be mounted read-only.`,
  ],
  [
    /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    (path) => `The disk of the database file ${path} is full. Make room on it, or move the file and change DATABASE_URL.`,
  ],
  [
    /^(SQLITE_IOERR|EIO)/,
    (path) => `The disk of the database file ${path} reported an error. Check the disk, and restore a backup if it is damaged.`,
  ],
  [
    /^(SQLITE_CANTOPEN|E[A-Z]+$)/,
    (path) => `The database file ${path} cannot be opened. DATABASE_URL has to name a file, not a folder, in a place where files can be created.`,
  ],
];

/** Returns the error that a failed start ends with: in words if the file is at fault, otherwise unchanged. */
export function startError(path: string, error: unknown): unknown {
  const code = codeOf(error);
  const words = code === undefined ? undefined : causes.find(([pattern]) => pattern.test(code))?.[1];
  return words === undefined || error instanceof StartError ? error : new StartError(`${words(path)} (${code})`);
}
