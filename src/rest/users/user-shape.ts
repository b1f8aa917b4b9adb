import { z } from 'zod';
import type { Caller } from '../../domain/access/actor.ts';
import type { RoleKey } from '../../domain/access/role.ts';
import { permissions, roles } from '../../domain/access/role.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import type { Services } from '../../services/index.ts';

const permissionShape = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  description: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  roleIds: z.array(z.string()),
  categoryId: z.string(),
  fePermission: z.boolean(),
});
const roleShape = z.object({
  id: z.string(),
  vendorId: z.string(),
  tenantId: z.string().nullable(),
  key: z.string(),
  name: z.string(),
  description: z.string(),
  isDefault: z.boolean(),
  firstUserRole: z.boolean(),
  level: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
  permissions: z.array(z.string()),
});

/** A user as clients read it. */
export const userShape = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    profilePictureUrl: z.string().nullable(),
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

/** What built-in roles and permissions take from the environment. */
interface Built {
  vendorId: string;
  since: string;
}

const encodeRole = (key: RoleKey, { vendorId, since }: Built): z.input<typeof roleShape> => ({
  id: roles[key].id,
  vendorId,
  tenantId: null,
  key: roles[key].name,
  name: roles[key].name,
  description: roles[key].description,
  isDefault: false,
  firstUserRole: false,
  level: 0,
  createdAt: since,
  updatedAt: since,
  permissions: roles[key].permissions.map((permission) => permissions[permission].id),
});

const encodePermissions = (held: readonly RoleKey[], { since }: Built): z.input<typeof permissionShape>[] =>
  [...new Set(held.flatMap((key) => roles[key].permissions))].map((key) => ({
    id: permissions[key].id,
    key,
    name: permissions[key].name,
    description: permissions[key].name,
    createdAt: since,
    updatedAt: since,
    roleIds: Object.values(roles)
      .filter((role) => role.permissions.includes(key))
      .map((role) => role.id),
    categoryId: '',
    fePermission: true,
  }));

/** Encodes a user as seen from one tenant. Only the environment sees `vendorMetadata`. */
export async function encodeUser(
  services: Services,
  caller: Caller,
  { user, tenantId }: { user: User; tenantId: string },
): Promise<z.input<typeof userShape>> {
  const environment = await services.environment.publicSettings(caller);
  const [memberships = []] = await services.users.membershipsOf(caller, { userIds: [user.id] });
  const [authenticators = []] = await services.authenticators.ofUsers(caller, { userIds: [user.id] });
  const built = { vendorId: environment.id, since: environment.createdAt.toISOString() };
  const held = rolesIn(memberships, tenantId);
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    profilePictureUrl: user.profilePictureUrl,
    sub: user.id,
    verified: user.verified,
    mfaEnrolled: authenticators.length > 0,
    mfaBypass: user.mfaBypass,
    phoneNumber: user.phoneNumber,
    roles: held.map((key) => encodeRole(key, built)),
    permissions: encodePermissions(held, built),
    provider: 'local',
    tenantId,
    tenantIds: memberships.map((membership) => membership.tenantId),
    activatedForTenant: user.verified,
    isLocked: user.locked,
    tenants: memberships.map((membership) => ({
      tenantId: membership.tenantId,
      roles: membership.roles.map((key) => encodeRole(key, built)),
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

const rolesIn = (memberships: readonly Membership[], tenantId: string): RoleKey[] =>
  memberships.find((membership) => membership.tenantId === tenantId)?.roles ?? [];
