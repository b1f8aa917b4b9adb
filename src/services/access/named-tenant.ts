import { fail } from '../../domain/errors.ts';
import type { Store } from '../../domain/store.ts';

/**
 * Returns the id of the tenant that a command names. Whoever acts in one tenant cannot mean another one. Errors: `TENANT_NOT_FOUND`,
 * `FORBIDDEN`.
 */
export async function tenantNamed(store: Pick<Store, 'tenants'>, tenantInForce: string | null, named: string): Promise<string> {
  const { id } = (await store.tenants.find(named)) ?? fail('TENANT_NOT_FOUND');
  return tenantInForce === null || tenantInForce === id ? id : fail('FORBIDDEN');
}
