import type { Column, SQL } from 'drizzle-orm';
import { and, asc, countDistinct, eq, gt, inArray, isNotNull, isNull, lte, or, sql } from 'drizzle-orm';
import type { Person, PopulationRepository } from '../../domain/insight/population.ts';
import type { Access } from './context.ts';

/**
 * Makes the repository of whom policies concern. People are read in the order of their ids, by an index that begins with what selects them, so
 * that each part costs the same however many people there are.
 */
export function populationRepository({ engine, tables }: Access): PopulationRepository {
  const { users: u, memberships: m, authenticators: a, rememberedDevices: d } = tables;
  const { membershipRoles: mr, rolePermissions: rp, permissions: pe } = tables;
  const person = {
    ...{ id: u.id, locked: u.locked, verified: u.verified, mfaBypass: u.mfaBypass, activeTenantId: u.activeTenantId },
    hasLoggedIn: sql<boolean>`${isNotNull(u.lastLoginAt)}`.mapWith(Boolean),
  };

  return {
    async read({ tenantId, visibleOnly }, { afterId, limit }, now) {
      const shown = visibleOnly ? eq(u.invisible, false) : undefined;
      const rows = await engine.read((db) =>
        tenantId === null
          ? db
              .select(person)
              .from(u)
              .where(and(gt(u.id, afterId), shown))
              .orderBy(asc(u.id))
              .limit(limit)
          : db
              .select(person)
              .from(m)
              .innerJoin(u, eq(u.id, m.userId))
              .where(and(eq(m.tenantId, tenantId), eq(m.pending, false), gt(m.userId, afterId), shown))
              .orderBy(asc(m.userId))
              .limit(limit),
      );
      const last = rows.at(-1);
      if (last === undefined) return [];
      // Everybody in a range of ids is concerned in the environment. A list of hundreds of ids takes longer to send and to plan.
      const ofThese = (userId: Column): SQL | undefined =>
        tenantId === null
          ? and(gt(userId, afterId), lte(userId, last.id))
          : inArray(
              userId,
              rows.map(({ id }) => id),
            );
      const isOpen = and(eq(m.pending, false), eq(m.disabled, false), or(isNull(m.expiresAt), gt(m.expiresAt, now)));
      const open = await engine.read((db) =>
        db
          .select({ userId: m.userId, tenantId: m.tenantId })
          .from(m)
          .where(and(ofThese(m.userId), isOpen))
          .orderBy(asc(m.userId), asc(m.createdAt), asc(m.tenantId)),
      );
      const authenticators = await engine.read((db) =>
        db
          .select({ userId: a.userId, id: a.id, strategy: a.strategy })
          .from(a)
          .where(ofThese(a.userId))
          .orderBy(asc(a.userId), asc(a.createdAt), asc(a.id)),
      );
      const people = new Map<string, Person>(rows.map((row) => [row.id, { ...row, open: [], authenticators: [] }]));
      for (const membership of open) people.get(membership.userId)?.open.push(membership);
      for (const authenticator of authenticators) people.get(authenticator.userId)?.authenticators.push(authenticator);
      return [...people.values()];
    },
    async countHolders(userIds, permissionKeys, tenantId) {
      const [row] = await engine.read((db) =>
        db
          .select({ number: countDistinct(mr.userId) })
          .from(mr)
          .innerJoin(rp, eq(rp.roleId, mr.roleId))
          .innerJoin(pe, eq(pe.id, rp.permissionId))
          .where(
            and(inArray(mr.userId, [...userIds]), inArray(pe.key, [...permissionKeys]), tenantId === null ? undefined : eq(mr.tenantId, tenantId)),
          ),
      );
      return row?.number ?? 0;
    },
    devices: (userIds) =>
      engine.read((db) =>
        db
          .select({ userId: d.userId, createdAt: d.createdAt })
          .from(d)
          .where(inArray(d.userId, [...userIds])),
      ),
  };
}
