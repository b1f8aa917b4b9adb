import type { Page } from './document.ts';
import { document } from './document.ts';

/** How many users there are, by what they have. */
export interface AdoptionCount {
  users: number;
  activeLast30Days: number;
  enrolled: number;
  enrolledOfActive: number;
  phishingResistant: number;
  onlyWeak: number;
  recoveryReady: number;
  exempt: number;
  locked: number;
}
const count = '{ users activeLast30Days enrolled enrolledOfActive phishingResistant onlyWeak recoveryReady exempt locked }';

/** How many users have an authenticator of one strategy. */
export interface StrategyCount {
  strategy: string;
  users: number;
}

/** The counts of a past day. */
export interface AdoptionPoint {
  dayStartsAt: string;
  count: AdoptionCount;
}

/** What became of the challenges and enrollments that began in a range. */
export interface Funnel {
  challenged: number;
  succeeded: number;
  failed: number;
  abandoned: number;
  enrollmentsBegun: number;
  enrollmentsConfirmed: number;
  enrollmentsAbandoned: number;
}

/** The counts of now, and the past ones of a range. */
export interface Adoption {
  countedAt: string;
  now: AdoptionCount;
  byStrategy: readonly StrategyCount[];
  series: readonly AdoptionPoint[];
  funnel: Funnel;
}

/** A tenant with its counts. */
export interface TenantAdoption {
  /** Null if the tenant was deleted meanwhile. */
  tenant: { restId: string; name: string } | null;
  count: AdoptionCount;
}

/** The days of `series` and `funnel`. What is absent is the default of the server. */
export interface AdoptionRange {
  from?: string;
  until?: string;
  every?: string;
}

/** Reads the counts of everything that the request acts in. */
export const readAdoption = document<{ mfaAdoption: Adoption | null }, AdoptionRange>(
  `query Adoption($from: DateTime, $until: DateTime, $every: AdoptionInterval) {
  mfaAdoption(from: $from, until: $until, every: $every) {
    countedAt
    now ${count}
    byStrategy { strategy users }
    series { dayStartsAt count ${count} }
    funnel { challenged succeeded failed abandoned enrollmentsBegun enrollmentsConfirmed enrollmentsAbandoned }
  }
}`,
);

/** One page of the tenants that have users, those that need help first. */
export const adoptionOfTenants = document<
  { mfaAdoption: { tenants: Page<TenantAdoption> } | null },
  { sort: string; first: number; after: string | null }
>(`query AdoptionOfTenants($sort: AdoptionSort, $first: Int, $after: String) {
  mfaAdoption {
    tenants(sort: $sort, first: $first, after: $after) {
      nodes { tenant { restId name } count ${count} }
      pageInfo { hasNextPage endCursor }
    }
  }
}`);
