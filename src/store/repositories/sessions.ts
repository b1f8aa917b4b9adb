import { and, eq, getTableColumns, gt, isNull, lt, lte } from 'drizzle-orm';
import type { SessionRepository } from '../../domain/session/session.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';

/** Makes the repository of sessions and refresh tokens. */
export function sessionRepository({ engine, tables: { sessions: s, refreshTokens: r } }: Access): SessionRepository {
  const { endedAt: _, requestedTenantId: __, ...columns } = getTableColumns(s);

  const find = statement('sessions.find', { id: s.id, now: s.expiresAt }, (db, $) =>
    db
      .select(columns)
      .from(s)
      .where(and(eq(s.id, $('id')), isNull(s.endedAt), gt(s.expiresAt, $('now')))),
  );
  const findRequested = statement('sessions.find_requested_tenant', { id: s.id }, (db, $) =>
    db
      .select({ requestedTenantId: s.requestedTenantId })
      .from(s)
      .where(eq(s.id, $('id'))),
  );
  const findRefreshToken = statement('refresh_tokens.find', { tokenHash: r.tokenHash }, (db, $) =>
    db
      .select()
      .from(r)
      .where(eq(r.tokenHash, $('tokenHash'))),
  );
  const supersede = statement('refresh_tokens.supersede', { tokenHash: r.tokenHash, now: r.supersededAt }, (db, $) =>
    db
      .update(r)
      .set({ supersededAt: $('now') })
      .where(and(eq(r.tokenHash, $('tokenHash')), isNull(r.supersededAt)))
      .returning({ tokenHash: r.tokenHash }),
  );
  // `supersededAt` is left out because it is null in a new token, and a placeholder cannot be null.
  const addRefreshToken = statement('refresh_tokens.add', { tokenHash: r.tokenHash, sessionId: r.sessionId, createdAt: r.createdAt }, (db, $) =>
    db
      .insert(r)
      .values({ tokenHash: $('tokenHash'), sessionId: $('sessionId'), createdAt: $('createdAt') })
      .returning({ tokenHash: r.tokenHash }),
  );
  const end = statement('sessions.end', { id: s.id, now: s.endedAt }, (db, $) =>
    db
      .update(s)
      .set({ endedAt: $('now') })
      .where(and(eq(s.id, $('id')), isNull(s.endedAt)))
      .returning({ id: s.id }),
  );

  return {
    add: (session, refreshTokenHash) =>
      engine.transact('NOTHING', async () => {
        await engine.send((db) => db.insert(s).values(session));
        await engine.send((db) => addRefreshToken(db, { tokenHash: refreshTokenHash, sessionId: session.id, createdAt: session.createdAt }));
      }),
    async find(id, now) {
      const [row] = await engine.read((db) => find(db, { id, now }));
      return row ?? null;
    },
    async findRefreshToken(tokenHash) {
      const [row] = await engine.read((db) => findRefreshToken(db, { tokenHash }));
      return row ?? null;
    },
    async supersede(tokenHash, now) {
      const superseded = await engine.run((db) => supersede(db, { tokenHash, now }));
      return superseded.length === 1;
    },
    async supersedeAllOf(sessionId, createdUntil, now) {
      await engine.send((db) =>
        db
          .update(r)
          .set({ supersededAt: now })
          .where(and(eq(r.sessionId, sessionId), isNull(r.supersededAt), lte(r.createdAt, createdUntil))),
      );
    },
    async addRefreshToken(token) {
      if (token.supersededAt === null) await engine.send((db) => addRefreshToken(db, token));
      else await engine.send((db) => db.insert(r).values(token));
    },
    async stepUp(id, amr, now) {
      const [row] = await engine.run((db) =>
        db
          .update(s)
          .set({ amr, secondFactorAt: now })
          .where(and(eq(s.id, id), isNull(s.endedAt), gt(s.expiresAt, now)))
          .returning(columns),
      );
      return row ?? null;
    },
    async switchTenant(id, tenantId) {
      await engine.send((db) => db.update(s).set({ tenantId, requestedTenantId: null }).where(eq(s.id, id)));
    },
    async requestTenant(id, tenantId) {
      await engine.send((db) => db.update(s).set({ requestedTenantId: tenantId }).where(eq(s.id, id)));
    },
    async requestedTenant(id) {
      const [row] = await engine.read((db) => findRequested(db, { id }));
      return row?.requestedTenantId ?? null;
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
    async purge(before) {
      await engine.run((db) => db.delete(s).where(lt(s.expiresAt, before)));
    },
  };
}
