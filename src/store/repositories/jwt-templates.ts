import { asc, eq, or } from 'drizzle-orm';
import type { JwtTemplateRepository } from '../../domain/session/jwt-template.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';

/** Makes the repository of the templates of tokens. */
export function jwtTemplateRepository({ engine, tables: { jwtTemplates: t } }: Access): JwtTemplateRepository {
  const find = statement('jwt_templates.find', { id: t.id }, (db, $) =>
    db
      .select()
      .from(t)
      .where(or(eq(t.id, $('id')), eq(t.key, $('id')))),
  );
  return {
    list: () => engine.read((db) => db.select().from(t).orderBy(asc(t.createdAt), asc(t.id))),
    async find(idOrKey) {
      const rows = await engine.read((db) => find(db, { id: idOrKey }));
      return rows.find(({ id }) => id === idOrKey) ?? rows[0] ?? null;
    },
    async add(template) {
      const added = await engine.run((db) => db.insert(t).values(template).onConflictDoNothing().returning({ id: t.id }));
      return added.length === 1;
    },
    async update(id, change, now) {
      const [row] = await engine.run((db) =>
        db
          .update(t)
          .set({ ...change, updatedAt: now })
          .where(eq(t.id, id))
          .returning(),
      );
      return row ?? null;
    },
    async remove(id) {
      const removed = await engine.run((db) => db.delete(t).where(eq(t.id, id)).returning({ id: t.id }));
      return removed.length === 1;
    },
  };
}
