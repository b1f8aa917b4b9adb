import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a folder below `folder` with the migrations of an earlier release: those up to the one with this tag. Returns its path. */
export function migrationsUpTo(dialect: 'sqlite' | 'postgres', tag: string, folder: string): string {
  const from = new URL(`../../drizzle/${dialect}/`, import.meta.url).pathname;
  const to = join(folder, `${dialect}-${tag}`);
  mkdirSync(join(to, 'meta'), { recursive: true });
  const journal = JSON.parse(readFileSync(join(from, 'meta/_journal.json'), 'utf8')) as { entries: { tag: string }[] };
  const entries = journal.entries.slice(0, journal.entries.findIndex((entry) => entry.tag === tag) + 1);
  for (const entry of entries) cpSync(join(from, `${entry.tag}.sql`), join(to, `${entry.tag}.sql`));
  writeFileSync(join(to, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
  return to;
}
