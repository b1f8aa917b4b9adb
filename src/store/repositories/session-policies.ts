import { eq, getTableColumns, isNull, or } from 'drizzle-orm';
import type { SessionPolicyRepository } from '../../domain/session/session-policy.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';
import { settingsRecords } from './settings-records.ts';

/** Makes the repository of session policies. */
export function sessionPolicyRepository({ engine, tables }: Access): SessionPolicyRepository {
  const { sessionPolicies: p, sessions: s, refreshTokens: r } = tables;
  const { owner: _, ...columns } = getTableColumns(p);
  const inForce = or(isNull(p.tenantId), eq(p.tenantId, s.tenantId));

  const ofSession = statement('session_policies.of_session', { sessionId: s.id }, (db, $) =>
    db
      .select(columns)
      .from(s)
      .innerJoin(p, inForce)
      .where(eq(s.id, $('sessionId'))),
  );
  const ofRefreshToken = statement('session_policies.of_refresh_token', { tokenHash: r.tokenHash }, (db, $) =>
    db
      .select(columns)
      .from(r)
      .innerJoin(s, eq(s.id, r.sessionId))
      .innerJoin(p, inForce)
      .where(eq(r.tokenHash, $('tokenHash'))),
  );
  const { findMany, create, update, removeAllOfTenant } = settingsRecords(engine, p, 'session_policies');
  return {
    ...{ findMany, create, update, removeAllOfTenant },
    ofSession: (sessionId) => engine.read((db) => ofSession(db, { sessionId })),
    ofRefreshToken: (tokenHash) => engine.read((db) => ofRefreshToken(db, { tokenHash })),
  };
}
