import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';

/** The files of a SQLite database: SQLite creates the log and its index with the mode of the database. */
const suffixes = ['', '-wal', '-shm'];

/** Makes the files of a SQLite database readable for their owner alone, and creates the database file if there is none. */
export function keepPrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
  for (const file of suffixes.map((suffix) => path + suffix).filter((candidate) => existsSync(candidate))) {
    try {
      chmodSync(file, 0o600);
    } catch {
      // Only the owner of a file can change its mode, and that may be somebody else by the choice of the operator.
    }
  }
}
