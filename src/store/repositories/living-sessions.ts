import type { SQL } from 'drizzle-orm';
import { and, eq, gt, isNull, lte, not, or, sql } from 'drizzle-orm';
import { newestPossible } from '../../domain/bounds.ts';
import type { Access } from './context.ts';

/** A time in a condition: a placeholder of a prepared statement, or a parameter. */
type Instant = SQL<Date> | SQL<unknown>;

/**
 * Makes the one rule for which sessions live: every statement that asks whether a session lives takes it from here, so that none forgets a
 * limit. An absolute limit stands in `expiresAt`. An idle limit is compared with the newest refresh token, so that only a refresh writes
 * when a session was used.
 */
export function livingSessions({ engine, tables }: Access) {
  const { sessions: s, refreshTokens: r, sessionPolicies: p } = tables;

  /** The end of the idle time that the policy allows. A token from the future was made by a clock that ran ahead, and prolongs nothing. */
  const idleEnd = (newest: Instant): SQL => {
    const lastUse = sql`coalesce((select max(${r.createdAt}) from ${r} where ${r.sessionId} = ${s.id} and ${r.createdAt} <= ${newest}), ${s.createdAt})`;
    return engine.dialect === 'sqlite'
      ? sql`${lastUse} + ${p.idleTimeoutSeconds} * 1000`
      : sql`${lastUse} + ${p.idleTimeoutSeconds} * interval '1 second'`;
  };

  /** Whether a policy that is in force in the tenant of the session has ended it by its idle limit. */
  const idledOut = (now: Instant, newest: Instant): SQL =>
    sql`exists (select 1 from ${p} where ${or(isNull(p.tenantId), eq(p.tenantId, s.tenantId))} and ${p.idleTimeoutEnabled} and ${idleEnd(newest)} <= ${now})`;

  const instant = (at: Date): SQL => sql`${sql.param(at, s.createdAt)}`;

  return {
    /** The condition of a prepared statement. `newest` is `newestPossible(now)`. */
    isLiving: (now: Instant, newest: Instant): SQL =>
      and(isNull(s.endedAt), gt(s.expiresAt, now), lte(s.createdAt, newest), not(idledOut(now, newest))) as SQL,

    /** The condition at a time. */
    livingAt: (now: Date): SQL =>
      and(
        ...[isNull(s.endedAt), gt(s.expiresAt, now), lte(s.createdAt, newestPossible(now))],
        not(idledOut(instant(now), instant(newestPossible(now)))),
      ) as SQL,

    /** Whether the session has not ended but is over at a time by its idle limit. */
    idledOutAt: (now: Date): SQL => and(isNull(s.endedAt), gt(s.expiresAt, now), idledOut(instant(now), instant(newestPossible(now)))) as SQL,
  };
}
