import type { Result } from './document.ts';
import { document, errorFields } from './document.ts';
import type { ImpactCounts, PersonImpact } from './policy.ts';
import { impactCounts } from './policy.ts';

/** One value that a document changes. */
export interface PlanStep {
  /** Null for the environment. */
  tenant: { restId: string } | null;
  path: readonly string[];
  /** Null if the setting was never made. */
  from: string | null;
  to: string;
}

/** What a document would change, and what that would do to people. */
export interface Plan {
  id: string;
  baseRevision: string;
  expiresAt: string;
  withinLimits: boolean;
  steps: readonly PlanStep[];
  impact: ImpactCounts & {
    simulatedAt: string;
    newlyLockedOutCount: number;
    newlyMustEnrollCount: number;
    /** The first people whose login changes, and how many there are. */
    people: { totalCount: number | null; edges: readonly PersonImpact[] };
  };
}

const steps = 'steps { tenant { restId } path from to }';

/** Writes the settings as a document: of the environment and all tenants, or of the tenant that the request acts in. */
export const readConfiguration = document<{ mfaConfigurationDocument: string }>('query Configuration { mfaConfigurationDocument }');

/** Plans a document. */
export const planDocument = document<
  { planMfaConfiguration: Result<{ plan: Plan }> },
  { input: { document: string; maxLockedOut: number; maxMustEnroll?: number }; people: number }
>(`mutation Plan($input: PlanMfaConfigurationInput!, $people: Int!) {
  planMfaConfiguration(input: $input) {${errorFields}
    ... on DocumentInvalidError { problems { line column path code message } }
    ... on PlanMfaConfigurationSuccess { plan {
      id baseRevision expiresAt withinLimits
      ${steps}
      impact {
        simulatedAt newlyLockedOutCount newlyMustEnrollCount ${impactCounts}
        people(first: $people) { totalCount edges { was becomes because node { restId email } } }
      }
    } }
  }
}`);

/** Makes the changes of a plan. */
export const applyPlan = document<
  { applyMfaConfiguration: Result<{ steps: readonly PlanStep[] }> },
  { input: { planId: string } }
>(`mutation Apply($input: ApplyMfaConfigurationInput!) {
  applyMfaConfiguration(input: $input) {${errorFields}
    ... on ApplyMfaConfigurationSuccess { ${steps} }
  }
}`);
