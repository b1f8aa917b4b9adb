import { z } from 'zod';
import type { Role } from '../../domain/role/role.ts';

/** A role as clients read it. */
export const roleShape = z
  .object({
    id: z.string(),
    vendorId: z.string(),
    tenantId: z.string().nullable().describe('Null for a role that every tenant has.'),
    key: z.string(),
    name: z.string(),
    description: z.string(),
    isDefault: z.boolean(),
    firstUserRole: z.boolean(),
    level: z.int(),
    createdAt: z.string(),
    updatedAt: z.string(),
    permissions: z.array(z.string()).describe('Ids of permissions.'),
  })
  .meta({ id: 'Role', description: 'A set of permissions that members of a tenant hold.' });

/** Encodes a role. `vendorId` is the id of the environment. */
export const encodeRole = ({ permissionIds, createdAt, updatedAt, ...role }: Role, vendorId: string): z.input<typeof roleShape> => ({
  ...role,
  vendorId,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
  permissions: permissionIds,
});
