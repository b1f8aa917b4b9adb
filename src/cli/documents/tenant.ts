import type { Page, Result } from './document.ts';
import { document, errorFields } from './document.ts';

/** A tenant in lists. */
export interface ListedTenant {
  restId: string;
  name: string;
  createdAt: string;
}

/** One page of the tenants, oldest first. */
export const listTenants = document<
  { tenants: Page<ListedTenant> },
  { first: number; after: string | null }
>(`query Tenants($first: Int, $after: String) {
  tenants(first: $first, after: $after) {
    nodes { restId name createdAt }
    pageInfo { hasNextPage endCursor }
  }
}`);

/** Creates a tenant. */
export const createTenant = document<{ createTenant: Result<{ tenant: ListedTenant }> }, { input: { name: string; tenantId?: string } }>(
  `mutation CreateTenant($input: CreateTenantInput!) {
  createTenant(input: $input) {${errorFields}
    ... on CreateTenantSuccess { tenant { restId name createdAt } }
  }
}`,
);
