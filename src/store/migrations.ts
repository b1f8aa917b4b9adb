import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { OwnError } from '../domain/fault.ts';

/** The migrations of this release for one dialect. */
export interface Migrations {
  folder: string;
  /** When the newest migration was generated, in milliseconds since 1970. Migrations are compared by this number. */
  newest: number;
}

/** Returns the migrations for a dialect. Their folder is named in `package.json`, because what is built lies elsewhere than its sources. */
export function migrationsOf(dialect: 'sqlite' | 'postgres'): Migrations {
  const journal = createRequire(import.meta.url).resolve(`#drizzle/${dialect}/meta/_journal.json`);
  const folder = join(dirname(journal), '..');
  return { folder, newest: Math.max(0, ...readMigrationFiles({ migrationsFolder: folder }).map((migration) => migration.folderMillis)) };
}

/** Throws if the database has migrations newer than this release, which would write rows that the newer release cannot read. */
export function refuseNewer(applied: number | null, { newest }: Migrations): void {
  if (applied !== null && applied > newest) {
    throw new OwnError('The database was written by a newer release of Sallyport. Start that release, or restore a backup made before the upgrade.');
  }
}

/** Throws unless exactly the migrations of this release are applied. Another instance may have migrated the database since the start. */
export function requireCurrent(applied: number | null, { newest }: Migrations): void {
  if (applied !== newest) throw new OwnError(`The database is at migration ${applied ?? 'none'}, but this release needs ${newest}.`);
}
