import type { SQL } from 'drizzle-orm';
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { NewMembership, UserRepository } from '../../domain/directory/user.ts';
import { createAdoptionCounting } from './adoption-counting.ts';
import type { Access } from './context.ts';

/** The methods of the repository of users that change who is a member of what. */
type MemberChanges = Pick<
  UserRepository,
  'addMembership' | 'removeMembership' | 'acceptMembership' | 'setDisabled' | 'setExpiry' | 'moveMembers' | 'removeAllOfTenant'
>;

/** Makes the function that gives a new member its roles. Runs in the caller's transaction. */
export const createRoleGiving =
  ({ engine, tables: { membershipRoles: mr } }: Access) =>
  async ({ userId, tenantId, roleIds }: NewMembership): Promise<void> => {
    if (roleIds.length > 0) await engine.send((db) => db.insert(mr).values(roleIds.map((roleId) => ({ userId, tenantId, roleId }))));
  };

/** Makes the methods that change who is a member of what. All of them are counted (`adoption-counting.ts`). */
export function memberChanges(access: Access): MemberChanges {
  const { engine, tables } = access;
  const { users: u, memberships: m, membershipRoles: mr, roles } = tables;
  const { counting, countMembers } = createAdoptionCounting(access);
  const giveRoles = createRoleGiving(access);
  const isMembership = (userId: string, tenantId: string): SQL | undefined => and(eq(m.userId, userId), eq(m.tenantId, tenantId));

  return {
    addMembership: (membership) =>
      engine.transact('NOTHING', async () => {
        const added = await counting(membership.userId, () =>
          engine.run((db) => db.insert(m).values(membership).onConflictDoNothing().returning({ userId: m.userId })),
        );
        if (added.length === 0) return false;
        await giveRoles(membership);
        return true;
      }),
    async removeMembership(userId, tenantId) {
      const removed = await counting(userId, () =>
        engine.run((db) => db.delete(m).where(isMembership(userId, tenantId)).returning({ userId: m.userId })),
      );
      return removed.length === 1;
    },
    async acceptMembership(userId, tenantId) {
      const accepted = await counting(userId, () =>
        engine.run((db) =>
          db
            .update(m)
            .set({ pending: false })
            .where(and(isMembership(userId, tenantId), eq(m.pending, true)))
            .returning({ userId: m.userId }),
        ),
      );
      return accepted.length === 1;
    },
    async setDisabled(userId, tenantId, disabled) {
      const changed = await counting(userId, () =>
        engine.run((db) =>
          db
            .update(m)
            .set({ disabled })
            .where(and(isMembership(userId, tenantId), eq(m.disabled, !disabled)))
            .returning({ userId: m.userId }),
        ),
      );
      return changed.length === 1;
    },
    async setExpiry(userId, tenantId, expiresAt) {
      const changed = await engine.run((db) => db.update(m).set({ expiresAt }).where(isMembership(userId, tenantId)).returning({ userId: m.userId }));
      return changed.length === 1;
    },
    moveMembers: (fromTenantId, toTenantId, now) =>
      engine.transact('NOTHING', async () => {
        await countMembers('-', [fromTenantId, toTenantId]);
        const from = eq(m.tenantId, fromTenantId);
        const to = sql<string>`${toTenantId}`.as('to');
        const inBoth = await engine.run((db) => {
          const there = db.select({ userId: m.userId }).from(m).where(eq(m.tenantId, toTenantId));
          return db
            .delete(m)
            .where(and(from, inArray(m.userId, there)))
            .returning({ userId: m.userId });
        });
        await engine.send((db) => {
          const { createdAt, pending, disabled, expiresAt } = m;
          const enteredAt = sql<Date | null>`cast(null as timestamptz)`.as('entered_at');
          return db
            .insert(m)
            .select(db.select({ userId: m.userId, tenantId: to, createdAt, pending, disabled, expiresAt, enteredAt }).from(m).where(from));
        });
        await engine.send((db) =>
          db.insert(mr).select(
            db
              .select({ userId: mr.userId, tenantId: to, roleId: mr.roleId })
              .from(mr)
              .innerJoin(roles, eq(roles.id, mr.roleId))
              .where(and(eq(mr.tenantId, fromTenantId), isNull(roles.tenantId))),
          ),
        );
        const moved = await engine.run((db) => db.delete(m).where(from).returning({ userId: m.userId }));
        await countMembers('+', [toTenantId]);
        await engine.send((db) => db.update(u).set({ activeTenantId: toTenantId, updatedAt: now }).where(eq(u.activeTenantId, fromTenantId)));
        return inBoth.length + moved.length;
      }),
    // Nothing is counted away: what was counted for the tenant is removed with it.
    async removeAllOfTenant(tenantId) {
      await engine.send((db) => db.delete(m).where(eq(m.tenantId, tenantId)));
    },
  };
}
