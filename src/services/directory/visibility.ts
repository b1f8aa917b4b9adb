import type { Actor, TokenHolder } from '../../domain/access/actor.ts';
import { namedTenant } from '../../domain/directory/tenant.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Store } from '../../domain/store.ts';
import { may, reachesTenant, readUsers, requireTokenHolder } from '../access/permissions.ts';

/**
 * Whether the actor may see the tenant, or with null the environment itself. A user may see the tenants they are a member of, the
 * environment token all, and an API token the one that it is for.
 */
export const maySeeTenant = (actor: TokenHolder, tenantId: string | null): boolean =>
  tenantId === null ? actor.kind === 'ENVIRONMENT' : reachesTenant(actor, tenantId);

/** Refuses an actor who may not see every one of the tenants. Errors: `UNAUTHENTICATED`, `FORBIDDEN`. */
export function requireTenants(actor: Actor, tenantIds: readonly (string | null)[]): void {
  const somebody = requireTokenHolder(actor);
  if (!tenantIds.every((tenantId) => maySeeTenant(somebody, tenantId))) fail('FORBIDDEN');
}

/**
 * Whether the actor may see everything that belongs to the user, and act on it as far as its rights go. A user may see itself. The environment
 * token may see everybody, or only the members of the tenant that it names. An API token may not see anybody in full, because what belongs to a
 * user, such as authenticators, is not for programs. `memberships` contains those of the user and may contain those of others.
 */
export function maySeeUser(actor: TokenHolder, userId: string, memberships: readonly Membership[]): boolean {
  if (actor.kind === 'USER') return userId === actor.userId;
  if (actor.kind === 'API_TOKEN') return false;
  const { tenantId } = actor;
  return tenantId === null || memberships.some((membership) => membership.userId === userId && membership.tenantId === tenantId);
}

/** Returns those of the users of whom the actor may see everything. Memberships are read only if they decide, and in one statement. */
export async function visibleUserIds(store: Pick<Store, 'users'>, actor: Actor, userIds: readonly string[]): Promise<string[]> {
  const somebody = requireTokenHolder(actor);
  const tenantDecides = somebody.kind === 'ENVIRONMENT' && somebody.tenantId !== null;
  const memberships = tenantDecides ? await store.users.memberships(userIds) : [];
  return userIds.filter((userId) => maySeeUser(somebody, userId, memberships));
}

/** How much a user reads of another member of the tenant: less of somebody who was invited and has not accepted yet. */
export type MemberView = 'MEMBER' | 'INVITED';

/**
 * Returns those of the users whose profile, roles and state the actor may read as a colleague: members of the tenant in force who are not
 * invisible, for a user whose roles there allow it and for an API token that has the permission. It opens nothing else that belongs to them, so
 * nothing that changes or ends something may ask this. Users of whom the actor may see everything are not among them.
 */
export async function membersSeenBy(store: Pick<Store, 'users'>, actor: Actor, userIds: readonly string[]): Promise<ReadonlyMap<string, MemberView>> {
  if ((actor.kind !== 'USER' && actor.kind !== 'API_TOKEN') || !may(actor, readUsers)) return new Map();
  // The own account is not read as that of a colleague. A token reads that of its user like any other.
  const others = userIds.filter((userId) => actor.kind === 'API_TOKEN' || userId !== actor.userId);
  const members = await store.users.visibleMembers(actor.tenantId, others);
  return new Map(members.map(({ userId, pending }) => [userId, pending ? 'INVITED' : 'MEMBER']));
}

/**
 * Returns the user that the actor has just acted on, as the actor may read them: in full, as a colleague, or little more than the address, which
 * the actor knew.
 */
export async function asActedOn(store: Pick<Store, 'users'>, actor: Actor, user: User): Promise<User> {
  if (actor.kind === 'NOBODY' || actor.kind === 'ENVIRONMENT' || (actor.kind === 'USER' && actor.userId === user.id)) return user;
  const members = await membersSeenBy(store, actor, [user.id]);
  return asMember(user, members.get(user.id) ?? 'INVITED', actor.tenantId);
}

/** What an active tenant is called that the reader must not know. No tenant has this id. */
const hiddenTenantId = '';

/**
 * Returns the users as the actor may read them, of whom `members` are those that it reads as a colleague. Others than these and itself a user
 * does not read at all.
 */
export function asSeenBy(actor: Actor, users: readonly User[], members: ReadonlyMap<string, MemberView>): User[] {
  if (actor.kind === 'NOBODY' || actor.kind === 'ENVIRONMENT') return [...users];
  return users.flatMap((user) => {
    const view = members.get(user.id);
    if (view !== undefined) return [asMember(user, view, actor.tenantId)];
    return actor.kind === 'USER' && user.id === actor.userId ? [user] : [];
  });
}

/**
 * Returns what a member of a tenant reads of another one. Which other tenants somebody is in is not for the members of this one, and whoever
 * has not accepted an invitation has shown them nothing but the address and the name.
 */
function asMember(user: User, view: MemberView, tenantId: string): User {
  const seen = { ...user, vendorMetadata: '{}', activeTenantId: user.activeTenantId === tenantId ? tenantId : hiddenTenantId };
  return view === 'MEMBER' ? seen : { ...seen, profilePictureUrl: null, phoneNumber: null, externalId: null, metadata: '{}' };
}

/**
 * Refuses an actor who acts in one tenant and names another one, whether or not that exists: a user, or an environment token that names a
 * tenant by the header. Without a tenant, the environment token acts on all of them. Errors: `FORBIDDEN`.
 */
export function refuseOtherTenant(tenantId: string | null, named: string): void {
  if (tenantId !== null && namedTenant(named, [tenantId]) === null) fail('FORBIDDEN');
}
