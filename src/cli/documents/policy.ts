import type { Result } from './document.ts';
import { document, errorFields } from './document.ts';

/** The change of a policy that a simulation looks at. */
export interface PolicyChange {
  enforceMfaType?: string;
  allowRememberMyDevice?: boolean;
  mfaDeviceExpirationSeconds?: number;
  strategies?: readonly { strategy: string; active: boolean }[];
}

interface Policy {
  enforceMfaType: string;
  allowRememberMyDevice: boolean;
  mfaDeviceExpirationSeconds: number;
}

/** How many people a change concerns, and how. */
export interface ImpactCounts {
  totalCount: number;
  counts: readonly { outcome: string; before: number; after: number }[];
  administratorsLockedOutCount: number;
  rememberedDevicesVoidedCount: number;
  neverLoggedInCount: number;
}
/** The fields of `ImpactCounts`. */
export const impactCounts = 'totalCount administratorsLockedOutCount rememberedDevicesVoidedCount neverLoggedInCount counts { outcome before after }';

/** What a change does to everybody, by numbers. */
export interface Impact extends ImpactCounts {
  simulatedAt: string;
  before: Policy;
  after: Policy;
}

/** What a change does to one person. */
export interface PersonImpact {
  was: string;
  becomes: string;
  because: string;
  node: { restId: string; email: string };
}

/** One page of the people whom a change concerns. */
export interface PeoplePage {
  simulateMfaPolicy: Result<{ impact: { people: { edges: readonly PersonImpact[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } } }>;
}

/** Counts what a change does to everybody. */
export const countImpact = document<
  { simulateMfaPolicy: Result<{ impact: Impact }> },
  { input: { change: PolicyChange } }
>(`query Impact($input: SimulateMfaPolicyInput!) {
  simulateMfaPolicy(input: $input) {${errorFields}
    ... on SimulateMfaPolicySuccess { impact {
      simulatedAt ${impactCounts}
      before { enforceMfaType allowRememberMyDevice mfaDeviceExpirationSeconds }
      after { enforceMfaType allowRememberMyDevice mfaDeviceExpirationSeconds }
    } }
  }
}`);

/** One page of the people whose login a change changes. */
export const peopleOfImpact = document<
  PeoplePage,
  { input: { change: PolicyChange }; after: string | null }
>(`query PeopleOfImpact($input: SimulateMfaPolicyInput!, $after: String) {
  simulateMfaPolicy(input: $input) {${errorFields}
    ... on SimulateMfaPolicySuccess { impact {
      people(first: 100, after: $after) {
        edges { was becomes because node { restId email } }
        pageInfo { hasNextPage endCursor }
      }
    } }
  }
}`);
