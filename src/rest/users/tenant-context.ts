import type { Actor } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';

/** Returns the tenant that an environment token named, on routes that require one. */
export const tenantOfHeader = (actor: Actor): string =>
  actor.kind === 'ENVIRONMENT' && actor.tenantId !== null ? actor.tenantId : fail('TENANT_HEADER_REQUIRED');

/** Returns the tenant to show a user from: that of the header or, without one, the tenant that a login enters. */
export const tenantSeenFrom = (actor: Actor, user: User): string => (actor.kind === 'ENVIRONMENT' ? actor.tenantId : null) ?? user.activeTenantId;
