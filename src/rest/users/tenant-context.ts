import type { Actor } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';

/** Answers the tenant that an environment token names, on routes that need one; throws `TENANT_HEADER_REQUIRED`. */
export const tenantOfHeader = (actor: Actor): string =>
  actor.kind === 'ENVIRONMENT' && actor.tenantId !== null ? actor.tenantId : fail('TENANT_HEADER_REQUIRED');

/** Answers the tenant to show a user from: the one that an environment token names, else the one that a login enters. */
export const tenantSeenFrom = (actor: Actor, user: User): string => (actor.kind === 'ENVIRONMENT' ? actor.tenantId : null) ?? user.activeTenantId;
