import { and, eq, getTableColumns, gt, isNull } from 'drizzle-orm';
import type { Interaction, InteractionChange, InteractionRepository } from '../../domain/oauth/interaction.ts';
import { insertion, statement } from '../statement.ts';
import type { Access } from './context.ts';
import { proofIn, proofOut } from './proof.ts';

/** Makes the repository of interactions. */
export function interactionRepository({ engine, tables: { interactions: i } }: Access): InteractionRepository {
  const { endedAt: _, ...columns } = getTableColumns(i);
  const insert = insertion('interactions.add', i);
  const find = statement('interactions.find', { tokenHash: i.tokenHash, now: i.expiresAt }, (db, $) =>
    db
      .select(columns)
      .from(i)
      .where(and(eq(i.tokenHash, $('tokenHash')), isNull(i.endedAt), gt(i.expiresAt, $('now')))),
  );
  const living = (tokenHash: string, now: Date) => and(eq(i.tokenHash, tokenHash), isNull(i.endedAt), gt(i.expiresAt, now));
  const written = ({ proof, ...change }: InteractionChange) => (proof === undefined ? change : { ...change, ...proofIn(proof) });

  return {
    async add({ proof, ...interaction }) {
      await engine.send((db) => insert(db, { ...interaction, ...proofIn(proof), endedAt: null }));
    },
    async find(tokenHash, now) {
      const [row] = await engine.read((db) => find(db, { tokenHash, now }));
      return row === undefined ? null : (proofOut(row) satisfies Interaction);
    },
    async advance(from, change, now) {
      const advanced = await engine.run((db) =>
        db
          .update(i)
          .set(written(change))
          .where(and(living(from.tokenHash, now), eq(i.step, from.step)))
          .returning({ id: i.id }),
      );
      return advanced.length === 1;
    },
    async end(tokenHash, now) {
      const ended = await engine.run((db) => db.update(i).set({ endedAt: now, sealed: null }).where(living(tokenHash, now)).returning({ id: i.id }));
      return ended.length === 1;
    },
  };
}
