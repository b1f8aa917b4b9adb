import { z } from 'zod';
import type { Caller } from '../../domain/access/actor.ts';
import type { MembershipWithRoles, User } from '../../domain/directory/user.ts';
import type { Role } from '../../domain/role/role.ts';
import { byKey } from '../../domain/role/role.ts';
import type { Services } from '../../services/index.ts';
import { encodePermissions, permissionShape } from '../roles/permission-shape.ts';
import { encodeRole, roleShape } from '../roles/role-shape.ts';

/** A user as clients read it. */
export const userShape = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    profilePictureUrl: z.string(),
    sub: z.string(),
    verified: z.boolean(),
    mfaEnrolled: z.boolean(),
    mfaBypass: z.boolean(),
    phoneNumber: z.string().nullable(),
    roles: z.array(roleShape),
    permissions: z.array(permissionShape),
    provider: z.string(),
    tenantId: z.string(),
    tenantIds: z.array(z.string()),
    activatedForTenant: z.boolean(),
    isLocked: z.boolean(),
    tenants: z.array(z.object({ tenantId: z.string(), roles: z.array(roleShape), isDisabled: z.boolean() })),
    metadata: z.string().describe('An object as JSON text.'),
    vendorMetadata: z.string().describe('An object as JSON text. The user sees an empty object.'),
    externalId: z.string().nullable(),
    createdAt: z.string(),
    lastLogin: z.string().nullable(),
    groups: z.array(z.unknown()),
    subAccountAccessAllowed: z.boolean(),
    managedBy: z.string(),
  })
  .meta({ id: 'User', description: 'A user, as seen from one tenant.' });

/** A user without the fields that grow with roles and groups. */
export const plainUserShape = userShape
  .omit({ roles: true, permissions: true, groups: true })
  .describe('A user without roles, permissions and groups.');

/** What a user may do in the current tenant. */
export const authorizationShape = userShape.pick({ roles: true, permissions: true }).describe('The roles and permissions in the current tenant.');

/** Encodes a user as seen from one tenant. Only the environment sees `vendorMetadata`. */
export async function encodeUser(
  services: Services,
  caller: Caller,
  { user, tenantId }: { user: User; tenantId: string },
): Promise<z.input<typeof userShape>> {
  const { id: vendorId } = await services.environment.publicSettings(caller);
  const [memberships = []] = await services.users.membershipsOf(caller, { userIds: [user.id] });
  const [authenticators = []] = await services.authenticators.ofUsers(caller, { userIds: [user.id] });
  const roles = await services.roles.findMany(caller, { ids: [...new Set(memberships.flatMap(({ roleIds }) => roleIds))] });
  const rolesOfTenant = rolesIn(memberships, roles, tenantId);
  const permissionIds = [...new Set(rolesOfTenant.flatMap((role) => role.permissionIds))];
  const permissions = await services.permissions.findMany(caller, { ids: permissionIds });
  permissions.sort(byKey);
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    profilePictureUrl: user.profilePictureUrl ?? '',
    sub: user.id,
    verified: user.verified,
    mfaEnrolled: authenticators.length > 0,
    mfaBypass: user.mfaBypass,
    phoneNumber: user.phoneNumber,
    roles: rolesOfTenant.map((role) => encodeRole(role, vendorId)),
    permissions: await encodePermissions(services, caller, permissions),
    provider: 'local',
    tenantId,
    tenantIds: memberships.map((membership) => membership.tenantId),
    activatedForTenant: user.verified,
    isLocked: user.locked,
    tenants: memberships.map((membership) => ({
      tenantId: membership.tenantId,
      roles: rolesIn([membership], roles, membership.tenantId).map((role) => encodeRole(role, vendorId)),
      isDisabled: false,
    })),
    metadata: user.metadata,
    vendorMetadata: caller.actor.kind === 'ENVIRONMENT' ? user.vendorMetadata : '{}',
    externalId: user.externalId,
    createdAt: user.createdAt.toISOString(),
    lastLogin: user.lastLoginAt?.toISOString() ?? null,
    groups: [],
    subAccountAccessAllowed: false,
    managedBy: 'frontegg',
  };
}

/** Returns the roles held in one tenant, in the order of their keys. */
const rolesIn = (memberships: readonly MembershipWithRoles[], roles: readonly Role[], tenantId: string): Role[] => {
  const ids = memberships.find((membership) => membership.tenantId === tenantId)?.roleIds ?? [];
  return roles.filter(({ id }) => ids.includes(id)).sort(byKey);
};
