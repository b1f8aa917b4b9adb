import type { Page, PageRequest } from '../page.ts';

/** A customer of the environment. `id` is the operator's own where given, else a UUID. */
export interface Tenant {
  id: string;
  name: string;
  createdAt: Date;
  updatedAt: Date;
}

export interface TenantRepository {
  /** False when the id is taken. */
  create(tenant: Tenant): Promise<boolean>;
  findMany(ids: readonly string[]): Promise<Tenant[]>;
  list(page: PageRequest): Promise<Page<Tenant>>;
  count(): Promise<number>;
}
