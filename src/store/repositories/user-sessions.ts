import type { SQL } from 'drizzle-orm';
import { and, count, eq, getTableColumns, gt, inArray, isNull, max, ne } from 'drizzle-orm';
import type { Session, SessionRepository, UsedSession } from '../../domain/session/session.ts';
import type { Access } from './context.ts';
import { keyset, toPage } from './keyset.ts';
import { livingSessions } from './living-sessions.ts';

/** Makes the part of the repository of sessions that shows a person the own ones and ends them. */
export function userSessions(access: Access): Pick<SessionRepository, 'countOf' | 'endAllBut' | 'findMany' | 'findManyOf' | 'listOf'> {
  const {
    engine,
    tables: { sessions: s, refreshTokens: r },
  } = access;
  const { endedAt: _, requestedTenantId: __, ...columns } = getTableColumns(s);
  const { livingAt } = livingSessions(access);

  const living = (userId: string, now: Date): SQL[] => [eq(s.userId, userId), livingAt(now)];

  /** Adds when each session was last used. The newest token of a chain was not replaced, and there are few of those. */
  const withUse = async (sessions: Session[]): Promise<UsedSession[]> => {
    if (sessions.length === 0) return [];
    const ids = sessions.map(({ id }) => id);
    const uses = await engine.read((db) =>
      db
        .select({ sessionId: r.sessionId, at: max(r.createdAt) })
        .from(r)
        .where(and(inArray(r.sessionId, ids), isNull(r.supersededAt)))
        .groupBy(r.sessionId),
    );
    const usedAt = new Map(uses.map(({ sessionId, at }) => [sessionId, at]));
    return sessions.map((session) => ({ ...session, lastUsedAt: usedAt.get(session.id) ?? session.createdAt }));
  };

  return {
    async listOf(userId, now, page) {
      const { where, orderBy, limit } = keyset(s, page, 'NEWEST_FIRST');
      const rows = await engine.read((db) =>
        db
          .select(columns)
          .from(s)
          .where(and(...living(userId, now), where))
          .orderBy(...orderBy)
          .limit(limit),
      );
      const { items, hasMore } = toPage(rows, page);
      return { items: await withUse(items), hasMore };
    },
    async findManyOf(userId, ids, now) {
      if (ids.length === 0) return [];
      return withUse(
        await engine.read((db) =>
          db
            .select(columns)
            .from(s)
            .where(and(...living(userId, now), inArray(s.id, [...ids]))),
        ),
      );
    },
    async findMany(ids, now) {
      if (ids.length === 0) return [];
      return withUse(
        await engine.read((db) =>
          db
            .select(columns)
            .from(s)
            .where(and(inArray(s.id, [...ids]), livingAt(now))),
        ),
      );
    },
    async countOf(userId, now) {
      const [row] = await engine.read((db) =>
        db
          .select({ number: count() })
          .from(s)
          .where(and(...living(userId, now))),
      );
      return row?.number ?? 0;
    },
    async endAllBut(keptId, userId, now) {
      const ended = await engine.run((db) =>
        db
          .update(s)
          .set({ endedAt: now })
          // Also those that a clock which ran ahead has opened, because they would be honored once its time has come.
          .where(and(eq(s.userId, userId), isNull(s.endedAt), gt(s.expiresAt, now), ne(s.id, keptId)))
          .returning({ id: s.id }),
      );
      return ended.length;
    },
  };
}
