import { and, desc, eq, exists, getTableColumns, isNotNull, isNull, ne } from 'drizzle-orm';
import type { EnvironmentSecretRepository } from '../../domain/environment/environment.ts';
import { statement } from '../statement.ts';
import { secretSlots } from '../tables/environment.ts';
import type { Access } from './context.ts';

/** Makes the repository of the secrets of the environment. */
export function environmentSecretRepository({ engine, tables: { environmentSecrets: s } }: Access): EnvironmentSecretRepository {
  const { slot: _, ...columns } = getTableColumns(s);
  const list = statement('environment_secrets.list', {}, (db) => db.select(columns).from(s).orderBy(desc(s.createdAt), desc(s.id)));

  return {
    list: () => engine.read((db) => list(db, {})),
    async add(secret) {
      for (const slot of secretSlots) {
        const added = await engine.run((db) =>
          db
            .insert(s)
            .values({ ...secret, slot })
            .onConflictDoNothing()
            .returning({ id: s.id }),
        );
        if (added.length === 1) return true;
      }
      return false;
    },
    async retire(id, now) {
      const others = (db: Parameters<Parameters<typeof engine.run>[0]>[0]) =>
        db
          .select({ id: s.id })
          .from(s)
          .where(and(isNotNull(s.slot), ne(s.id, id)));
      // Two calls at once would otherwise both see the other secret, and retire each other's last one.
      return engine.transact('SETTINGS', async () => {
        const retired = await engine.run((db) =>
          db
            .update(s)
            .set({ slot: null, retiredAt: now })
            .where(and(eq(s.id, id), isNull(s.retiredAt), exists(others(db))))
            .returning({ id: s.id }),
        );
        return retired.length === 1;
      });
    },
  };
}
