import type { SQL } from 'drizzle-orm';
import { and, asc, eq, exists, getTableColumns, gt, inArray, isNotNull, isNull, lte, or, sql } from 'drizzle-orm';
import type { UserRepository } from '../../domain/directory/user.ts';
import { statement } from '../statement.ts';
import { createAdoptionCounting } from './adoption-counting.ts';
import type { Access } from './context.ts';
import { heldRoles } from './held-roles.ts';
import { idsIn } from './ids-in.ts';
import { createRoleGiving, memberChanges } from './member-changes.ts';
import { createTaking } from './taken-address.ts';
import { userLists } from './user-lists.ts';

/** Makes the repository of users, passwords and memberships. */
export function userRepository(access: Access): UserRepository {
  const { engine, tables } = access;
  const { users: u, userEmails: e, usernames: n, memberships: m, membershipRoles: mr, groupMembers: gm, groupRoles: gr } = tables;
  const { fromGroups } = heldRoles({ tables });
  const { passwordCredentials: p, sessions: s, refreshTokens: r } = tables;
  const { taking } = createTaking(access);
  const { counting, countNew, countLogin } = createAdoptionCounting(access);
  const giveRoles = createRoleGiving(access);
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
  const findChangedAt = statement('users.password_changed_at', { id: p.userId }, (db, $) =>
    db
      .select({ changedAt: p.changedAt })
      .from(p)
      .where(eq(p.userId, $('id'))),
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
      .set({ lastLoginAt: $('now'), firstLoginAt: sql`coalesce(${u.firstLoginAt}, ${$('now')})`, activeTenantId: $('tenantId') })
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

  /** A membership with the ids of its roles and groups, in one statement. */
  const withRoles = {
    ...getTableColumns(m),
    roleIds: idsIn(engine.dialect, mr.roleId, sql`from ${mr} where ${mr.userId} = ${m.userId} and ${mr.tenantId} = ${m.tenantId}`),
    groupIds: idsIn(engine.dialect, gm.groupId, sql`from ${gm} where ${gm.userId} = ${m.userId} and ${gm.tenantId} = ${m.tenantId}`),
    groupRoleIds: idsIn(engine.dialect, gr.roleId, fromGroups(m.userId, m.tenantId)),
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
        await countNew(user.id);
        await giveRoles(membership);
        if (passwordHash !== null) await engine.send((db) => db.insert(p).values({ userId: user.id, hash: passwordHash, changedAt: user.createdAt }));
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
    async passwordChangedAt(userId) {
      const [row] = await engine.read((db) => findChangedAt(db, { id: userId }));
      return row?.changedAt ?? null;
    },
    async setPasswordHash(userId, hash, changedAt) {
      const set = { hash, changedAt };
      await engine.send((db) =>
        db
          .insert(p)
          .values({ userId, ...set })
          .onConflictDoUpdate({ target: p.userId, set }),
      );
    },
    async replacePasswordHash(userId, { from, to }, changedAt) {
      const replaced = await engine.run((db) =>
        db
          .update(p)
          .set({ hash: to, ...(changedAt === null ? {} : { changedAt }) })
          .where(and(eq(p.userId, userId), eq(p.hash, from)))
          .returning({ userId: p.userId }),
      );
      return replaced.length === 1;
    },
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
    ...memberChanges(access),
    async update(id, change, now) {
      const update = () =>
        engine.run((db) =>
          db
            .update(u)
            .set({ ...change, updatedAt: now })
            .where(eq(u.id, id))
            .returning(),
        );
      const [row] = await (change.mfaBypass === undefined ? update() : counting(id, update));
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
      const removed = await counting(id, () => engine.run((db) => db.delete(u).where(eq(u.id, id)).returning({ id: u.id })));
      return removed.length === 1;
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
    async markVerified(id, now) {
      const changed = await engine.run((db) => db.update(u).set({ verified: true, updatedAt: now }).where(eq(u.id, id)).returning({ id: u.id }));
      return changed.length === 1;
    },
    async setLocked(id, locked, now) {
      const changed = await counting(id, () =>
        engine.run((db) =>
          db
            .update(u)
            .set({ locked, updatedAt: now })
            .where(and(eq(u.id, id), eq(u.locked, !locked)))
            .returning({ id: u.id }),
        ),
      );
      return changed.length === 1;
    },
    async recordLogin(id, tenantId, now) {
      // Sent at once, so that no other change of the user is counted between the first two.
      await Promise.all([
        countLogin(id, now),
        engine.send((db) => recordLogin(db, { id, tenantId, now })),
        engine.send((db) => recordEntry(db, { id, tenantId, now })),
      ]);
    },
  };
}
