import { desc, getTableColumns } from 'drizzle-orm';
import type { SigningKeyRepository } from '../../domain/environment/environment.ts';
import { statement } from '../statement.ts';
import { only } from '../tables/environment.ts';
import type { Access } from './context.ts';

/** Makes the repository of signing keys. */
export function signingKeyRepository({ engine, tables: { signingKeys: s } }: Access): SigningKeyRepository {
  const { first: _, ...columns } = getTableColumns(s);
  const list = statement('signing_keys.list', {}, (db) => db.select(columns).from(s).orderBy(desc(s.createdAt), desc(s.id)));

  return {
    list: () => engine.read((db) => list(db, {})),
    async addFirst(key) {
      const added = await engine.run((db) =>
        db
          .insert(s)
          .values({ ...key, first: only.firstKey })
          .onConflictDoNothing()
          .returning({ id: s.id }),
      );
      return added.length === 1;
    },
  };
}
