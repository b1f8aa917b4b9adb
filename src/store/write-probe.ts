import { sql } from 'drizzle-orm';
import type { Access } from './repositories/context.ts';
import { only } from './tables/environment.ts';

/**
 * Writes one row and commits. Throws if that fails: a full disk, a read-only file or server and a missing right let every read
 * succeed, so nothing else would tell.
 */
export async function probeWrite({ engine, tables: { writeProbes: p } }: Access): Promise<void> {
  await engine.run((db) =>
    db
      .insert(p)
      .values({ slot: only.writeProbe, writes: 1 })
      .onConflictDoUpdate({ target: p.slot, set: { writes: sql`${p.writes} + 1` } })
      .returning({ slot: p.slot }),
  );
}
