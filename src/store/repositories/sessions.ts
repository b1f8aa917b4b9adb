import type { SQL } from 'drizzle-orm';
import { and, desc, eq, getTableColumns, gte, isNotNull, isNull, lte, not } from 'drizzle-orm';
import { newestPossible } from '../../domain/bounds.ts';
import type { SessionRepository } from '../../domain/session/session.ts';
import { mostChains } from '../../domain/session/session.ts';
import { insertion, statement } from '../statement.ts';
import type { Access } from './context.ts';
import { limitedSessions } from './limited-sessions.ts';
import { livingSessions } from './living-sessions.ts';
import { userSessions } from './user-sessions.ts';

/** Makes the repository of sessions and refresh tokens. */
export function sessionRepository(access: Access): SessionRepository {
  const {
    engine,
    tables: { sessions: s, refreshTokens: r },
  } = access;
  const { endedAt: _, requestedTenantId: __, ...columns } = getTableColumns(s);
  const { isLiving, livingAt } = livingSessions(access);

  const insert = insertion('sessions.add', s);
  const find = statement('sessions.find', { id: s.id, now: s.expiresAt, newest: s.createdAt }, (db, $) =>
    db
      .select(columns)
      .from(s)
      .where(and(eq(s.id, $('id')), isLiving($('now'), $('newest')))),
  );
  const findRefreshToken = statement('refresh_tokens.find', { tokenHash: r.tokenHash, now: s.expiresAt, newest: s.createdAt }, (db, $) =>
    db
      .select({ token: getTableColumns(r), session: columns, requestedTenantId: s.requestedTenantId })
      .from(r)
      .leftJoin(s, and(eq(s.id, r.sessionId), isLiving($('now'), $('newest'))))
      .where(eq(r.tokenHash, $('tokenHash'))),
  );
  const findCurrentToken = statement('refresh_tokens.find_current', { sessionId: r.sessionId }, (db, $) =>
    db
      .select()
      .from(r)
      .where(and(eq(r.sessionId, $('sessionId')), isNull(r.chainId), isNull(r.supersededAt)))
      .orderBy(desc(r.createdAt))
      .limit(1),
  );
  const findCurrentOfChain = statement('refresh_tokens.find_current_of_chain', { chainId: r.chainId }, (db, $) =>
    db
      .select()
      .from(r)
      .where(and(eq(r.chainId, $('chainId')), isNull(r.supersededAt)))
      .orderBy(desc(r.createdAt))
      .limit(1),
  );
  const supersede = statement('refresh_tokens.supersede', { tokenHash: r.tokenHash, now: r.supersededAt }, (db, $) =>
    db
      .update(r)
      .set({ supersededAt: $('now'), sealed: null })
      .where(and(eq(r.tokenHash, $('tokenHash')), isNull(r.supersededAt)))
      .returning({ tokenHash: r.tokenHash }),
  );
  const insertToken = insertion('refresh_tokens.add', r);
  const end = statement('sessions.end', { id: s.id, now: s.endedAt }, (db, $) =>
    db
      .update(s)
      .set({ endedAt: $('now') })
      .where(and(eq(s.id, $('id')), isNull(s.endedAt)))
      .returning({ id: s.id }),
  );

  return {
    ...userSessions(access),
    ...limitedSessions(access),
    add: (session, refreshTokenHash) =>
      engine.transact('NOTHING', async () => {
        await engine.send((db) => insert(db, { ...session, endedAt: null, requestedTenantId: null }));
        const { id: sessionId, createdAt } = session;
        const first = { tokenHash: refreshTokenHash, sessionId, chainId: null, forApplication: false, createdAt, sealed: null, supersededAt: null };
        await engine.send((db) => insertToken(db, first));
      }),
    async find(id, now) {
      const [row] = await engine.read((db) => find(db, { id, now, newest: newestPossible(now) }));
      return row ?? null;
    },
    async findRefreshToken(tokenHash, now) {
      const [row] = await engine.read((db) => findRefreshToken(db, { tokenHash, now, newest: newestPossible(now) }));
      return row ?? null;
    },
    async findCurrentToken({ sessionId, chainId }) {
      const [row] = await engine.read((db) => (chainId === null ? findCurrentToken(db, { sessionId }) : findCurrentOfChain(db, { chainId })));
      return row ?? null;
    },
    async supersede(tokenHash, now) {
      const superseded = await engine.run((db) => supersede(db, { tokenHash, now }));
      return superseded.length === 1;
    },
    async addRefreshToken(token) {
      await engine.send((db) => insertToken(db, token));
    },
    async endChain(chainId) {
      await engine.send((db) => db.delete(r).where(eq(r.chainId, chainId)));
    },
    async chainsBeyond(sessionId, kept) {
      const rows = await engine.read((db) =>
        db
          .select({ chainId: r.chainId })
          .from(r)
          .where(and(eq(r.sessionId, sessionId), isNotNull(r.chainId), isNull(r.supersededAt)))
          .orderBy(desc(r.createdAt), desc(r.tokenHash))
          .limit(mostChains)
          .offset(kept),
      );
      return rows.flatMap(({ chainId }) => chainId ?? []);
    },
    async forgetSealed(createdFrom, now) {
      await engine.run((db) =>
        db
          .update(r)
          .set({ sealed: null })
          // A token created in the future was made while a clock was wrong. Its grace may be over long since.
          .where(and(isNotNull(r.sealed), not(and(gte(r.createdAt, createdFrom), lte(r.createdAt, now)) as SQL))),
      );
    },
    async stepUp(id, amr, now) {
      const [row] = await engine.run((db) =>
        db
          .update(s)
          .set({ amr, secondFactorAt: now })
          .where(and(eq(s.id, id), livingAt(now)))
          .returning(columns),
      );
      return row ?? null;
    },
    async proveMailbox(id, now) {
      const proven = await engine.run((db) =>
        db
          .update(s)
          .set({ mailboxProvenAt: now })
          .where(and(eq(s.id, id), livingAt(now)))
          .returning({ id: s.id }),
      );
      return proven.length === 1;
    },
    async forgetMailboxProofs(userId) {
      await engine.send((db) =>
        db
          .update(s)
          .set({ mailboxProvenAt: null })
          .where(and(eq(s.userId, userId), isNotNull(s.mailboxProvenAt))),
      );
    },
    async switchTenant(id, tenantId, expiresAt) {
      await engine.send((db) => db.update(s).set({ tenantId, requestedTenantId: null, expiresAt }).where(eq(s.id, id)));
    },
    async requestTenant(id, tenantId) {
      await engine.send((db) => db.update(s).set({ requestedTenantId: tenantId }).where(eq(s.id, id)));
    },
    async end(id, now) {
      const ended = await engine.run((db) => end(db, { id, now }));
      return ended.length === 1;
    },
    async endAllOf(userId, now) {
      await engine.send((db) =>
        db
          .update(s)
          .set({ endedAt: now })
          .where(and(eq(s.userId, userId), isNull(s.endedAt))),
      );
    },
    async endAllIn(tenantId, userId, now) {
      await engine.send((db) =>
        db
          .update(s)
          .set({ endedAt: now })
          .where(and(eq(s.tenantId, tenantId), userId === null ? undefined : eq(s.userId, userId), isNull(s.endedAt))),
      );
    },
  };
}
