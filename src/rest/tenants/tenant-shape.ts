import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Tenant, TenantDetailName } from '../../domain/directory/tenant.ts';
import { tenantDetailNames } from '../../domain/directory/tenant.ts';

/** The details whose field is always there. */
const alwaysShown = ['creatorName', 'creatorEmail'] as const satisfies readonly TenantDetailName[];
type Shown = (typeof alwaysShown)[number];
type Optional = Exclude<TenantDetailName, Shown>;
const isOptional = (name: TenantDetailName): name is Optional => !(alwaysShown as readonly TenantDetailName[]).includes(name);

const optionalDetails = Object.fromEntries(tenantDetailNames.filter(isOptional).map((name) => [name, z.string().optional()])) as Record<
  Optional,
  z.ZodOptional<z.ZodString>
>;

/** A tenant as clients read it. A detail that was not given is left out. */
export const tenantShape = z
  .object({
    id: z.string().describe('The id of the row, which is not the id of the tenant.'),
    vendorId: z.string().describe('The id of the environment.'),
    tenantId: z.string(),
    name: z.string(),
    metadata: z.string().describe('JSON as a text.'),
    creatorName: z.string().nullable(),
    creatorEmail: z.string().nullable(),
    ...optionalDetails,
    isReseller: z.boolean(),
    createdAt: z.string(),
    updatedAt: z.string(),
    deletedAt: z.null(),
  })
  .meta({ id: 'Tenant', description: 'A customer of the environment.' });

/** Returns those of the details that were given. */
export const givenDetails = <Name extends TenantDetailName>(tenant: Tenant, names: readonly Name[]): { [N in Name]?: string } =>
  Object.fromEntries(names.flatMap((name) => (tenant[name] === null ? [] : [[name, tenant[name]]]))) as { [N in Name]?: string };

/** Encodes a tenant. `vendorId` is the id of the environment. */
export const encodeTenant = (tenant: Tenant, vendorId: string): z.input<typeof tenantShape> => ({
  ...{ id: rowId(vendorId, tenant.id), vendorId, tenantId: tenant.id, name: tenant.name, metadata: tenant.metadata },
  ...{ creatorName: tenant.creatorName, creatorEmail: tenant.creatorEmail, ...givenDetails(tenant, tenantDetailNames.filter(isOptional)) },
  isReseller: tenant.isReseller,
  ...{ createdAt: tenant.createdAt.toISOString(), updatedAt: tenant.updatedAt.toISOString(), deletedAt: null },
});

/**
 * Returns the id that clients know the row of a tenant by: the name-based UUID of the id in the environment (RFC 9562 §5.5). It is computed,
 * so that a tenant that is deleted and created again has the same one.
 */
function rowId(vendorId: string, tenantId: string): string {
  const namespace = Buffer.from(vendorId.replaceAll('-', ''), 'hex');
  const bytes = createHash('sha1').update(namespace).update(tenantId, 'utf8').digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
