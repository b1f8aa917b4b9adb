import type { AuditEvent } from '../../domain/audit/event.ts';
import { eventKinds } from '../../domain/audit/event.ts';
import { strategyNames } from '../../domain/strategy-name.ts';
import type { Kit } from '../kit.ts';
import { isOneOf } from './checks.ts';

const actorKinds = ['NOBODY', 'USER', 'ENVIRONMENT', 'API_TOKEN'] as const satisfies readonly AuditEvent['actorKind'][];

/** Defines the table of audit events. */
export const defineAudit = (k: Kit) => {
  // There are no foreign keys, because events are kept after their user or tenant is deleted.
  const auditEvents = k.table(
    'audit_events',
    {
      id: k.id(),
      at: k.instant().notNull(),
      kind: k.oneOf([...eventKinds]).notNull(),
      actorKind: k.oneOf([...actorKinds]).notNull(),
      actorId: k.string(),
      tenantId: k.string(),
      userId: k.string(),
      strategy: k.oneOf([...strategyNames]),
      reason: k.string(),
      address: k.string().notNull(),
      requestId: k.string().notNull(),
    },
    (t) => [
      k.index('audit_events_by_time').on(t.at, t.id),
      k.index('audit_events_by_user').on(t.userId, t.at, t.id),
      k.index('audit_events_by_tenant').on(t.tenantId, t.at, t.id),
      // There is no check of the kinds: SQLite would copy the whole trail whenever a release adds one.
      k.check('audit_events_strategy', isOneOf(t.strategy, strategyNames)),
    ],
  );

  return { auditEvents };
};
