import type { Page, PageRequest } from '../page.ts';

/** How long a link may work, in minutes. The longest time is a year. */
export const invitationMinutes = { min: 1, max: 525_600 } as const;
/** How long a link works for which no time is given: a week. */
export const defaultInvitationMinutes = 10_080;
/** How many roles one link may name. */
export const mostInvitationRoles = 200;

/**
 * A link by which people join a tenant, however many they are, until it expires. It is not the mailed link of somebody who was invited by
 * their address, which is a `UserToken`. The token is found by its hash, and sealed as well because the owner may read it again.
 */
export interface InvitationLink {
  id: string;
  tenantId: string;
  /** The member whose own link it is, of whom the tenant has no other. Null for a link of the tenant itself. */
  userId: string | null;
  tokenHash: string;
  sealedToken: Uint8Array;
  /** Roles of those who join. Empty stands for the default roles at that time. */
  roleIds: readonly string[];
  /** Whether the environment vouches for the link, and not the rights that its owner has when it is used. */
  byEnvironment: boolean;
  /** Whether the owner is told by mail of everybody who joins. */
  notifiesOwner: boolean;
  createdAt: Date;
  expiresAt: Date;
}

/** What may be changed of a link. Its token and its roles stay. */
export type InvitationLinkChange = Partial<Pick<InvitationLink, 'expiresAt' | 'notifiesOwner' | 'byEnvironment'>>;

/** Which links to list. A link has to match every condition that is set. */
export interface InvitationLinkFilter {
  tenantId?: string;
  userId?: string;
}

/** Stores links. None of the methods that read or change one finds what has expired, or was made in the future by a clock that ran ahead. */
export interface InvitationLinkRepository {
  /** Adds the link in place of the one that its member has in the tenant. Runs in the caller's transaction. */
  replace(link: InvitationLink): Promise<void>;
  findByToken(tokenHash: string, now: Date): Promise<InvitationLink | null>;
  /** Returns the link of a member of the tenant. */
  findOf(tenantId: string, userId: string, now: Date): Promise<InvitationLink | null>;
  findMany(ids: readonly string[], now: Date): Promise<InvitationLink[]>;
  /** Returns all that match, oldest first. */
  all(filter: InvitationLinkFilter, now: Date): Promise<InvitationLink[]>;
  /** Returns a page of those that match, oldest first, ordered by (createdAt, id). */
  list(filter: InvitationLinkFilter, page: PageRequest, now: Date): Promise<Page<InvitationLink>>;
  count(filter: InvitationLinkFilter, now: Date): Promise<number>;
  /** Changes the link. False if there is none. */
  update(id: string, change: InvitationLinkChange, now: Date): Promise<boolean>;
  /** Removes the link. False if there is none. */
  remove(id: string): Promise<boolean>;
  /** Removes the links of the user. */
  endAllOf(userId: string, now: Date): Promise<void>;
  /** Removes those links of members that are for the tenant: of one user, or with null of everybody. Links of the tenant itself stay. */
  endAllIn(tenantId: string, userId: string | null, now: Date): Promise<void>;
  /** Removes all of the tenant. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}
