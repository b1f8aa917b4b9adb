import type { Actor, EnvironmentActor, UserActor } from '../../domain/access/actor.ts';
import { covers } from '../../domain/access/role.ts';
import { fail } from '../../domain/errors.ts';

/** Permissions of the security settings, by Frontegg's names. */
export const readSecurityPolicy = 'fe.secure.read.securityPolicy';
export const readAudits = 'fe.secure.read.audits';
export const writeSecurityPolicy = 'fe.secure.write.securityPolicy';

/** Only the environment token passes; throws `UNAUTHENTICATED` or `FORBIDDEN`. */
export function requireEnvironment(actor: Actor): EnvironmentActor {
  if (actor.kind === 'NOBODY') fail('UNAUTHENTICATED');
  return actor.kind === 'ENVIRONMENT' ? actor : fail('FORBIDDEN');
}

/** Only a user passes; throws `UNAUTHENTICATED` or `FORBIDDEN`. */
export function requireUser(actor: Actor): UserActor {
  if (actor.kind === 'NOBODY') fail('UNAUTHENTICATED');
  return actor.kind === 'USER' ? actor : fail('FORBIDDEN');
}

/** The environment token, or any user. */
export function requireSomebody(actor: Actor): EnvironmentActor | UserActor {
  return actor.kind === 'NOBODY' ? fail('UNAUTHENTICATED') : actor;
}

/** Whether the actor may do what the permission names: the environment always, a user by the roles in the tenant in force. */
export const may = (actor: Actor, permission: string): boolean =>
  actor.kind === 'ENVIRONMENT' || (actor.kind === 'USER' && actor.permissions.some((granted) => covers(granted, permission)));

/** The environment token, or a user holding the permission. */
export function requirePermission(actor: Actor, permission: string): EnvironmentActor | UserActor {
  const somebody = requireSomebody(actor);
  return may(somebody, permission) ? somebody : fail('FORBIDDEN');
}
