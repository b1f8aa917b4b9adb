import type { Actor, EnvironmentActor, UserActor } from '../../domain/access/actor.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Store } from '../../domain/store.ts';
import { may, readUsers, requireSomebody } from '../access/permissions.ts';

/**
 * Whether the actor may see the tenant, or with null the environment itself. A user may see the tenants they are a member of, the
 * environment token all.
 */
export const maySeeTenant = (actor: EnvironmentActor | UserActor, tenantId: string | null): boolean =>
  actor.kind === 'ENVIRONMENT' || (tenantId !== null && actor.tenantIds.includes(tenantId));

/** Refuses an actor who may not see every one of the tenants. Errors: `UNAUTHENTICATED`, `FORBIDDEN`. */
export function requireTenants(actor: Actor, tenantIds: readonly (string | null)[]): void {
  const somebody = requireSomebody(actor);
  if (!tenantIds.every((tenantId) => maySeeTenant(somebody, tenantId))) fail('FORBIDDEN');
}

/**
 * Whether the actor may see everything that belongs to the user, and act on it as far as its rights go. A user may see itself; the
 * environment token may see everybody, or only the members of the
 * tenant that it names. `memberships` contains those of the user and may contain those of others.
 */
export function maySeeUser(actor: EnvironmentActor | UserActor, userId: string, memberships: readonly Membership[]): boolean {
  if (actor.kind === 'USER') return userId === actor.userId;
  const { tenantId } = actor;
  return tenantId === null || memberships.some((membership) => membership.userId === userId && membership.tenantId === tenantId);
}

/** Returns those of the users of whom the actor may see everything. Memberships are read only if they decide, and in one statement. */
export async function visibleUserIds(store: Pick<Store, 'users'>, actor: Actor, userIds: readonly string[]): Promise<string[]> {
  const somebody = requireSomebody(actor);
  const tenantDecides = somebody.kind === 'ENVIRONMENT' && somebody.tenantId !== null;
  const memberships = tenantDecides ? await store.users.memberships(userIds) : [];
  return userIds.filter((userId) => maySeeUser(somebody, userId, memberships));
}

/** How much a user reads of another member of the tenant: less of somebody who was invited and has not accepted yet. */
export type MemberView = 'MEMBER' | 'INVITED';

/**
 * Returns those of the users whose profile, roles and state the actor may read as a colleague: members of the tenant in force who are not
 * invisible, for a user whose roles there allow it. It opens nothing else that belongs to them, so nothing that changes or ends something may
 * ask this. Users of whom the actor may see everything are not among them.
 */
export async function membersSeenBy(store: Pick<Store, 'users'>, actor: Actor, userIds: readonly string[]): Promise<ReadonlyMap<string, MemberView>> {
  if (actor.kind !== 'USER' || !may(actor, readUsers)) return new Map();
  const others = userIds.filter((userId) => userId !== actor.userId);
  const members = await store.users.visibleMembers(actor.tenantId, others);
  return new Map(members.map(({ userId, pending }) => [userId, pending ? 'INVITED' : 'MEMBER']));
}

/**
 * Returns the user that the actor has just acted on, as the actor may read them: in full, as a colleague, or little more than the address, which
 * the actor knew.
 */
export async function asActedOn(store: Pick<Store, 'users'>, actor: Actor, user: User): Promise<User> {
  if (actor.kind !== 'USER' || actor.userId === user.id) return user;
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
  if (actor.kind !== 'USER') return [...users];
  return users.flatMap((user) => {
    const view = members.get(user.id);
    if (view !== undefined) return [asMember(user, view, actor.tenantId)];
    return user.id === actor.userId ? [user] : [];
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
