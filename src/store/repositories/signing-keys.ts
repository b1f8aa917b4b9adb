import { eq, getTableColumns } from 'drizzle-orm';
import type { SigningKey, SigningKeyRepository } from '../../domain/environment/environment.ts';
import { statement } from '../statement.ts';
import { only } from '../tables/environment.ts';
import type { Access } from './context.ts';

/** Makes the repository of signing keys. */
export function signingKeyRepository({ engine, tables: { signingKeys: s } }: Access): SigningKeyRepository {
  const { first: _, ...columns } = getTableColumns(s);
  const list = statement('signing_keys.list', {}, (db) => db.select(columns).from(s));
  const lastFirst = (a: SigningKey, b: SigningKey): number => b.signsFrom.getTime() - a.signsFrom.getTime() || (a.id < b.id ? 1 : -1);

  return {
    async list() {
      const rows = await engine.read((db) => list(db, {}));
      // There are few keys, and earlier releases left the column empty, so they are sorted here.
      return rows.map((row) => ({ ...row, signsFrom: row.signsFrom ?? row.createdAt })).sort(lastFirst);
    },
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
    async add(key) {
      await engine.run((db) => db.insert(s).values(key));
    },
    async remove(id) {
      await engine.run((db) => db.delete(s).where(eq(s.id, id)));
    },
  };
}
