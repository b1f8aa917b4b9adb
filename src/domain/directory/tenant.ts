import type { Page, PageRequest } from '../page.ts';
import { holdsOnlyText, utf8Length } from '../text.ts';
import type { User } from './user.ts';

/**
 * Texts about a tenant that are stored and shown, and have no effect.
 * No mailed link is ever built from `applicationUrl`, because a tenant's own administrator may set it.
 */
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

/** Those of the fields that an administrator of the tenant may change. */
export const accountSettingNames = ['name', 'applicationUrl', 'address', 'timezone', 'dateFormat', 'timeFormat', 'currency', 'logo'] as const;

/** Fields of a tenant to change. A detail that is null is removed. */
export type TenantChange = Partial<Pick<Tenant, 'name' | 'metadata' | 'isReseller'> & TenantDetails>;

/** Most characters of the name of a tenant. */
export const maxTenantNameCharacters = 256;
/** Most characters of a detail of a tenant. */
export const maxTenantDetailCharacters = 4_095;
/** Most bytes of the metadata of a tenant, as JSON in UTF-8. */
export const maxTenantMetadataBytes = 65_536;

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

/** What is wrong with metadata: it is no JSON, or too long. */
export type MetadataProblem = 'NOT_JSON' | 'TOO_LONG';

/** Returns what is wrong with the JSON text of metadata. Null if it can be stored. */
export function metadataProblem(text: string): MetadataProblem | null {
  if (utf8Length(text) > maxTenantMetadataBytes) return 'TOO_LONG';
  const value = jsonValue(text);
  return value !== undefined && holdsOnlyText(value) ? null : 'NOT_JSON';
}

/** Returns the value that a JSON text holds. Undefined if the text is no JSON. */
export function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns a value as JSON text. Null if it cannot be written: it is nested too deeply, although it could be read. */
export function jsonText(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null;
  }
}

/** Returns a JSON value if it is an object. Null for other values. */
export const jsonObject = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

/** What a list of tenants can be ordered by. Tenants with the same value follow each other by their ids. */
export const tenantSortKeys = ['createdAt', 'name', 'id'] as const;
/** One of `tenantSortKeys`. */
export type TenantSortKey = (typeof tenantSortKeys)[number];

/** The order of a list of tenants. */
export interface TenantSort {
  by: TenantSortKey;
  descending: boolean;
}

/** The order of a list that names none. */
export const oldestTenantFirst: TenantSort = { by: 'createdAt', descending: false };

/** What the place of a tenant in a list is measured by. */
export type TenantPlace = Date | string;

/** Which tenants to list. A tenant has to match every condition that is set. */
export interface TenantFilter {
  /** Exactly these ids. */
  ids?: readonly string[];
  /** Ids in any letter case. */
  named?: readonly string[];
  /** A part of the name or of the id, in any letter case. */
  text?: string;
}

/** A part of a list of tenants that is counted from its beginning. */
export interface TenantSearch {
  filter: TenantFilter;
  sort: TenantSort;
  offset: number;
  limit: number;
}

/** Stores tenants. A tenant that is being deleted is found by none of the functions but those that finish the deletion. */
export interface TenantRepository {
  /** Creates the tenant. False if the id is taken, or differs from one that is taken in letter case alone. */
  create(tenant: Tenant): Promise<boolean>;
  /** Returns the tenant that a text names, as `namedTenant` reads it. Null if there is none. */
  find(named: string): Promise<Tenant | null>;
  /** Returns the id of the tenant that a text names, as `namedTenant` reads it. Null if there is none. */
  idOf(named: string): Promise<string | null>;
  findMany(ids: readonly string[]): Promise<Tenant[]>;
  /** Returns the tenant with this alias, and the oldest one of several. Null if there is none. */
  findByAlias(alias: string): Promise<Tenant | null>;
  /** Returns a page of the tenants that match. */
  list(filter: TenantFilter, page: PageRequest<TenantPlace>, sort?: TenantSort): Promise<Page<Tenant>>;
  /** Returns a part of the tenants that match. */
  search(search: TenantSearch): Promise<Tenant[]>;
  /** Returns how many tenants match, or how many there are. */
  count(filter?: TenantFilter): Promise<number>;
  /** Changes the given fields, of which there must be at least one. Null if there is no such tenant. */
  update(id: string, change: TenantChange, now: Date): Promise<Tenant | null>;

  /** Begins the deletion: nobody finds the tenant any more. False if there is no such tenant. */
  beginDeletion(id: string, now: Date): Promise<boolean>;
  /** Returns the ids of tenants that are being deleted: those that a text names in any letter case, or with null all of them. */
  beingDeleted(named: string | null): Promise<string[]>;
  /** Returns up to `limit` users whose active tenant this is, in the order of their ids. */
  usersLeftIn(id: string, limit: number): Promise<User[]>;
  /** Gives each of the users the tenant of the oldest membership as the active one. Users without any membership stay as they are. */
  enterOldestTenant(userIds: readonly string[]): Promise<void>;
  /** Removes up to `limit` sessions of the tenant and as many of their refresh tokens. Returns how many rows it removed. */
  removeSessions(id: string, limit: number): Promise<number>;
  /** Ends the deletion by removing the row. It has to be one that no user has as the active tenant. */
  finishDeletion(id: string): Promise<void>;
}
