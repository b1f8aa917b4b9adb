import type { Actor } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import { readUsers, requirePermission } from '../../services/access/permissions.ts';

/** Returns the tenant that an environment token named, on routes that require one. */
export const tenantOfHeader = (actor: Actor): string =>
  actor.kind === 'ENVIRONMENT' && actor.tenantId !== null ? actor.tenantId : fail('TENANT_HEADER_REQUIRED');

/** Returns the tenant whose members the caller reads: that of the token of a user who may, or that of the header, which is required. */
export function tenantToReadIn(actor: Actor): string {
  const { tenantId } = requirePermission(actor, readUsers);
  return tenantId ?? fail('TENANT_HEADER_REQUIRED');
}

/** Returns the tenant to show a user from: the one in force or, without one, the tenant that a login enters. */
export const tenantSeenFrom = (actor: Actor, user: User): string => (actor.kind === 'NOBODY' ? null : actor.tenantId) ?? user.activeTenantId;
