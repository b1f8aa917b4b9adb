import type { SQL } from 'drizzle-orm';
import { and, asc, eq, inArray, lt, notExists, sql } from 'drizzle-orm';
import type { AnySQLiteColumn, AnySQLiteTable } from 'drizzle-orm/sqlite-core';
import type { PurgedTable, retention } from '../domain/retention.ts';
import type { Db } from './db.ts';
import type { Access } from './repositories/context.ts';
import type { Tables } from './tables.ts';

/** Fails to compile if `retention` says nothing about a table, or names one that does not exist. */
type EveryTable =
  Record<keyof typeof retention, unknown> extends Record<keyof Tables, unknown>
    ? Record<keyof Tables, unknown> extends Record<keyof typeof retention, unknown>
      ? Tables
      : never
    : never;

/** Selects the keys of rows that ended before the given time, those that ended first before the others. */
type Ended = (db: Db, before: Date, limit: number) => { getSQL(): SQL };

interface Rule {
  from: AnySQLiteTable;
  /** The column, or the columns in brackets, that `ended` selects. */
  key: SQL;
  ended: Ended;
}

/** Makes the rule for rows whose end is a column of their own. An index has to begin with that column. */
const byColumn = (from: AnySQLiteTable, key: AnySQLiteColumn, end: AnySQLiteColumn, condition?: (db: Db) => SQL): Rule => ({
  from,
  key: sql`${key}`,
  ended: (db, before, limit) =>
    db
      .select({ key })
      .from(from)
      .where(and(lt(end, before), condition?.(db)))
      .orderBy(asc(end))
      .limit(limit),
});

/** Returns the rules of each table. One rule removes what its own column ended, so that each can use an index. */
function rulesOf(t: EveryTable): Record<PurgedTable, readonly Rule[]> {
  const ofSessions = (end: AnySQLiteColumn): Rule => ({
    from: t.refreshTokens,
    key: sql`${t.refreshTokens.tokenHash}`,
    ended: (db, before, limit) =>
      db
        .select({ key: t.refreshTokens.tokenHash })
        .from(t.sessions)
        .innerJoin(t.refreshTokens, eq(t.refreshTokens.sessionId, t.sessions.id))
        .where(lt(end, before))
        .orderBy(asc(end))
        .limit(limit),
  });
  // A session takes its refresh tokens along. Of a long one there are thousands, so they are removed before it, some at a time.
  const withoutTokens = (db: Db): SQL =>
    notExists(db.select({ one: sql`1` }).from(t.refreshTokens).where(eq(t.refreshTokens.sessionId, t.sessions.id)));
  const sessions = (end: AnySQLiteColumn): Rule => byColumn(t.sessions, t.sessions.id, end, withoutTokens);
  return {
    oneTimeCodes: [byColumn(t.oneTimeCodes, t.oneTimeCodes.id, t.oneTimeCodes.expiresAt)],
    pendingEnrollments: [byColumn(t.pendingEnrollments, t.pendingEnrollments.id, t.pendingEnrollments.expiresAt)],
    challenges: [byColumn(t.challenges, t.challenges.id, t.challenges.expiresAt)],
    mfaPlans: [byColumn(t.mfaPlans, t.mfaPlans.id, t.mfaPlans.expiresAt)],
    userTokens: [byColumn(t.userTokens, t.userTokens.id, t.userTokens.expiresAt)],
    refreshTokens: [ofSessions(t.sessions.expiresAt), ofSessions(t.sessions.endedAt)],
    sessions: [sessions(t.sessions.expiresAt), sessions(t.sessions.endedAt)],
    slidingWindows: [byColumn(t.slidingWindows, t.slidingWindows.key, t.slidingWindows.endsAt)],
    fixedWindows: [byColumn(t.fixedWindows, t.fixedWindows.key, t.fixedWindows.openedAt)],
    guesses: [
      {
        from: t.guesses,
        key: sql`(${t.guesses.account}, ${t.guesses.client})`,
        ended: (db, before, limit) =>
          db
            .select({ account: t.guesses.account, client: t.guesses.client })
            .from(t.guesses)
            .where(lt(t.guesses.lastAt, before))
            .orderBy(asc(t.guesses.lastAt))
            .limit(limit),
      },
    ],
    rememberedDevices: [byColumn(t.rememberedDevices, t.rememberedDevices.id, t.rememberedDevices.createdAt)],
    outbox: [byColumn(t.outbox, t.outbox.id, t.outbox.sentAt), byColumn(t.outbox, t.outbox.id, t.outbox.givenUpAt)],
    bulkInvitationEntries: [byColumn(t.bulkInvitationEntries, t.bulkInvitationEntries.id, t.bulkInvitationEntries.refusedAt)],
    bulkInvitations: [byColumn(t.bulkInvitations, t.bulkInvitations.id, t.bulkInvitations.finishedAt)],
    auditEvents: [byColumn(t.auditEvents, t.auditEvents.id, t.auditEvents.at)],
  };
}

/** Makes the function that removes up to `limit` rows by each rule of a table, one statement for each, and returns how many it removed. */
export function createPurge({ engine, tables }: Access) {
  const rules = rulesOf(tables);
  // Instances that purge at the same time take different rows, and a row that a login has just locked is left for the next time.
  const lock = engine.dialect === 'postgres' ? sql` for update skip locked` : sql``;
  return async (table: PurgedTable, before: Date, limit: number): Promise<number> => {
    let removed = 0;
    for (const { from, key, ended } of rules[table]) {
      const rows = await engine.run((db) =>
        db
          .delete(from)
          .where(inArray(key, sql`(${ended(db, before, limit).getSQL()}${lock})`))
          .returning({ one: sql`1` }),
      );
      removed += rows.length;
    }
    return removed;
  };
}
