import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { OwnError } from '../domain/fault.ts';

/** The migrations of this release for one dialect. */
export interface Migrations {
  folder: string;
  /** When the newest migration was generated, in milliseconds since 1970. Migrations are compared by this number. */
  newest: number;
}

/** Returns the migrations for a dialect. The relative path is the same from `src/store` and from the compiled `dist/store`. */
export function migrationsOf(dialect: 'sqlite' | 'postgres'): Migrations {
  const folder = fileURLToPath(new URL(`../../drizzle/${dialect}`, import.meta.url));
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
