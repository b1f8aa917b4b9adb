import type { Actor, ApiTokenActor, EnvironmentActor, TokenHolder, UserActor } from '../../domain/access/actor.ts';
import { covers } from '../../domain/access/permission.ts';
import { fail } from '../../domain/errors.ts';

/** Permission to read security settings, by Frontegg's name. */
export const readSecurityPolicy = 'fe.secure.read.securityPolicy';
/** Permission to read the audit trail, by Frontegg's name. */
export const readAudits = 'fe.secure.read.audits';
/** Permission to change security settings, by Frontegg's name. */
export const writeSecurityPolicy = 'fe.secure.write.securityPolicy';

/** Permission to read when passwords expire, by Frontegg's name. */
export const readPasswordExpiration = 'fe.secure.read.passwordExpirationConfiguration';
/** Permission to change when passwords expire, by Frontegg's name. */
export const writePasswordExpiration = 'fe.secure.write.passwordExpirationConfiguration';
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
/** Permission to delete the own invitation link, by Frontegg's name. */
export const deleteTenantInvites = 'fe.secure.delete.tenantInvites';
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
/** Permission to read the API tokens of the tenant, by Frontegg's name. */
export const readTenantApiTokens = 'fe.secure.read.tenantApiTokens';
/** Permission to create and change API tokens of the tenant, by Frontegg's name. */
export const writeTenantApiTokens = 'fe.secure.write.tenantApiTokens';
/** Permission to delete API tokens of the tenant, by Frontegg's name. */
export const deleteTenantApiTokens = 'fe.secure.delete.tenantApiTokens';
/** Permission to delete API tokens of other members of the tenant, by Frontegg's name. */
export const deleteUserApiTokens = 'fe.secure.delete.userApiTokens';
/** Permission to end sessions of members of the tenant, by Frontegg's name. */
export const deleteSessions = 'fe.secure.delete.sessions';
/** Permission to read the groups of the tenant, by Frontegg's name. */
export const readGroups = 'fe.secure.read.groups';
/** Permission to create and change groups of the tenant, by Frontegg's name. */
export const writeGroups = 'fe.secure.write.groups';
/** Permission to delete groups of the tenant, by Frontegg's name. */
export const deleteGroups = 'fe.secure.delete.groups';
/** Permission to change the roles in groups of the tenant, by Frontegg's name. */
export const writeGroupsRoles = 'fe.secure.write.groupsRoles';
/** Permission to add members to groups of the tenant, by Frontegg's name. */
export const writeGroupsUsers = 'fe.secure.write.groupsUsers';
/** Permission to remove members from groups of the tenant, by Frontegg's name. */
export const deleteGroupsUsers = 'fe.secure.delete.groupsUsers';
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

/**
 * Returns the actor if it is the environment token or a user. What asks for no permission is closed to API tokens. Errors: `UNAUTHENTICATED`,
 * `FORBIDDEN`.
 */
export function requireSomebody(actor: Actor): EnvironmentActor | UserActor {
  const holder = requireTokenHolder(actor);
  return holder.kind === 'API_TOKEN' ? fail('FORBIDDEN') : holder;
}

/** Returns the actor if it has a valid token of any kind. Errors: `UNAUTHENTICATED`. */
export function requireTokenHolder(actor: Actor): TokenHolder {
  return actor.kind === 'NOBODY' ? fail('UNAUTHENTICATED') : actor;
}

/** Returns the actor if it is a user or an API token, which act in one tenant. Errors: `UNAUTHENTICATED`, `FORBIDDEN`. */
export function requireInTenant(actor: Actor): UserActor | ApiTokenActor {
  const holder = requireTokenHolder(actor);
  return holder.kind === 'ENVIRONMENT' ? fail('FORBIDDEN') : holder;
}

/** Returns the actor if it is a user or the API token of one. Errors: `UNAUTHENTICATED`, `FORBIDDEN`. */
export function requireOwner(actor: Actor): { userId: string; tenantId: string } {
  const { userId, tenantId } = requireInTenant(actor);
  return { userId: userId ?? fail('FORBIDDEN'), tenantId };
}

/** Returns the actor if it is the environment token, a user or the API token of one. Errors: `UNAUTHENTICATED`, `FORBIDDEN`. */
export function requireSomebodyOrOwner(actor: Actor): TokenHolder {
  const holder = requireTokenHolder(actor);
  if (holder.kind !== 'ENVIRONMENT') requireOwner(holder);
  return holder;
}

/** Returns the user in whose name the actor acts. Null for the environment token and for a token of a tenant. */
export const userIdOf = (actor: Actor): string | null => (actor.kind === 'USER' || actor.kind === 'API_TOKEN' ? actor.userId : null);

/** Whether the holder of a token reaches the tenant: the environment all, a user the own ones, and an API token the one that it is for. */
export function reachesTenant(holder: TokenHolder, tenantId: string): boolean {
  if (holder.kind === 'ENVIRONMENT') return true;
  return holder.kind === 'USER' ? holder.tenantIds.includes(tenantId) : holder.tenantId === tenantId;
}

/**
 * What no API token may do, whatever its roles say. It never proves a factor, so it must not be a way to read or weaken what a second factor
 * protects.
 */
const closedToApiTokens: ReadonlySet<string> = new Set([readSecurityPolicy, writeSecurityPolicy, writePasswordExpiration]);

/**
 * Whether the actor has the permission. The environment has every one; a user has those of the roles held in the tenant in which
 * the user acts, and an API token those that the tables give it, but none of those that are closed to it.
 */
export function may(actor: Actor, permission: string): boolean {
  if (actor.kind === 'NOBODY') return false;
  if (actor.kind === 'ENVIRONMENT') return true;
  if (actor.kind === 'API_TOKEN' && closedToApiTokens.has(permission)) return false;
  return actor.rights.permissions.some((granted) => covers(granted, permission));
}

/** Returns the actor if it has the permission. Errors: `UNAUTHENTICATED`, `FORBIDDEN`. */
export function requirePermission(actor: Actor, permission: string): TokenHolder {
  const holder = requireTokenHolder(actor);
  return may(holder, permission) ? holder : fail('FORBIDDEN');
}
