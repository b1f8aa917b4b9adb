import { asc, count, eq, inArray } from 'drizzle-orm';
import type { RedirectUriRepository } from '../../domain/oauth/redirect-uri.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';
import { keyset, toPage } from './keyset.ts';

/** Makes the repository of redirect URIs. */
export function redirectUriRepository({ engine, tables: { redirectUris: r } }: Access): RedirectUriRepository {
  const all = statement('redirect_uris.all', {}, (db) => db.select().from(r).orderBy(asc(r.createdAt), asc(r.id)));

  return {
    async add(redirectUri) {
      const added = await engine.run((db) => db.insert(r).values(redirectUri).onConflictDoNothing({ target: r.uri }).returning({ id: r.id }));
      return added.length === 1;
    },
    all: () => engine.read((db) => all(db, {})),
    findMany: async (ids) =>
      ids.length === 0
        ? []
        : engine.read((db) =>
            db
              .select()
              .from(r)
              .where(inArray(r.id, [...ids])),
          ),
    async list(page) {
      const { where, orderBy, limit } = keyset(r, page);
      const rows = await engine.read((db) =>
        db
          .select()
          .from(r)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    async count() {
      const [row] = await engine.read((db) => db.select({ number: count() }).from(r));
      return row?.number ?? 0;
    },
    async findByUri(uri) {
      const [row] = await engine.read((db) => db.select().from(r).where(eq(r.uri, uri)));
      return row ?? null;
    },
    async remove(id) {
      const removed = await engine.run((db) => db.delete(r).where(eq(r.id, id)).returning({ id: r.id }));
      return removed.length === 1;
    },
  };
}
