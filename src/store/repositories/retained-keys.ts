import type { RetainedKeyRepository } from '../../domain/environment/sealed-values.ts';
import type { Access } from './context.ts';

/** Makes the repository of retained keys. */
export function retainedKeyRepository({ engine, tables: { retainedKeys: r } }: Access): RetainedKeyRepository {
  return {
    list: () => engine.read((db) => db.select().from(r)),
    async add(key) {
      await engine.run((db) => db.insert(r).values(key).onConflictDoNothing());
    },
  };
}
