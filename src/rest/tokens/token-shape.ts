import { z } from 'zod';
import type { ApiToken } from '../../domain/token/api-token.ts';

const metadata = z.record(z.string(), z.unknown());
const secret = z.string().describe('A UUID, or for an access token the JWT. It is shown here and never again.');

/** Credentials of a tenant. */
export const tenantTokenShape = z.object({
  ...{ clientId: z.string(), tenantId: z.string(), description: z.string(), metadata },
  ...{ roleIds: z.array(z.string()), permissionIds: z.array(z.string()), createdByUserId: z.string().nullable() },
  ...{ createdAt: z.string(), expires: z.string().optional() },
});
/** The same, at creation. */
export const newTenantTokenShape = tenantTokenShape.extend({ secret });

/** Credentials of a user. */
export const userTokenShape = z.object({
  ...{ clientId: z.string(), description: z.string(), metadata, createdAt: z.string(), expires: z.string().optional() },
  created_at: z.string().describe('The same as createdAt, where some clients look for it.'),
});
/** The same, at creation. */
export const newUserTokenShape = userTokenShape.extend({ secret });

/** An access token of a user. */
export const userAccessTokenShape = z.object({ id: z.string(), description: z.string(), createdAt: z.string(), expires: z.string().optional() });
/** An access token of a tenant. */
export const tenantAccessTokenShape = userAccessTokenShape.extend({ roleIds: z.array(z.string()), createdByUserId: z.string().nullable() });
/** An access token of a tenant, at creation. */
export const newTenantAccessTokenShape = tenantAccessTokenShape.extend({ secret });
/** An access token of a user, at creation. */
export const newUserAccessTokenShape = userAccessTokenShape.extend({ secret });

const times = ({ createdAt, expiresAt }: ApiToken) => ({
  createdAt: createdAt.toISOString(),
  ...(expiresAt === null ? {} : { expires: expiresAt.toISOString() }),
});
const texts = ({ description, metadata: text }: ApiToken) => ({ description, metadata: JSON.parse(text) as Record<string, unknown> });

/** Encodes credentials of a tenant. */
export const encodeTenantToken = (token: ApiToken): z.input<typeof tenantTokenShape> => ({
  ...{ clientId: token.id, tenantId: token.tenantId, roleIds: token.roleIds, permissionIds: token.permissionIds },
  ...{ createdByUserId: token.createdByUserId, ...texts(token), ...times(token) },
});

/** Encodes credentials of a user. */
export const encodeUserToken = (token: ApiToken): z.input<typeof userTokenShape> => ({
  ...{ clientId: token.id, ...texts(token), ...times(token), created_at: token.createdAt.toISOString() },
});

/** Encodes an access token of a user. */
export const encodeUserAccessToken = (token: ApiToken): z.input<typeof userAccessTokenShape> => ({
  ...{ id: token.id, description: token.description, ...times(token) },
});

/** Encodes an access token of a tenant. */
export const encodeTenantAccessToken = (token: ApiToken): z.input<typeof tenantAccessTokenShape> => ({
  ...{ ...encodeUserAccessToken(token), roleIds: token.roleIds, createdByUserId: token.createdByUserId },
});
