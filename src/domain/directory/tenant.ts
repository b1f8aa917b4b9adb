import type { Page, PageRequest } from '../page.ts';

/** Texts about a tenant that are stored and shown, and have no effect. No mailed link is ever built from `applicationUrl`, because a tenant's own administrator may set it. */
export const tenantDetailNames = [
  ...['creatorName', 'creatorEmail', 'website', 'applicationUrl', 'logo', 'logoUrl', 'address'],
  ...['timezone', 'dateFormat', 'timeFormat', 'currency', 'status', 'alias'],
] as const;
/** One of `tenantDetailNames`. */
export type TenantDetailName = (typeof tenantDetailNames)[number];
/** Texts about a tenant. Null where none was given. */
export type TenantDetails = Record<TenantDetailName, string | null>;

/** A customer of the environment. `id` is chosen by the operator, or a UUID. */
export interface Tenant extends TenantDetails {
  id: string;
  name: string;
  /** JSON text of any value. */
  metadata: string;
  /** Stored and shown; it has no effect. */
  isReseller: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** The details of a tenant about which nothing was given. */
export const noTenantDetails = Object.fromEntries(tenantDetailNames.map((name) => [name, null])) as TenantDetails;

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
