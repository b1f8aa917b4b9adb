import type { Actor, EnvironmentActor, UserActor } from '../../domain/access/actor.ts';
import { covers } from '../../domain/access/permission.ts';
import { fail } from '../../domain/errors.ts';

/** Permission to read security settings, by Frontegg's name. */
export const readSecurityPolicy = 'fe.secure.read.securityPolicy';
/** Permission to read the audit trail, by Frontegg's name. */
export const readAudits = 'fe.secure.read.audits';
/** Permission to change security settings, by Frontegg's name. */
export const writeSecurityPolicy = 'fe.secure.write.securityPolicy';

/** Permission to read roles, by Frontegg's name. */
export const readRoles = 'fe.secure.read.roles';
/** Permission to create roles, by Frontegg's name. */
export const writeRoles = 'fe.secure.write.roles';
/** Permission to change roles and the permissions in them, by Frontegg's name. */
export const updateRole = 'fe.secure.write.updateRole';
/** Permission to remove roles, by Frontegg's name. */
export const deleteRole = 'fe.secure.delete.role';
/** Permission to give roles to users, by Frontegg's name. */
export const writeUsersRoles = 'fe.secure.write.usersRoles';
/** Permission to take roles from users, by Frontegg's name. */
export const deleteUsersRoles = 'fe.secure.delete.usersRoles';
/** Permission to invite people into the tenant, by Frontegg's name. */
export const writeTenantInvites = 'fe.secure.write.tenantInvites';
/** Permission to read the users of the tenant, by Frontegg's name. */
export const readUsers = 'fe.secure.read.users';
/** Permission to change the settings of the tenant, by Frontegg's name. */
export const writeAccountSettings = 'fe.secure.write.accountSettings';
/** Permission to delete the tenant, by Frontegg's name. */
export const deleteAccount = 'fe.account-settings.delete.account';
/** Permission to invite users and to change those of the tenant, by Frontegg's name. */
export const writeUsers = 'fe.secure.write.users';
/** Permission to mail invitations and activation links again, by Frontegg's name. */
export const resendActivationEmail = 'fe.secure.write.resendActivationEmail';
/** Permission to change members of the tenant and the roles they hold, by Frontegg's name. */
export const writeUpdateUser = 'fe.secure.write.updateUser';
/** Permission to remove users from the tenant, by Frontegg's name. */
export const deleteUsers = 'fe.secure.delete.users';
/** Permission to disable and enable members of the tenant, by Frontegg's name. */
export const writeEnableDisable = 'fe.secure.write.enableDisable';
/** Permission to read permissions and their categories, by Frontegg's name. */
export const readPermissions = 'fe.secure.read.permissions';

/** Returns the actor if it is the environment token. Errors: `UNAUTHENTICATED`, `FORBIDDEN`. */
export function requireEnvironment(actor: Actor): EnvironmentActor {
  if (actor.kind === 'NOBODY') fail('UNAUTHENTICATED');
  return actor.kind === 'ENVIRONMENT' ? actor : fail('FORBIDDEN');
}

/** Returns the actor if it is a user. Errors: `UNAUTHENTICATED`, `FORBIDDEN`. */
export function requireUser(actor: Actor): UserActor {
  if (actor.kind === 'NOBODY') fail('UNAUTHENTICATED');
  return actor.kind === 'USER' ? actor : fail('FORBIDDEN');
}

/** Returns the actor if it is the environment token or a user. Errors: `UNAUTHENTICATED`. */
export function requireSomebody(actor: Actor): EnvironmentActor | UserActor {
  return actor.kind === 'NOBODY' ? fail('UNAUTHENTICATED') : actor;
}

/**
 * Whether the actor has the permission. The environment has every one; a user has those of the roles held in the tenant in which
 * the user acts.
 */
export const may = (actor: Actor, permission: string): boolean =>
  actor.kind === 'ENVIRONMENT' || (actor.kind === 'USER' && actor.rights.permissions.some((granted) => covers(granted, permission)));

/** Returns the actor if it has the permission. Errors: `UNAUTHENTICATED`, `FORBIDDEN`. */
export function requirePermission(actor: Actor, permission: string): EnvironmentActor | UserActor {
  const somebody = requireSomebody(actor);
  return may(somebody, permission) ? somebody : fail('FORBIDDEN');
}
