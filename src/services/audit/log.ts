import type { Actor, Caller } from '../../domain/access/actor.ts';
import type { AuditEvent, EventFilter } from '../../domain/audit/event.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Store } from '../../domain/store.ts';
import { readAudits, requirePermission } from '../access/permissions.ts';
import type { Audit } from './recorder.ts';
import { reads } from './use-case.ts';

export type AuditLog = ReturnType<typeof createAuditLog>;

/** Reads the audit trail: the environment token sees all of it or the tenant it names, a user with permission the tenant in force. */
export function createAuditLog({ store, audit }: { store: Pick<Store, 'events'>; audit: Audit }) {
  /** Null when the caller asks for a tenant other than the one it may see: nothing matches, and nothing is revealed. */
  const narrowed = (actor: Actor, filter: EventFilter): EventFilter | null => {
    const { tenantId } = requirePermission(actor, readAudits);
    if (tenantId === null) return filter;
    return filter.tenantId === undefined || filter.tenantId === tenantId ? { ...filter, tenantId } : null;
  };

  return reads(audit, {
    /**
     * Records a change that a transport refused before any use case heard of it, such as a missing permission. A use case has
     * recorded its own refusals. Strangers leave no event: no limit counts the requests of foreign pages.
     */
    async recordRefusal(caller: Caller, { error }: { error: unknown }): Promise<void> {
      if (caller.actor.kind !== 'NOBODY') await audit.refused(error, 'REQUEST_REFUSED', caller);
    },

    /** Answers a page of the events that match, newest first. */
    async list({ actor }: Caller, { filter, page }: { filter: EventFilter; page: PageRequest }): Promise<Page<AuditEvent>> {
      const seen = narrowed(actor, filter);
      return seen === null ? { items: [], hasMore: false } : store.events.list(seen, page);
    },

    /** Counts the events that match. */
    async count({ actor }: Caller, { filter }: { filter: EventFilter }): Promise<number> {
      const seen = narrowed(actor, filter);
      return seen === null ? 0 : store.events.count(seen);
    },
  });
}
