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

// The first character is a letter or a digit, because global ids of GraphQL begin with an underscore.
const tenantIdPattern = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,${maxTenantIdCharacters - 1}}$`);

/** Tells whether a text can be the id of a tenant. An id must survive a header and a URL unchanged, and a comma would make it look like two. */
export const isTenantId = (text: string): boolean => tenantIdPattern.test(text);

/** Returns the id in small letters. Ids of tenants are ASCII, so letters of other scripts stay as they are and match none. */
export const foldTenantId = (id: string): string => id.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/**
 * Returns which of the ids a text names: the one that equals it, or else the one that differs from it in letter case alone. Null if
 * there is none, and if there are several, which only an earlier release could create.
 */
export function namedTenant(text: string, ids: readonly string[]): string | null {
  const alike = ids.filter((id) => foldTenantId(id) === foldTenantId(text));
  return alike.find((id) => id === text) ?? (alike.length === 1 ? (alike[0] ?? null) : null);
}

/** Stores tenants. */
export interface TenantRepository {
  /** Creates the tenant. False if the id is taken, or differs from one that is taken in letter case alone. */
  create(tenant: Tenant): Promise<boolean>;
  /** Returns the tenant that a text names, as `namedTenant` reads it. Null if there is none. */
  find(named: string): Promise<Tenant | null>;
  findMany(ids: readonly string[]): Promise<Tenant[]>;
  list(page: PageRequest): Promise<Page<Tenant>>;
  count(): Promise<number>;
}
