import type { Actor, Caller } from '../../domain/access/actor.ts';
import type { AuditEvent, EventFilter, EventKind, EventSearch, ShownEvent } from '../../domain/audit/event.ts';
import { namedTenant } from '../../domain/directory/tenant.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { may, readAudits, requirePermission, requireTokenHolder } from '../access/permissions.ts';
import type { Audit } from './recorder.ts';
import { reads } from './use-case.ts';

const dayMilliseconds = 86_400_000;

/** The service that `createAuditLog` creates. */
export type AuditLog = ReturnType<typeof createAuditLog>;

/**
 * Creates the service that reads the audit trail. The environment token sees all of it, or one tenant if it names one. A user with
 * permission sees the tenant that the user acts in.
 */
export function createAuditLog({ store, clock, audit }: { store: Pick<Store, 'events' | 'tenants'>; clock: Clock; audit: Audit }) {
  /**
   * Returns the filter narrowed to what the caller may see. Null if it names another tenant: the answer is then empty, so that it
   * does not reveal whether that tenant exists. Events stay after their tenant is deleted, so an unknown one is looked for as well.
   */
  const narrowed = async <F extends EventFilter>(actor: Actor, filter: F): Promise<F | null> => {
    const { tenantId } = requirePermission(actor, readAudits);
    const { tenantId: named } = filter;
    if (tenantId !== null) return named === undefined || namedTenant(named, [tenantId]) !== null ? { ...filter, tenantId } : null;
    return named === undefined ? filter : { ...filter, tenantId: (await store.tenants.find(named))?.id ?? named };
  };

  return reads(audit, {
    /**
     * Records a change that a transport refused before it called a use case, for example because a permission was missing. Refusals
     * by a use case are recorded already. A caller without credentials leaves no event, because no limit bounds how many such
     * requests foreign pages can cause.
     */
    async recordRefusal(caller: Caller, { error }: { error: unknown }): Promise<void> {
      if (caller.actor.kind !== 'NOBODY') await audit.refused(error, 'REQUEST_REFUSED', caller);
    },

    /** Returns those of the events that exist and that the caller may see. Whoever may read no event sees none. */
    async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<AuditEvent[]> {
      const holder = requireTokenHolder(actor);
      if (!may(holder, readAudits)) return [];
      const events = await store.events.findMany(ids);
      return events.filter((event) => holder.tenantId === null || event.tenantId === holder.tenantId);
    },

    /** Returns a page of the events that match, newest first. */
    async list({ actor }: Caller, { filter, page }: { filter: EventFilter; page: PageRequest }): Promise<Page<AuditEvent>> {
      const seen = await narrowed(actor, filter);
      return seen === null ? { items: [], hasMore: false } : store.events.list(seen, page);
    },

    /**
     * Returns a part of the events that match, each with the person it is shown beside, and the number of all of them. Whoever may read
     * the trail of a tenant reads the addresses of its members in it, because an entry without a person says little.
     */
    async search({ actor }: Caller, search: EventSearch): Promise<{ items: ShownEvent[]; total: number }> {
      const seen = await narrowed(actor, search);
      return seen === null ? { items: [], total: 0 } : store.events.search(seen);
    },

    /** Returns how many events there are of the current day in UTC, and how many of the severe kinds in the last seven days. */
    async summary({ actor }: Caller, { severe }: { severe: readonly EventKind[] }): Promise<{ today: number; severeThisWeek: number }> {
      const now = clock.now();
      const [today, week] = [new Date(now), new Date(now.getTime() - 7 * dayMilliseconds)];
      today.setUTCHours(0, 0, 0, 0);
      const counted = async (filter: EventFilter): Promise<number> => {
        const seen = await narrowed(actor, filter);
        return seen === null ? 0 : store.events.count(seen);
      };
      return { today: await counted({ from: today }), severeThisWeek: await counted({ kinds: severe, from: week }) };
    },

    /** Returns how many events match. */
    async count({ actor }: Caller, { filter }: { filter: EventFilter }): Promise<number> {
      const seen = await narrowed(actor, filter);
      return seen === null ? 0 : store.events.count(seen);
    },
  });
}
