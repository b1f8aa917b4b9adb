import type { Page, PageRequest } from '../page.ts';

/** A customer of the environment. `id` is chosen by the operator, or a UUID. */
export interface Tenant {
  id: string;
  name: string;
  createdAt: Date;
  updatedAt: Date;
}

/** Most characters of the id of a tenant. */
export const maxTenantIdCharacters = 100;

const tenantIdPattern = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,${maxTenantIdCharacters - 1}}$`);

/** Tells whether a text can be the id of a tenant. An id must survive a header and a URL unchanged, and a comma would make it look like two. */
export const isTenantId = (text: string): boolean => tenantIdPattern.test(text);

/** Stores tenants. */
export interface TenantRepository {
  /** Creates the tenant. False if the id is taken. */
  create(tenant: Tenant): Promise<boolean>;
  findMany(ids: readonly string[]): Promise<Tenant[]>;
  list(page: PageRequest): Promise<Page<Tenant>>;
  count(): Promise<number>;
}
