import { and, eq, gt, isNull } from 'drizzle-orm';
import type { AuthorizationCodeRepository } from '../../domain/oauth/authorization-code.ts';
import { insertion, statement } from '../statement.ts';
import type { Access } from './context.ts';
import { proofIn, proofOut } from './proof.ts';

/** Makes the repository of authorization codes. */
export function authorizationCodeRepository({ engine, tables: { authorizationCodes: c } }: Access): AuthorizationCodeRepository {
  const insert = insertion('authorization_codes.add', c);
  const find = statement('authorization_codes.find', { codeHash: c.codeHash }, (db, $) =>
    db
      .select()
      .from(c)
      .where(eq(c.codeHash, $('codeHash'))),
  );
  const spend = statement('authorization_codes.spend', { codeHash: c.codeHash, spentAt: c.spentAt, now: c.expiresAt }, (db, $) =>
    db
      .update(c)
      .set({ spentAt: $('spentAt') })
      .where(and(eq(c.codeHash, $('codeHash')), isNull(c.spentAt), gt(c.expiresAt, $('now'))))
      .returning({ codeHash: c.codeHash }),
  );

  return {
    async add({ proof, ...code }) {
      await engine.send((db) => insert(db, { ...code, ...proofIn(proof) }));
    },
    async find(codeHash) {
      const [row] = await engine.read((db) => find(db, { codeHash }));
      return row === undefined ? null : proofOut(row);
    },
    async spend(codeHash, now) {
      const spent = await engine.run((db) => spend(db, { codeHash, spentAt: now, now }));
      return spent.length === 1;
    },
    async keepChains(codeHash, chainIds) {
      await engine.send((db) => db.update(c).set({ chainIds }).where(eq(c.codeHash, codeHash)));
    },
    async endAllOf(userId, now) {
      await engine.send((db) =>
        db
          .update(c)
          .set({ spentAt: now })
          .where(and(eq(c.userId, userId), isNull(c.spentAt))),
      );
    },
    async endAllIn(tenantId, userId, now) {
      await engine.send((db) =>
        db
          .update(c)
          .set({ spentAt: now })
          .where(and(eq(c.tenantId, tenantId), userId === null ? undefined : eq(c.userId, userId), isNull(c.spentAt))),
      );
    },
  };
}
