import type { Actor } from '../../domain/actor.ts';
import { fail } from '../../domain/errors.ts';

/** The tenant an environment token named, on routes that cannot do without one. */
export const tenantOfHeader = (actor: Actor): string =>
  actor.kind === 'ENVIRONMENT' && actor.tenantId !== null ? actor.tenantId : fail('TENANT_HEADER_REQUIRED');
