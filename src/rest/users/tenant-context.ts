import type { Actor } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';

/** The tenant an environment token named, on routes that cannot do without one. */
export const tenantOfHeader = (actor: Actor): string =>
  actor.kind === 'ENVIRONMENT' && actor.tenantId !== null ? actor.tenantId : fail('TENANT_HEADER_REQUIRED');

/** The tenant to show a user from where the header may be missing: else the one a login enters. */
export const tenantSeenFrom = (actor: Actor, user: User): string => (actor.kind === 'ENVIRONMENT' ? actor.tenantId : null) ?? user.activeTenantId;
