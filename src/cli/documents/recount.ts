import type { Result } from './document.ts';
import { document, errorFields } from './document.ts';

/** A count that was wrong and was mended. */
export interface AdoptionDifference {
  /** Null for the environment, and for a tenant that was deleted meanwhile. */
  tenant: { restId: string } | null;
  name: string;
  /** Null if all users are counted, and not those who logged in last on that day. */
  dayStartsAt: string | null;
  counted: number;
  actual: number;
}

/** What a recount found in some of the counts, and where the next one goes on. */
export interface Recounted {
  tenants: number;
  differences: readonly AdoptionDifference[];
  next: string | null;
}

/** Compares some of the counts with a full count and mends them. */
export const recountAdoption = document<
  { recountMfaAdoption: Result<Recounted> },
  { input: { after: string | null } }
>(`mutation Recount($input: RecountMfaAdoptionInput!) {
  recountMfaAdoption(input: $input) {${errorFields}
    ... on RecountMfaAdoptionSuccess { tenants: tenantCount differences { tenant { restId } name dayStartsAt counted actual } next }
  }
}`);
