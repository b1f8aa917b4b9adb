import type { Page, PageRequest } from '../page.ts';

/** A customer of the environment. `id` is chosen by the operator, or a UUID. */
export interface Tenant {
  id: string;
  name: string;
  createdAt: Date;
  updatedAt: Date;
}

/** Stores tenants. */
export interface TenantRepository {
  /** Creates the tenant. False if the id is taken. */
  create(tenant: Tenant): Promise<boolean>;
  findMany(ids: readonly string[]): Promise<Tenant[]>;
  list(page: PageRequest): Promise<Page<Tenant>>;
  count(): Promise<number>;
}
