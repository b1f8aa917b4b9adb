import type { SQL } from 'drizzle-orm';
import { and, asc, eq, exists, getTableColumns, gt, inArray, isNotNull, isNull, lte, or, sql } from 'drizzle-orm';
import type { NewMembership, UserRepository } from '../../domain/directory/user.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';
import { idsIn } from './ids-in.ts';
import { createTaking } from './taken-address.ts';
import { userLists } from './user-lists.ts';

/** Makes the repository of users, passwords and memberships. */
export function userRepository(access: Access): UserRepository {
  const { engine, tables } = access;
  const { users: u, userEmails: e, usernames: n, memberships: m, membershipRoles: mr, roles } = tables;
  const { passwordCredentials: p, sessions: s, refreshTokens: r } = tables;
  const { taking } = createTaking(access);
  const findOne = statement('users.find', { id: u.id }, (db, $) =>
    db
      .select()
      .from(u)
      .where(eq(u.id, $('id'))),
  );
  // An id instead of an OR over two tables, because both databases then find each row by an index.
  const findByEmail = statement('users.find_by_email', { email: u.emailNormalized }, (db, $) => {
    const primary = db
      .select({ id: u.id })
      .from(u)
      .where(eq(u.emailNormalized, $('email')));
    const another = db
      .select({ id: e.userId })
      .from(e)
      .where(and(eq(e.emailNormalized, $('email')), sql`${e.verified}`));
    return db
      .select()
      .from(u)
      .where(eq(u.id, sql`coalesce((${primary}), (${another}))`));
  });
  const findByUsername = statement('users.find_by_username', { username: n.usernameFolded }, (db, $) =>
    db
      .select(getTableColumns(u))
      .from(n)
      .innerJoin(u, eq(u.id, n.userId))
      .where(eq(n.usernameFolded, $('username'))),
  );
  const findByRefreshToken = statement('users.find_by_refresh_token', { tokenHash: r.tokenHash }, (db, $) =>
    db
      .select(getTableColumns(u))
      .from(r)
      .innerJoin(s, eq(s.id, r.sessionId))
      .innerJoin(u, eq(u.id, s.userId))
      .where(eq(r.tokenHash, $('tokenHash'))),
  );
  const findHash = statement('users.password_hash', { id: p.userId }, (db, $) =>
    db
      .select({ hash: p.hash })
      .from(p)
      .where(eq(p.userId, $('id'))),
  );
  const membershipsOf = statement('users.memberships', { id: m.userId }, (db, $) =>
    db
      .select()
      .from(m)
      .where(eq(m.userId, $('id')))
      .orderBy(asc(m.createdAt), asc(m.tenantId)),
  );
  /** What makes a membership one that can be entered. */
  const isOpen = (now: SQL): SQL | undefined =>
    and(eq(m.pending, false), eq(m.disabled, false), or(isNull(m.expiresAt), sql`${m.expiresAt} > ${now}`));
  const openMembershipsOf = statement('users.open_memberships', { id: m.userId, now: m.expiresAt }, (db, $) =>
    db
      .select()
      .from(m)
      .where(and(eq(m.userId, $('id')), isOpen($('now'))))
      .orderBy(asc(m.createdAt), asc(m.tenantId)),
  );
  const openMembershipsByRefreshToken = statement('users.open_memberships_by_refresh_token', { tokenHash: r.tokenHash, now: m.expiresAt }, (db, $) =>
    db
      .select(getTableColumns(m))
      .from(r)
      .innerJoin(s, eq(s.id, r.sessionId))
      .innerJoin(m, eq(m.userId, s.userId))
      .where(and(eq(r.tokenHash, $('tokenHash')), isOpen($('now'))))
      .orderBy(asc(m.createdAt), asc(m.tenantId)),
  );
  const recordLogin = statement('users.record_login', { id: u.id, tenantId: u.activeTenantId, now: u.lastLoginAt }, (db, $) =>
    db
      .update(u)
      .set({ lastLoginAt: $('now'), activeTenantId: $('tenantId') })
      .where(eq(u.id, $('id')))
      .returning({ id: u.id }),
  );
  const recordEntry = statement('users.record_entry', { id: m.userId, tenantId: m.tenantId, now: m.enteredAt }, (db, $) =>
    db
      .update(m)
      .set({ enteredAt: $('now') })
      .where(and(eq(m.userId, $('id')), eq(m.tenantId, $('tenantId')), isNull(m.enteredAt)))
      .returning({ userId: m.userId }),
  );

  /** A membership with the ids of its roles, in one statement. */
  const withRoles = {
    ...getTableColumns(m),
    roleIds: idsIn(engine.dialect, mr.roleId, sql`from ${mr} where ${mr.userId} = ${m.userId} and ${mr.tenantId} = ${m.tenantId}`),
  };

  const giveRoles = async ({ userId, tenantId, roleIds }: NewMembership): Promise<void> => {
    if (roleIds.length > 0) await engine.send((db) => db.insert(mr).values(roleIds.map((roleId) => ({ userId, tenantId, roleId }))));
  };

  const isMembership = (userId: string, tenantId: string): SQL | undefined => and(eq(m.userId, userId), eq(m.tenantId, tenantId));

  return {
    create: (user, membership, passwordHash) =>
      taking({ userId: user.id, emailNormalized: user.emailNormalized }, async () => {
        const created = await engine.run((db) =>
          db.insert(u).values(user).onConflictDoNothing({ target: u.emailNormalized }).returning({ id: u.id }),
        );
        if (created.length === 0) return false;
        await engine.send((db) => db.insert(m).values(membership));
        await giveRoles(membership);
        if (passwordHash !== null) await engine.send((db) => db.insert(p).values({ userId: user.id, hash: passwordHash }));
        return true;
      }),
    async findMany(ids) {
      const [first, ...others] = ids;
      if (first === undefined) return [];
      if (others.length === 0) return engine.read((db) => findOne(db, { id: first }));
      return engine.read((db) =>
        db
          .select()
          .from(u)
          .where(inArray(u.id, [...ids])),
      );
    },
    async findByEmail(emailNormalized) {
      const [row] = await engine.read((db) => findByEmail(db, { email: emailNormalized }));
      return row ?? null;
    },
    async findByUsername(usernameFolded) {
      const [row] = await engine.read((db) => findByUsername(db, { username: usernameFolded }));
      return row ?? null;
    },
    async findByRefreshToken(tokenHash) {
      const [row] = await engine.read((db) => findByRefreshToken(db, { tokenHash }));
      return row ?? null;
    },
    async passwordHash(userId) {
      const [row] = await engine.read((db) => findHash(db, { id: userId }));
      return row?.hash ?? null;
    },
    async setPasswordHash(userId, hash) {
      await engine.send((db) => db.insert(p).values({ userId, hash }).onConflictDoUpdate({ target: p.userId, set: { hash } }));
    },
    addMembership: (membership) =>
      engine.transact('NOTHING', async () => {
        const added = await engine.run((db) => db.insert(m).values(membership).onConflictDoNothing().returning({ userId: m.userId }));
        if (added.length === 0) return false;
        await giveRoles(membership);
        return true;
      }),
    async memberships(userIds) {
      const [first, ...others] = userIds;
      if (first === undefined) return [];
      if (others.length === 0) return engine.read((db) => membershipsOf(db, { id: first }));
      return engine.read((db) =>
        db
          .select()
          .from(m)
          .where(inArray(m.userId, [...userIds]))
          .orderBy(asc(m.createdAt), asc(m.userId), asc(m.tenantId)),
      );
    },
    membershipsWithRoles: async (userIds) =>
      userIds.length === 0
        ? []
        : engine.read((db) =>
            db
              .select(withRoles)
              .from(m)
              .where(inArray(m.userId, [...userIds]))
              .orderBy(asc(m.createdAt), asc(m.userId), asc(m.tenantId)),
          ),
    openMemberships: (id, now) => engine.read((db) => openMembershipsOf(db, { id, now })),
    openMembershipsByRefreshToken: (tokenHash, now) => engine.read((db) => openMembershipsByRefreshToken(db, { tokenHash, now })),
    ...userLists(access),
    async update(id, change, now) {
      const [row] = await engine.run((db) =>
        db
          .update(u)
          .set({ ...change, updatedAt: now })
          .where(eq(u.id, id))
          .returning(),
      );
      return row ?? null;
    },
    listUnusualAddresses: (afterId, limit) =>
      engine.read((db) =>
        db
          .select({ id: u.id, email: u.email, emailNormalized: u.emailNormalized })
          .from(u)
          .where(and(gt(u.id, afterId), sql`(length(${u.emailNormalized}) <> octet_length(${u.emailNormalized}) or ${u.emailNormalized} like '%.')`))
          .orderBy(asc(u.id))
          .limit(limit),
      ),
    renewAddress: (id, emailNormalized) =>
      taking({ userId: id, emailNormalized }, async () => {
        const changed = await engine.run((db) => db.update(u).set({ emailNormalized }).where(eq(u.id, id)).returning({ id: u.id }));
        return changed.length === 1;
      }),
    setEmail: (id, address, now) =>
      taking({ userId: id, emailNormalized: address.emailNormalized }, async () => {
        await engine.send((db) => db.delete(e).where(and(eq(e.userId, id), eq(e.emailNormalized, address.emailNormalized))));
        const changed = await engine.run((db) =>
          db
            .update(u)
            .set({ ...address, updatedAt: now })
            .where(eq(u.id, id))
            .returning({ id: u.id }),
        );
        return changed.length === 1;
      }),
    async remove(id) {
      const removed = await engine.run((db) => db.delete(u).where(eq(u.id, id)).returning({ id: u.id }));
      return removed.length === 1;
    },
    async removeMembership(userId, tenantId) {
      const removed = await engine.run((db) => db.delete(m).where(isMembership(userId, tenantId)).returning({ userId: m.userId }));
      return removed.length === 1;
    },
    async acceptMembership(userId, tenantId) {
      const accepted = await engine.run((db) =>
        db
          .update(m)
          .set({ pending: false })
          .where(and(isMembership(userId, tenantId), eq(m.pending, true)))
          .returning({ userId: m.userId }),
      );
      return accepted.length === 1;
    },
    async setDisabled(userId, tenantId, disabled) {
      const changed = await engine.run((db) =>
        db
          .update(m)
          .set({ disabled })
          .where(and(isMembership(userId, tenantId), eq(m.disabled, !disabled)))
          .returning({ userId: m.userId }),
      );
      return changed.length === 1;
    },
    async setExpiry(userId, tenantId, expiresAt) {
      const changed = await engine.run((db) => db.update(m).set({ expiresAt }).where(isMembership(userId, tenantId)).returning({ userId: m.userId }));
      return changed.length === 1;
    },
    expiredMemberships: (now, limit) =>
      engine.read((db) =>
        db
          .select()
          .from(m)
          .where(and(isNotNull(m.expiresAt), lte(m.expiresAt, now)))
          .orderBy(asc(m.expiresAt), asc(m.userId))
          .limit(limit),
      ),
    async setActiveTenant(id, tenantId, now) {
      const changed = await engine.run((db) => {
        const enterable = db
          .select({ userId: m.userId })
          .from(m)
          .where(and(isMembership(id, tenantId), isOpen(sql`${sql.param(now, m.expiresAt)}`)));
        return db
          .update(u)
          .set({ activeTenantId: tenantId, updatedAt: now })
          .where(and(eq(u.id, id), exists(enterable)))
          .returning({ id: u.id });
      });
      return changed.length === 1;
    },
    async enterNext(id, tenantId, now) {
      await engine.send((db) => db.update(u).set({ activeTenantId: tenantId, updatedAt: now }).where(eq(u.id, id)));
    },
    moveMembers: (fromTenantId, toTenantId, now) =>
      engine.transact('NOTHING', async () => {
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
        await engine.send((db) => db.update(u).set({ activeTenantId: toTenantId, updatedAt: now }).where(eq(u.activeTenantId, fromTenantId)));
        return inBoth.length + moved.length;
      }),
    async markVerified(id, now) {
      const changed = await engine.run((db) => db.update(u).set({ verified: true, updatedAt: now }).where(eq(u.id, id)).returning({ id: u.id }));
      return changed.length === 1;
    },
    async setLocked(id, locked, now) {
      const changed = await engine.run((db) =>
        db
          .update(u)
          .set({ locked, updatedAt: now })
          .where(and(eq(u.id, id), eq(u.locked, !locked)))
          .returning({ id: u.id }),
      );
      return changed.length === 1;
    },
    async recordLogin(id, tenantId, now) {
      await engine.send((db) => recordLogin(db, { id, tenantId, now }));
      await engine.send((db) => recordEntry(db, { id, tenantId, now }));
    },
    async removeAllOfTenant(tenantId) {
      await engine.send((db) => db.delete(m).where(eq(m.tenantId, tenantId)));
    },
  };
}
