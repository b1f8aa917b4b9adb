import type { SQL } from 'drizzle-orm';
import { and, asc, eq, inArray, lt, notExists, sql } from 'drizzle-orm';
import type { AnySQLiteColumn, AnySQLiteTable } from 'drizzle-orm/sqlite-core';
import type { FunnelEvent } from '../domain/insight/adoption.ts';
import type { PurgedTable, retention } from '../domain/retention.ts';
import type { Db } from './db.ts';
import { createAdoptionCounting } from './repositories/adoption-counting.ts';
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
  /** How the rows count that are removed. */
  counted?: {
    columns: Record<string, AnySQLiteColumn>;
    as(row: Record<string, unknown>): FunnelEvent | null;
  };
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
  // Rows end with their migration, so that a status is whole as long as it can be read, and go before it.
  const withoutRows = (db: Db): SQL =>
    notExists(db.select({ one: sql`1` }).from(t.userMigrationRows).where(eq(t.userMigrationRows.migrationId, t.userMigrations.id)));
  const sessions = (end: AnySQLiteColumn): Rule => byColumn(t.sessions, t.sessions.id, end, withoutTokens);
  /** Enrollments that nobody completed. One of an earlier release, or a code that was no enrollment, names no tenant. */
  const abandonedEnrollment = (tenantId: AnySQLiteColumn, began: AnySQLiteColumn): NonNullable<Rule['counted']> => ({
    columns: { tenantId, began },
    as: (row) => {
      const { tenantId, began } = row as { tenantId: string | null; began: Date };
      return tenantId === null ? null : { tenantId, began, as: 'enrollmentsAbandoned' };
    },
  });
  /** Challenges that nobody completed before they expired. What ended them later did not matter any more. */
  const uncompleted: NonNullable<Rule['counted']> = {
    columns: {
      tenantId: t.challenges.tenantId,
      began: t.challenges.createdAt,
      attempts: t.challenges.attempts,
      consumedAt: t.challenges.consumedAt,
      expiresAt: t.challenges.expiresAt,
    },
    as: (row) => {
      const { tenantId, began, attempts, consumedAt, expiresAt } = row as {
        tenantId: string;
        began: Date;
        attempts: number;
        consumedAt: Date | null;
        expiresAt: Date;
      };
      if (consumedAt !== null && consumedAt < expiresAt) return null;
      return { tenantId, began, as: attempts > 0 ? 'failed' : 'abandoned' };
    },
  };
  const ofDays = (from: Tables['adoptionDays'] | Tables['adoptionPoints']): Rule => ({
    from,
    key: sql`(${from.owner}, ${from.day})`,
    ended: (db, before, limit) =>
      db.select({ owner: from.owner, day: from.day }).from<AnySQLiteTable>(from).where(lt(from.day, before)).orderBy(asc(from.day)).limit(limit),
  });
  return {
    mfaExemptions: [byColumn(t.mfaExemptions, t.mfaExemptions.id, t.mfaExemptions.endedAt)],
    mfaPlans: [byColumn(t.mfaPlans, t.mfaPlans.id, t.mfaPlans.expiresAt)],
    oneTimeCodes: [
      {
        ...byColumn(t.oneTimeCodes, t.oneTimeCodes.id, t.oneTimeCodes.expiresAt),
        counted: abandonedEnrollment(t.oneTimeCodes.enrollmentTenantId, t.oneTimeCodes.createdAt),
      },
    ],
    pendingEnrollments: [
      {
        ...byColumn(t.pendingEnrollments, t.pendingEnrollments.id, t.pendingEnrollments.expiresAt),
        counted: abandonedEnrollment(t.pendingEnrollments.tenantId, t.pendingEnrollments.createdAt),
      },
    ],
    challenges: [{ ...byColumn(t.challenges, t.challenges.id, t.challenges.expiresAt), counted: uncompleted }],
    passkeyCeremonies: [byColumn(t.passkeyCeremonies, t.passkeyCeremonies.id, t.passkeyCeremonies.expiresAt)],
    accountNotes: [byColumn(t.accountNotes, t.accountNotes.id, t.accountNotes.expiresAt)],
    interactions: [byColumn(t.interactions, t.interactions.id, t.interactions.expiresAt)],
    authorizationCodes: [byColumn(t.authorizationCodes, t.authorizationCodes.id, t.authorizationCodes.expiresAt)],
    invitationLinks: [byColumn(t.invitationLinks, t.invitationLinks.id, t.invitationLinks.expiresAt)],
    userTokens: [byColumn(t.userTokens, t.userTokens.id, t.userTokens.expiresAt)],
    apiTokenRefreshes: [byColumn(t.apiTokenRefreshes, t.apiTokenRefreshes.tokenHash, t.apiTokenRefreshes.expiresAt)],
    apiTokens: [byColumn(t.apiTokens, t.apiTokens.id, t.apiTokens.expiresAt)],
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
    userMigrationRows: [
      {
        from: t.userMigrationRows,
        key: sql`${t.userMigrationRows.id}`,
        ended: (db, before, limit) =>
          db
            .select({ key: t.userMigrationRows.id })
            .from(t.userMigrations)
            .innerJoin(t.userMigrationRows, eq(t.userMigrationRows.migrationId, t.userMigrations.id))
            .where(lt(t.userMigrations.finishedAt, before))
            .orderBy(asc(t.userMigrations.finishedAt))
            .limit(limit),
      },
    ],
    userMigrations: [byColumn(t.userMigrations, t.userMigrations.id, t.userMigrations.finishedAt, withoutRows)],
    auditEvents: [byColumn(t.auditEvents, t.auditEvents.id, t.auditEvents.at)],
    adoptionDays: [ofDays(t.adoptionDays)],
    adoptionPoints: [ofDays(t.adoptionPoints)],
  };
}

/**
 * Makes the function that removes up to `limit` rows by each rule of a table, one statement for each, and returns how many it removed.
 * Rows that count are counted in the transaction that removes them, so each counts once, whichever instance removes it.
 */
export function createPurge(access: Access) {
  const { engine, tables } = access;
  const { countEvents } = createAdoptionCounting(access);
  const rules = rulesOf(tables);
  // Instances that purge at the same time take different rows, and a row that a login has just locked is left for the next time.
  const lock = engine.dialect === 'postgres' ? sql` for update skip locked` : sql``;
  return async (table: PurgedTable, before: Date, limit: number): Promise<number> => {
    let removed = 0;
    for (const { from, key, ended, counted } of rules[table]) {
      const remove = () =>
        engine.run((db) =>
          db
            .delete(from)
            .where(inArray(key, sql`(${ended(db, before, limit).getSQL()}${lock})`))
            .returning(counted?.columns ?? { one: sql`1` }),
        );
      const rows = await (counted === undefined
        ? remove()
        : engine.transact('NOTHING', async () => {
            const gone = await remove();
            await countEvents(gone.map(counted.as).filter((event) => event !== null));
            return gone;
          }));
      removed += rows.length;
    }
    return removed;
  };
}
