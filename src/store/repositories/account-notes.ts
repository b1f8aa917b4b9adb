import { and, eq, gt } from 'drizzle-orm';
import type { AccountNoteRepository } from '../../domain/oauth/account-note.ts';
import type { Access } from './context.ts';

/** Makes the repository of notes of the account page. */
export function accountNoteRepository({ engine, tables: { accountNotes: n } }: Access): AccountNoteRepository {
  return {
    async keep({ id, ...note }) {
      await engine.send((db) =>
        db
          .insert(n)
          .values({ id, ...note })
          .onConflictDoUpdate({ target: n.id, set: note }),
      );
    },
    async find(id, now) {
      const [row] = await engine.read((db) =>
        db
          .select()
          .from(n)
          .where(and(eq(n.id, id), gt(n.expiresAt, now))),
      );
      return row ?? null;
    },
    async take(id, now) {
      const [row] = await engine.run((db) =>
        db
          .delete(n)
          .where(and(eq(n.id, id), gt(n.expiresAt, now)))
          .returning(),
      );
      return row ?? null;
    },
  };
}
