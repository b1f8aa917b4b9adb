import { z } from 'zod';
import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { heldRoleIds } from '../../domain/directory/user.ts';
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
    invisible: z.boolean().optional().describe('Present if true: lists that users read leave the user out.'),
    superUser: z.boolean().optional().describe('Present if true.'),
    tenants: z.array(
      z.object({
        tenantId: z.string(),
        roles: z.array(roleShape),
        temporaryExpirationDate: z.string().optional().describe('When the membership ends by itself. Absent if it does not.'),
        isDisabled: z.boolean(),
      }),
    ),
    metadata: z.string().describe('An object as JSON text.'),
    vendorMetadata: z.string().describe('An object as JSON text. The user sees an empty object.'),
    externalId: z.string().nullable(),
    createdAt: z.string(),
    lastLogin: z.string().nullable(),
    groups: z.array(z.object({ id: z.string(), name: z.string() })).describe('The groups in the current tenant.'),
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

/** A user and the tenant that it is seen from. */
export interface SeenUser {
  user: User;
  tenantId: string;
}

/** What of a user is encoded from the own row and the memberships, and the roles of the tenant that it is seen from. */
interface Encoded {
  plain: z.input<typeof plainUserShape>;
  roles: readonly Role[];
  /** Ids of the groups in that tenant. */
  groupIds: readonly string[];
}

/** Encodes users without what grows with roles and groups. It costs the same statements for one user as for many. */
async function encode(services: Services, caller: Caller, vendorId: string, seen: readonly SeenUser[]): Promise<Encoded[]> {
  const userIds = seen.map(({ user }) => user.id);
  const memberships = await services.users.membershipsOf(caller, { userIds });
  const enrolled = await services.authenticators.areEnrolled(caller, { userIds });
  const roles = await services.roles.findMany(caller, { ids: [...new Set(memberships.flat().flatMap(heldRoleIds))] });
  return seen.map(({ user, tenantId }, index) => {
    const own = memberships[index] ?? [];
    const plain = {
      id: user.id,
      email: user.email,
      name: user.name,
      profilePictureUrl: user.profilePictureUrl ?? '',
      sub: user.id,
      verified: user.verified,
      mfaEnrolled: enrolled[index] ?? false,
      mfaBypass: user.mfaBypass,
      phoneNumber: user.phoneNumber,
      provider: 'local',
      tenantId,
      tenantIds: own.map((membership) => membership.tenantId),
      activatedForTenant: user.verified && !own.some((membership) => membership.tenantId === tenantId && membership.pending),
      isLocked: user.locked,
      ...(user.invisible ? { invisible: true } : {}),
      ...(user.superUser ? { superUser: true } : {}),
      tenants: own.map((membership) => ({
        tenantId: membership.tenantId,
        roles: rolesIn(membership.roleIds, roles).map((role) => encodeRole(role, vendorId)),
        ...(membership.expiresAt === null ? {} : { temporaryExpirationDate: membership.expiresAt.toISOString() }),
        isDisabled: membership.disabled,
      })),
      metadata: user.metadata,
      vendorMetadata: caller.actor.kind === 'ENVIRONMENT' ? user.vendorMetadata : '{}',
      externalId: user.externalId,
      createdAt: user.createdAt.toISOString(),
      lastLogin: user.lastLoginAt?.toISOString() ?? null,
      subAccountAccessAllowed: false,
      managedBy: 'frontegg',
    };
    const seenFrom = own.find((membership) => membership.tenantId === tenantId);
    return { plain, roles: rolesIn(seenFrom === undefined ? [] : heldRoleIds(seenFrom), roles), groupIds: seenFrom?.groupIds ?? [] };
  });
}

/** Encodes users without roles, permissions and groups, as seen from one tenant each. Only the environment sees `vendorMetadata`. */
export async function encodePlainUsers(services: Services, caller: Caller, seen: readonly SeenUser[]): Promise<z.input<typeof plainUserShape>[]> {
  const { id: vendorId } = await services.environment.publicSettings(caller);
  return (await encode(services, caller, vendorId, seen)).map(({ plain }) => plain);
}

/** Encodes users as seen from one tenant each. Only the environment sees `vendorMetadata`. */
export async function encodeUsers(services: Services, caller: Caller, seen: readonly SeenUser[]): Promise<z.input<typeof userShape>[]> {
  const { id: vendorId } = await services.environment.publicSettings(caller);
  const encoded = await encode(services, caller, vendorId, seen);
  const permissionIds = new Set(encoded.flatMap(({ roles }) => roles.flatMap((role) => role.permissionIds)));
  const found = (await services.permissions.findMany(caller, { ids: [...permissionIds] })).sort(byKey);
  const permissions = await encodePermissions(services, caller, found);
  const groupIds = [...new Set(encoded.flatMap((each) => each.groupIds))];
  const groups = groupIds.length === 0 ? [] : await services.groups.findMany(caller, { ids: groupIds });
  return encoded.map(({ plain, roles, groupIds: own }) => ({
    ...plain,
    roles: roles.map((role) => encodeRole(role, vendorId)),
    permissions: permissions.filter(({ id }) => roles.some((role) => role.permissionIds.includes(id))),
    groups: groups.filter(({ id }) => own.includes(id)).map(({ id, name }) => ({ id, name })),
  }));
}

/** Encodes one user as seen from one tenant. */
export async function encodeUser(services: Services, caller: Caller, seen: SeenUser): Promise<z.input<typeof userShape>> {
  const [encoded] = await encodeUsers(services, caller, [seen]);
  // One user was given, so there is one.
  return encoded as z.input<typeof userShape>;
}

/** Returns those of the roles that have one of the ids, in the order of their keys. */
const rolesIn = (ids: readonly string[], roles: readonly Role[]): Role[] => roles.filter(({ id }) => ids.includes(id)).sort(byKey);
