import { and, eq, gt, lte } from 'drizzle-orm';
import { newestPossible } from '../../domain/bounds.ts';
import type { PasskeyCeremonyRepository } from '../../domain/passkey/ceremony.ts';
import type { Access } from './context.ts';

/** Makes the repository of open ceremonies of passkeys. */
export function passkeyCeremonyRepository({ engine, tables: { passkeyCeremonies: c } }: Access): PasskeyCeremonyRepository {
  return {
    async keep(ceremony) {
      const { ownerHash, ...others } = ceremony;
      await engine.run((db) => db.insert(c).values(ceremony).onConflictDoUpdate({ target: c.ownerHash, set: others }));
    },
    async take(ownerHash, now) {
      const [row] = await engine.run((db) =>
        db
          .delete(c)
          .where(and(eq(c.ownerHash, ownerHash), gt(c.expiresAt, now), lte(c.createdAt, newestPossible(now))))
          .returning(),
      );
      return row ?? null;
    },
  };
}
