import { z } from 'zod';
import type { Caller } from '../../domain/access/actor.ts';
import type { Permission, PermissionCategory } from '../../domain/role/permission.ts';
import { assignmentTypes } from '../../domain/role/permission.ts';
import type { Services } from '../../services/index.ts';

/** A permission as clients read it. */
export const permissionShape = z
  .object({
    id: z.string(),
    key: z.string(),
    name: z.string(),
    description: z.string(),
    createdAt: z.string(),
    updatedAt: z.string(),
    roleIds: z.array(z.string()),
    categoryId: z.string().nullable(),
    fePermission: z.boolean().describe('Whether it is built in.'),
    assignmentType: z.enum(assignmentTypes),
  })
  .meta({ id: 'Permission', description: 'Something that a role allows.' });

/** A category of permissions as clients read it. */
export const categoryShape = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    createdAt: z.string(),
    updatedAt: z.string(),
    feCategory: z.boolean().describe('Whether it is built in.'),
    permissionIds: z.array(z.string()),
  })
  .meta({ id: 'PermissionCategory', description: 'A group of permissions.' });

/** Encodes permissions with the roles that have them. */
export async function encodePermissions(
  services: Services,
  caller: Caller,
  permissions: readonly Permission[],
): Promise<z.input<typeof permissionShape>[]> {
  const roleIds = await services.permissions.rolesOf(caller, { ids: permissions.map(({ id }) => id) });
  return permissions.map(({ builtIn, createdAt, updatedAt, ...permission }, index) => ({
    ...permission,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    roleIds: roleIds[index] ?? [],
    fePermission: builtIn,
  }));
}

/** Encodes one permission. */
export async function encodePermission(services: Services, caller: Caller, permission: Permission): Promise<z.input<typeof permissionShape>> {
  const [encoded] = await encodePermissions(services, caller, [permission]);
  // One permission was given, so there is one.
  return encoded as z.input<typeof permissionShape>;
}

/** Encodes categories with their permissions. */
export async function encodeCategories(
  services: Services,
  caller: Caller,
  categories: readonly PermissionCategory[],
): Promise<z.input<typeof categoryShape>[]> {
  const permissions = await services.permissions.all(caller);
  return categories.map(({ builtIn, createdAt, updatedAt, ...category }) => ({
    ...category,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    feCategory: builtIn,
    permissionIds: permissions.flatMap(({ id, categoryId }) => (categoryId === category.id ? [id] : [])),
  }));
}

/** Encodes one category. */
export async function encodeCategory(services: Services, caller: Caller, category: PermissionCategory): Promise<z.input<typeof categoryShape>> {
  const [encoded] = await encodeCategories(services, caller, [category]);
  // One category was given, so there is one.
  return encoded as z.input<typeof categoryShape>;
}
