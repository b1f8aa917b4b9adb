import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';

/** The migrations this release brings for one dialect. */
export interface Migrations {
  folder: string;
  /** When the newest was generated: what the migrators compare by. */
  newest: number;
}

/** The folder is as far from the sources as from what they are compiled to. */
export function migrationsOf(dialect: 'sqlite' | 'postgres'): Migrations {
  const folder = fileURLToPath(new URL(`../../drizzle/${dialect}`, import.meta.url));
  return { folder, newest: Math.max(0, ...readMigrationFiles({ migrationsFolder: folder }).map((migration) => migration.folderMillis)) };
}

/** Refuses a database this release does not know: an older one would write rows the newer one no longer understands. */
export function refuseNewer(applied: number | null, { newest }: Migrations): void {
  if (applied !== null && applied > newest) {
    throw new Error('The database was written by a newer release of Sallyport. Start that release, or restore a backup made before the upgrade.');
  }
}

/** Throws unless exactly this release's migrations are applied; another instance may have moved on since the start. */
export function requireCurrent(applied: number | null, { newest }: Migrations): void {
  if (applied !== newest) throw new Error(`The database is at migration ${applied ?? 'none'}, this release needs ${newest}.`);
}
