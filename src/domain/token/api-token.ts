import type { Rights } from '../access/permission.ts';
import type { Page, PageRequest } from '../page.ts';

/**
 * What a token is: credentials that are exchanged for a JWT, with which programs call this server, or a JWT that programs send to the
 * operator's own servers and that this server refuses.
 */
export const apiTokenKinds = ['CLIENT_CREDENTIALS', 'ACCESS_TOKEN'] as const;
/** One of `apiTokenKinds`. */
export type ApiTokenKind = (typeof apiTokenKinds)[number];

/** A token by which programs act for a tenant, or for one user in a tenant. */
export interface ApiToken {
  /** The client id of credentials, and the subject of the JWT of either kind. */
  id: string;
  kind: ApiTokenKind;
  tenantId: string;
  /** The user to whom it belongs. Null for a token of the tenant itself. */
  userId: string | null;
  /** Null if the environment token created it, or the user was deleted since. */
  createdByUserId: string | null;
  /** Keyed digest of the secret. Null for an access token, whose secret is the signature. */
  secretDigest: string | null;
  description: string;
  /** A JSON object as text. The JWT carries it as long as there is room. */
  metadata: string;
  /** What a token of a tenant may do. A token of a user has none of its own. */
  roleIds: string[];
  permissionIds: string[];
  createdAt: Date;
  /** Null if nothing but its deletion ends it. */
  expiresAt: Date | null;
}

/** What may be changed of a token. */
export type ApiTokenChange = Partial<Pick<ApiToken, 'description' | 'metadata' | 'roleIds' | 'permissionIds'>>;

/** Selects tokens: those of one kind of a user in a tenant, or with null those of the tenant itself. */
export interface ApiTokenFilter {
  kind: ApiTokenKind;
  tenantId: string;
  userId: string | null;
}

/** The refresh token of an API token. It is deleted when it is used, so it is worth something once. */
export interface ApiTokenRefresh {
  tokenHash: string;
  apiTokenId: string;
  createdAt: Date;
  expiresAt: Date;
}

/** Most tokens of both kinds that a user may have in all tenants together, and a tenant of its own. */
export const mostApiTokens = { ofUser: 100, ofTenant: 1_000 } as const;

/** Most refresh tokens of one API token. One more drops the oldest. */
export const mostRefreshTokens = 100;

/** Bounds of what is written on a token. Metadata is measured as JSON without blanks. */
export const apiTokenBounds = { descriptionCharacters: 1_024, metadataBytes: 16_384, minutes: 5_256_000, roles: 100, permissions: 200 } as const;

/** How often an exchange of the same credentials is written into the audit trail, in seconds. */
export const recordedEverySeconds = 3_600;

/** Stores API tokens and their refresh tokens. */
export interface ApiTokenRepository {
  add(token: ApiToken): Promise<void>;
  /** Returns the token if it has not expired. */
  find(id: string, now: Date): Promise<ApiToken | null>;
  /** Returns those of the tokens that have not expired, in no particular order. */
  findMany(ids: readonly string[], now: Date): Promise<ApiToken[]>;
  /** Returns all matching tokens that have not expired, oldest first. */
  all(filter: ApiTokenFilter, now: Date): Promise<ApiToken[]>;
  /** Returns a page of the matching tokens that have not expired, oldest first. */
  list(filter: ApiTokenFilter, now: Date, page: PageRequest): Promise<Page<ApiToken>>;
  /** Returns how many matching tokens have not expired. */
  count(filter: ApiTokenFilter, now: Date): Promise<number>;
  /** Returns the credentials of these users that have not expired, oldest first. */
  ofUsers(userIds: readonly string[], kind: ApiTokenKind, now: Date): Promise<ApiToken[]>;
  /** Returns how many tokens there are of both kinds: of the user in all tenants, or of the tenant itself. */
  countOf(owner: { userId: string } | { tenantId: string }): Promise<number>;
  /**
   * Returns the ids of all access tokens that are good for something: those of tenants, or those of users who are not locked and can
   * enter the tenant. With a tenant, only those for it.
   */
  activeAccessTokens(of: 'TENANTS' | 'USERS', tenantId: string | null, now: Date): Promise<string[]>;
  /** Changes the given fields. False if there is no such token. */
  update(id: string, change: ApiTokenChange): Promise<boolean>;
  /** Removes the token with its refresh tokens. False if there is no such token. */
  remove(id: string): Promise<boolean>;
  /** Returns what a token of a tenant may do: what its roles allow, and its own permissions. */
  rightsOf(id: string): Promise<Rights>;
  /** Records a use of the credentials. False if the last one that was recorded was after `unlessAfter`. */
  recordUse(id: string, now: Date, unlessAfter: Date): Promise<boolean>;
  /** Adds a refresh token, and drops the oldest ones of the same API token beyond `kept`. */
  addRefresh(refresh: ApiTokenRefresh, kept: number): Promise<void>;
  /** Returns the API token of a refresh token. Null if that is unknown, was used or has expired. */
  findByRefresh(tokenHash: string, now: Date): Promise<ApiToken | null>;
  /** Takes a refresh token away. False if it is unknown, was used or has expired. */
  spendRefresh(tokenHash: string, now: Date): Promise<boolean>;
  /** Removes all tokens of the user in all tenants. */
  endAllOf(userId: string, now: Date): Promise<void>;
  /** Removes those of the user in the tenant, or with null all for the tenant: its own and those of its members. */
  endAllIn(tenantId: string, userId: string | null, now: Date): Promise<void>;
}
