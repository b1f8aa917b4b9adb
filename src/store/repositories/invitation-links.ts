import type { SQL } from 'drizzle-orm';
import { and, asc, count, eq, gt, inArray, isNotNull, lte } from 'drizzle-orm';
import { newestPossible } from '../../domain/bounds.ts';
import type { InvitationLinkFilter, InvitationLinkRepository } from '../../domain/invitation/invitation-link.ts';
import type { Access } from './context.ts';
import { keyset, toPage } from './keyset.ts';

/** Makes the repository of links by which people join a tenant. */
export function invitationLinkRepository({ engine, tables: { invitationLinks: l } }: Access): InvitationLinkRepository {
  const lives = (now: Date): SQL | undefined => and(gt(l.expiresAt, now), lte(l.createdAt, newestPossible(now)));
  const ofMember = (tenantId: string, userId: string): SQL | undefined => and(eq(l.tenantId, tenantId), eq(l.userId, userId));
  const matching = ({ tenantId, userId }: InvitationLinkFilter, now: Date): SQL | undefined =>
    and(tenantId === undefined ? undefined : eq(l.tenantId, tenantId), userId === undefined ? undefined : eq(l.userId, userId), lives(now));

  return {
    async replace(link) {
      const { tenantId, userId, roleIds } = link;
      if (userId !== null) await engine.send((db) => db.delete(l).where(ofMember(tenantId, userId)));
      await engine.send((db) => db.insert(l).values({ ...link, roleIds: [...roleIds] }));
    },
    async findByToken(tokenHash, now) {
      const [row] = await engine.read((db) =>
        db
          .select()
          .from(l)
          .where(and(eq(l.tokenHash, tokenHash), lives(now))),
      );
      return row ?? null;
    },
    async findOf(tenantId, userId, now) {
      const [row] = await engine.read((db) =>
        db
          .select()
          .from(l)
          .where(and(ofMember(tenantId, userId), lives(now))),
      );
      return row ?? null;
    },
    findMany: async (ids, now) =>
      ids.length === 0
        ? []
        : engine.read((db) =>
            db
              .select()
              .from(l)
              .where(and(inArray(l.id, [...ids]), lives(now))),
          ),
    all: (filter, now) => engine.read((db) => db.select().from(l).where(matching(filter, now)).orderBy(asc(l.createdAt), asc(l.id))),
    async list(filter, page, now) {
      const { where, orderBy, limit } = keyset(l, page);
      const rows = await engine.read((db) =>
        db
          .select()
          .from(l)
          .where(and(matching(filter, now), where))
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    async count(filter, now) {
      const [row] = await engine.read((db) => db.select({ number: count() }).from(l).where(matching(filter, now)));
      return row?.number ?? 0;
    },
    async update(id, change, now) {
      const changed = await engine.run((db) =>
        db
          .update(l)
          .set(change)
          .where(and(eq(l.id, id), lives(now)))
          .returning({ id: l.id }),
      );
      return changed.length === 1;
    },
    async remove(id) {
      const removed = await engine.run((db) => db.delete(l).where(eq(l.id, id)).returning({ id: l.id }));
      return removed.length === 1;
    },
    async endAllOf(userId) {
      await engine.send((db) => db.delete(l).where(eq(l.userId, userId)));
    },
    async endAllIn(tenantId, userId) {
      await engine.send((db) =>
        db.delete(l).where(userId === null ? and(eq(l.tenantId, tenantId), isNotNull(l.userId)) : ofMember(tenantId, userId)),
      );
    },
    async removeAllOfTenant(tenantId) {
      await engine.send((db) => db.delete(l).where(eq(l.tenantId, tenantId)));
    },
  };
}
