import type { SQL } from 'drizzle-orm';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { SessionRepository } from '../../domain/session/session.ts';
import type { Access } from './context.ts';
import { livingSessions } from './living-sessions.ts';

/** Makes the part of the repository of sessions that ends them by the limits of session policies. */
export function limitedSessions(access: Access): Pick<SessionRepository, 'applyLimits' | 'endSurplusOf'> {
  const {
    engine,
    tables: { sessions: s, sessionPolicies: p },
  } = access;
  const { livingAt, idledOutAt } = livingSessions(access);

  /**
   * The ids of those living sessions beyond the number that a user may have in a tenant, newest first. `kept` counts as the newest. The rank
   * counts living sessions alone, so that one which is over takes no place.
   */
  const surplus = (among: SQL | undefined, keptId: string | null, now: Date): SQL => sql`(
    select ranked.id from (
      select ${s.id} as id, ${s.tenantId} as tenant_id, row_number() over (
        partition by ${s.userId}, ${s.tenantId}
        order by case when ${s.id} = ${keptId ?? ''} then 0 else 1 end, ${s.createdAt} desc, ${s.id} desc
      ) as place from ${s} where ${and(among, livingAt(now))}
    ) ranked where exists (
      select 1 from ${p} where (${p.tenantId} is null or ${p.tenantId} = ranked.tenant_id) and ${p.maxSessionsEnabled} and ranked.place > ${p.maxSessions}
    )
  )`;

  /** The strictest absolute limit that is in force for a session, as a time. Null without one. */
  const absoluteEnd = (): SQL => {
    const seconds = sql`(select min(${p.absoluteTimeoutSeconds}) from ${p} where (${p.tenantId} is null or ${p.tenantId} = ${s.tenantId}) and ${p.absoluteTimeoutEnabled})`;
    return engine.dialect === 'sqlite' ? sql`${s.createdAt} + ${seconds} * 1000` : sql`${s.createdAt} + ${seconds} * interval '1 second'`;
  };

  return {
    async endSurplusOf({ id, userId, tenantId }, now) {
      // SQLite has no statistics and would choose the index of the tenant, which may have the sessions of everybody. A plus keeps it from that.
      const inTenant = engine.dialect === 'sqlite' ? sql`+${s.tenantId} = ${tenantId}` : eq(s.tenantId, tenantId);
      const among = and(eq(s.userId, userId), inTenant);
      const ended = await engine.run((db) =>
        db
          .update(s)
          .set({ endedAt: now })
          .where(sql`${s.id} in ${surplus(among, id, now)}`)
          .returning({ id: s.id }),
      );
      return ended.length;
    },
    async applyLimits(owner, now) {
      const among = owner === null ? undefined : eq(s.tenantId, owner);
      await engine.send((db) =>
        db
          .update(s)
          .set({ expiresAt: absoluteEnd() })
          .where(and(among, isNull(s.endedAt), gt(s.expiresAt, now), gt(s.expiresAt, absoluteEnd()))),
      );
      await engine.send((db) =>
        db
          .update(s)
          .set({ endedAt: now })
          .where(and(among, idledOutAt(now))),
      );
      await engine.send((db) =>
        db
          .update(s)
          .set({ endedAt: now })
          .where(sql`${s.id} in ${surplus(among, null, now)}`),
      );
    },
  };
}
