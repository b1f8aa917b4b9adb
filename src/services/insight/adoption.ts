import type { Actor, Caller } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import { faultOf } from '../../domain/fault.ts';
import type {
  AdoptionCounts,
  AdoptionDifference,
  AdoptionOrder,
  AdoptionPoint,
  AdoptionRange,
  Funnel,
  PlacedTenant,
} from '../../domain/insight/adoption.ts';
import { firstOfEach, tenantsOfARecount } from '../../domain/insight/adoption.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { Clock, Log } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { tenantNamed } from '../access/named-tenant.ts';
import { readSecurityPolicy, requireEnvironment, requirePermission } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { createWorker } from '../worker.ts';

/** How often changes are looked for that wait to be added up. */
const pollMilliseconds = 5_000;
/** How many tenants one statement recounts. */
const tenantsAtOnce = 100;

/** The counts as of a moment, and whose they are. */
export interface AdoptionNow {
  owner: SettingsOwner;
  counts: AdoptionCounts;
  asOf: Date;
}

/** A tenant and its counts as of now. */
export interface TenantAdoption extends PlacedTenant {
  counts: AdoptionCounts;
}

/** What a recount found. `next` is the id after which it goes on. Null if everything was recounted. */
export interface Recounted {
  tenants: number;
  differences: AdoptionDifference[];
  next: string | null;
}

interface Needs {
  store: Pick<Store, 'adoption' | 'tenants'>;
  clock: Clock;
  log: Log;
  audit: Audit;
}

/** Errors of each use case. */
export const adoptionErrors = { recount: ['TENANT_NOT_FOUND'] } as const;

/** Creates the service that tells how many users have which factors, the worker that adds up what was counted, and the keeping of points. */
export function createAdoption({ store, clock, log, audit }: Needs) {
  /** Returns whose counts the caller reads if it asks for those of a tenant, or with null for all. Undefined if it may not read those. */
  const readable = (actor: Actor, asked: SettingsOwner): SettingsOwner | undefined => {
    const { tenantId } = requirePermission(actor, readSecurityPolicy);
    if (asked === null) return tenantId;
    return tenantId === null || tenantId === asked ? asked : undefined;
  };

  const worker = createWorker({
    everyMilliseconds: pollMilliseconds,
    doSome: () => store.adoption.settle(),
    onFailure: (error) => log.warn(faultOf(error), 'counts of adoption could not be added up'),
  });

  return {
    worker,

    /** Keeps the counts as the points of today, unless they were kept today. Stops early when `stopped` becomes true. */
    async keepPoints(stopped: () => boolean): Promise<void> {
      while (!stopped() && (await store.adoption.settle()));
      const now = clock.now();
      for (let after: string | null = ''; after !== null && !stopped(); ) after = await store.adoption.keepPoints(now, after);
    },

    useCases: {
      ...reads(audit, {
        /**
         * Returns the counts of a tenant, or with null of all that the caller may read, and whose they are. Null if the tenant does not exist or
         * the caller may not read it.
         */
        async counts({ actor }: Caller, { named }: { named: string | null }): Promise<AdoptionNow | null> {
          requirePermission(actor, readSecurityPolicy);
          const tenant = named === null ? null : await store.tenants.find(named);
          const owner = named !== null && tenant === null ? undefined : readable(actor, tenant?.id ?? null);
          if (owner === undefined) return null;
          const asOf = clock.now();
          const [counts] = await store.adoption.countsOf([owner], asOf);
          return counts === undefined ? null : { owner, counts, asOf };
        },

        /** Returns the first point of each interval. The caller reads those of the owner whom `counts` has named. */
        async points({ actor }: Caller, { owner, range }: { owner: SettingsOwner; range: AdoptionRange }): Promise<AdoptionPoint[]> {
          const seen = readable(actor, owner);
          return seen === undefined ? [] : firstOfEach(range.every, await store.adoption.points(seen, range));
        },

        /** Returns what became of the challenges and enrollments that began in these days. The caller may read them, as for `points`. */
        async funnel({ actor }: Caller, { owner, range }: { owner: SettingsOwner; range: AdoptionRange }): Promise<Funnel> {
          const seen = readable(actor, owner);
          return store.adoption.funnel(seen === undefined ? fail('FORBIDDEN') : seen, range);
        },

        /** Returns a page of the tenants that have users, with their counts. Whoever acts in one tenant finds that one alone. */
        async tenants({ actor }: Caller, { order, page }: { order: AdoptionOrder; page: PageRequest<number> }): Promise<Page<TenantAdoption>> {
          const { tenantId } = requirePermission(actor, readSecurityPolicy);
          const { items, hasMore } = tenantId === null ? await store.adoption.list(order, page) : { items: [{ tenantId, place: 0 }], hasMore: false };
          const counts = await store.adoption.countsOf(
            items.map((item) => item.tenantId),
            clock.now(),
          );
          const found = items.flatMap((item, index) => {
            const own = counts[index];
            return own === undefined ? [] : [{ ...item, counts: own }];
          });
          return { items: found, hasMore };
        },

        /** Returns how many tenants `tenants` has. */
        async countTenants({ actor }: Caller): Promise<number> {
          const { tenantId } = requirePermission(actor, readSecurityPolicy);
          return tenantId === null ? store.adoption.countListed() : 1;
        },
      }),

      ...useCases(audit, 'REQUEST_REFUSED', adoptionErrors, {
        /**
         * Compares the counts with a full count and mends them: those of one tenant, or those of the environment and of up to a thousand
         * tenants whose ids follow `after`. Logins go on meanwhile.
         */
        async recount({ actor }: Caller, { named, after }: { named: string | null; after: string | null }): Promise<Recounted> {
          const { tenantId: inForce } = requireEnvironment(actor);
          const tenantId = named === null ? inForce : await tenantNamed(store, inForce, named);
          if (tenantId !== null) return { tenants: 1, differences: await store.adoption.recount([tenantId], clock.now()), next: null };
          const differences = after === null ? await store.adoption.recount([null], clock.now()) : [];
          const cursor = after === null ? null : { at: after, id: after };
          const { items, hasMore } = await store.tenants.list(
            {},
            { limit: tenantsOfARecount, direction: 'forward', cursor },
            { by: 'id', descending: false },
          );
          for (let from = 0; from < items.length; from += tenantsAtOnce) {
            const ids = items.slice(from, from + tenantsAtOnce).map(({ id }) => id);
            differences.push(...(await store.adoption.recount(ids, clock.now())));
          }
          return { tenants: items.length, differences, next: hasMore ? (items.at(-1)?.id ?? null) : null };
        },
      }),
    },
  };
}
