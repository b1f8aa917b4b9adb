import type { Actor, EnvironmentActor, UserActor } from '../../domain/access/actor.ts';
import { namedTenant } from '../../domain/directory/tenant.ts';
import type { Membership } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Store } from '../../domain/store.ts';
import { requireSomebody } from '../access/permissions.ts';

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
 * Returns the id of the tenant that a command names. Whoever acts in one tenant cannot mean another one. Errors: `TENANT_NOT_FOUND`,
 * `FORBIDDEN`.
 */
export async function tenantNamed(store: Pick<Store, 'tenants'>, tenantInForce: string | null, named: string): Promise<string> {
  const { id } = (await store.tenants.find(named)) ?? fail('TENANT_NOT_FOUND');
  return tenantInForce === null || tenantInForce === id ? id : fail('FORBIDDEN');
}

/**
 * Whether the actor may see the user. A user may see itself; the environment token may see everybody, or only the members of the
 * tenant that it names. `memberships` contains those of the user and may contain those of others.
 */
export function maySeeUser(actor: EnvironmentActor | UserActor, userId: string, memberships: readonly Membership[]): boolean {
  if (actor.kind === 'USER') return userId === actor.userId;
  const { tenantId } = actor;
  return tenantId === null || memberships.some((membership) => membership.userId === userId && membership.tenantId === tenantId);
}

/** Returns those of the users that the actor may see. Memberships are read only if they decide, and in one statement. */
export async function visibleUserIds(store: Pick<Store, 'users'>, actor: Actor, userIds: readonly string[]): Promise<string[]> {
  const somebody = requireSomebody(actor);
  const tenantDecides = somebody.kind === 'ENVIRONMENT' && somebody.tenantId !== null;
  const memberships = tenantDecides ? await store.users.memberships(userIds) : [];
  return userIds.filter((userId) => maySeeUser(somebody, userId, memberships));
}

/**
 * Refuses an actor who acts in one tenant and names another one, whether or not that exists: a user, or an environment token that names a
 * tenant by the header. Without a tenant, the environment token acts on all of them. Errors: `FORBIDDEN`.
 */
export function refuseOtherTenant(tenantId: string | null, named: string): void {
  if (tenantId !== null && namedTenant(named, [tenantId]) === null) fail('FORBIDDEN');
}
