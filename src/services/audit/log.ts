import type { Actor, Origin } from '../../domain/access/actor.ts';
import type { AuditEvent, EventFilter } from '../../domain/audit/event.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Store } from '../../domain/store.ts';
import { readAudits, requirePermission } from '../access/permissions.ts';
import type { Audit } from './recorder.ts';

export type AuditTrail = ReturnType<typeof createAuditTrail>;

/** The audit trail as transports see it. Reads: the environment's token sees all of it or the tenant it names, a user with permission the tenant in force. */
export function createAuditTrail({ store, audit }: { store: Pick<Store, 'events'>; audit: Audit }) {
  /** Null when the caller asks for a tenant other than the one it may see: nothing matches, and nothing is revealed. */
  const narrowed = (actor: Actor, filter: EventFilter): EventFilter | null => {
    const { tenantId } = requirePermission(actor, readAudits);
    if (tenantId === null) return filter;
    return filter.tenantId === undefined || filter.tenantId === tenantId ? { ...filter, tenantId } : null;
  };

  return {
    /** A change was refused: leaves an event unless the service that refused it did. */
    refused: (error: unknown, origin: Origin, actor: Actor): Promise<void> => audit.refused(error, origin, actor),

    /** Newest first. Errors: `UNAUTHENTICATED`, `FORBIDDEN`. */
    async list(actor: Actor, filter: EventFilter, page: PageRequest): Promise<Page<AuditEvent>> {
      const seen = narrowed(actor, filter);
      return seen === null ? { items: [], hasMore: false } : store.events.list(seen, page);
    },

    async count(actor: Actor, filter: EventFilter): Promise<number> {
      const seen = narrowed(actor, filter);
      return seen === null ? 0 : store.events.count(seen);
    },
  };
}
