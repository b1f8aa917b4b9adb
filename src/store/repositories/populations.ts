import type { Column, SQL } from 'drizzle-orm';
import { and, asc, countDistinct, eq, exists, gt, inArray, isNotNull, isNull, lte, or, sql } from 'drizzle-orm';
import type { Person, PopulationRepository } from '../../domain/insight/population.ts';
import type { Db } from '../db.ts';
import type { Access } from './context.ts';
import { heldRoles } from './held-roles.ts';

/**
 * Makes the repository of whom policies concern. People are read in the order of their ids, by an index that begins with what selects them, so
 * that each part costs the same however many people there are.
 */
export function populationRepository({ engine, tables }: Access): PopulationRepository {
  const { users: u, memberships: m, authenticators: a, rememberedDevices: d, mfaExemptions: x } = tables;
  const { rolePermissions: rp, permissions: pe } = tables;
  const { holdings } = heldRoles({ tables });
  /** The columns of who holds which role. */
  const held = { userId: sql<string>`held.user_id`, tenantId: sql<string>`held.tenant_id`, roleId: sql<string>`held.role_id` };
  const within = (tenantId: string | null, column: Column): SQL => (tenantId === null ? sql`1 = 1` : eq(column, tenantId));
  const person = {
    ...{ id: u.id, locked: u.locked, verified: u.verified, mfaBypass: u.mfaBypass, activeTenantId: u.activeTenantId },
    ...{ firstLoginAt: u.firstLoginAt, heldFactorAt: u.heldFactorAt, exemptUntil: u.exemptUntil },
    hasLoggedIn: sql<boolean>`${isNotNull(u.lastLoginAt)}`.mapWith(Boolean),
  };

  type Row = Omit<Person, 'open' | 'authenticators' | 'exemptions'> & { exemptUntil: Date | null };

  /** Returns the people of the rows with what else decides about them, of whom `ofThese` finds everything. */
  const complete = async (rows: readonly Row[], ofThese: (userId: Column) => SQL | undefined, now: Date): Promise<Person[]> => {
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
    // Hardly anybody is exempt.
    const exempt = rows.filter(({ exemptUntil }) => exemptUntil !== null && exemptUntil > now).map(({ id }) => id);
    const exemptions =
      exempt.length === 0
        ? []
        : await engine.read((db) =>
            db
              .select({ id: x.id, userId: x.userId, tenantId: x.tenantId })
              .from(x)
              .where(and(inArray(x.userId, exempt), isNull(x.endedAt), gt(x.until, now)))
              .orderBy(asc(x.createdAt), asc(x.id)),
          );
    const people = new Map<string, Person>(rows.map((row) => [row.id, { ...row, open: [], authenticators: [], exemptions: [] }]));
    for (const membership of open) people.get(membership.userId)?.open.push(membership);
    for (const authenticator of authenticators) people.get(authenticator.userId)?.authenticators.push(authenticator);
    for (const exemption of exemptions) people.get(exemption.userId)?.exemptions.push(exemption);
    return [...people.values()];
  };
  const amongIds = (rows: readonly Row[]) => (userId: Column) =>
    inArray(
      userId,
      rows.map(({ id }) => id),
    );

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
      const inRange = (userId: Column) => and(gt(userId, afterId), lte(userId, last.id));
      return complete(rows, tenantId === null ? inRange : amongIds(rows), now);
    },
    async readByFirstLogin({ tenantId, visibleOnly }, { afterLoginAt, afterUserId, until, limit }, now) {
      const joined = (db: Db) =>
        exists(
          db
            .select({ userId: m.userId })
            .from(m)
            .where(and(eq(m.userId, u.id), eq(m.tenantId, tenantId ?? ''), eq(m.pending, false))),
        );
      const after = sql`(${u.firstLoginAt}, ${u.id}) > (${sql.param(afterLoginAt, u.firstLoginAt)}, ${afterUserId})`;
      const rows = await engine.read((db) =>
        db
          .select(person)
          .from(u)
          .where(
            and(
              ...[isNotNull(u.firstLoginAt), after, lte(u.firstLoginAt, until)],
              ...[visibleOnly ? eq(u.invisible, false) : undefined, tenantId === null ? undefined : joined(db)],
            ),
          )
          .orderBy(asc(u.firstLoginAt), asc(u.id))
          .limit(limit),
      );
      return rows.length === 0 ? [] : complete(rows, amongIds(rows), now);
    },
    async hasEnrolledHolder(permissionKeys, tenantId) {
      const rows = await engine.read((db) =>
        db
          .select({ userId: held.userId })
          .from(sql`${holdings((columns) => within(tenantId, columns.tenantId))} as held`)
          .innerJoin(rp, eq(rp.roleId, held.roleId))
          .innerJoin(pe, eq(pe.id, rp.permissionId))
          .innerJoin(m, and(eq(m.userId, held.userId), eq(m.tenantId, held.tenantId)))
          .innerJoin(u, eq(u.id, held.userId))
          .innerJoin(a, eq(a.userId, held.userId))
          .where(and(...[inArray(pe.key, [...permissionKeys]), eq(m.pending, false), eq(m.disabled, false), eq(u.locked, false)]))
          .limit(1),
      );
      return rows.length > 0;
    },
    async countHolders(userIds, permissionKeys, tenantId) {
      const [row] = await engine.read((db) =>
        db
          .select({ number: countDistinct(held.userId) })
          .from(
            sql`${holdings((columns) => and(inArray(columns.userId, [...userIds]), within(tenantId, columns.tenantId)) ?? within(null, columns.tenantId))} as held`,
          )
          .innerJoin(rp, eq(rp.roleId, held.roleId))
          .innerJoin(pe, eq(pe.id, rp.permissionId))
          .where(inArray(pe.key, [...permissionKeys])),
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
