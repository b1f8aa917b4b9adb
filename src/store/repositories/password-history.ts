import { and, desc, eq, notInArray } from 'drizzle-orm';
import type { PasswordHistoryRepository } from '../../domain/password/policy.ts';
import type { Access } from './context.ts';

/** Makes the repository of former passwords. */
export function passwordHistoryRepository({ engine, tables: { formerPasswords: f } }: Access): PasswordHistoryRepository {
  return {
    async add(former) {
      await engine.send((db) => db.insert(f).values(former));
    },
    async lastOf(userId, limit) {
      if (limit === 0) return [];
      const rows = await engine.read((db) =>
        db.select({ hash: f.hash }).from(f).where(eq(f.userId, userId)).orderBy(desc(f.createdAt), desc(f.id)).limit(limit),
      );
      return rows.map(({ hash }) => hash);
    },
    async trim(userId, kept) {
      await engine.send((db) => {
        if (kept === 0) return db.delete(f).where(eq(f.userId, userId));
        const last = db.select({ id: f.id }).from(f).where(eq(f.userId, userId)).orderBy(desc(f.createdAt), desc(f.id)).limit(kept);
        return db.delete(f).where(and(eq(f.userId, userId), notInArray(f.id, last)));
      });
    },
  };
}
