import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import type { AccessTokenOwners } from '../../services/token/active-tokens.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id } from '../validation.ts';

const tags = ['API tokens'];
const rights = { roles: z.array(z.string()), permissions: z.array(z.string()), expires: z.string().optional() };
const shapes = {
  USERS: z.object({ id: z.string(), tenantId: z.string(), userId: z.string(), ...rights }),
  TENANTS: z.object({ id: z.string(), tenantId: z.string(), ...rights }),
};

const activeRoute =
  (url: string, operationId: string, of: AccessTokenOwners, summary: string): RestRoute =>
  (app, { services }) =>
    app.route({
      method: 'GET',
      url,
      config: { access: 'environment' },
      schema: {
        operationId,
        summary,
        tags,
        response: { 200: z.array(z.string()), ...errorResponses(['API_TOKENS_DISABLED'], 400, 401, 403, 404) },
      },
      handler: async (request) => {
        const ids = await services.activeTokens.ids(await request.call.caller(), { of });
        return ids === 'DISABLED' ? fail('API_TOKENS_DISABLED') : ids;
      },
    });

const rightsRoute =
  (url: string, operationId: string, of: AccessTokenOwners, summary: string): RestRoute =>
  (app, { services }) =>
    app.route({
      method: 'GET',
      url,
      config: { access: 'environment' },
      schema: {
        operationId,
        summary,
        tags,
        params: z.object({ id: id() }),
        response: { 200: shapes[of], ...errorResponses(['API_TOKENS_DISABLED', 'API_TOKEN_NOT_FOUND'], 400, 401, 403, 404) },
      },
      handler: async (request, reply) => {
        const found = (await services.activeTokens.find(await request.call.caller(), { of, id: request.params.id })) ?? fail('API_TOKEN_NOT_FOUND');
        const { token, actor } = found === 'DISABLED' ? fail('API_TOKENS_DISABLED') : found;
        return reply.send({
          ...{ id: token.id, tenantId: token.tenantId, userId: token.userId ?? '' },
          ...{ roles: actor.rights.roles, permissions: actor.rights.permissions },
          ...(token.expiresAt === null ? {} : { expires: token.expiresAt.toISOString() }),
        });
      },
    });

/** Serves `GET /vendor-only/users/access-tokens/v1/active`. */
export const activeUserAccessTokens = activeRoute(
  ...(['/vendor-only/users/access-tokens/v1/active', 'readActiveUserAccessTokens', 'USERS'] as const),
  'List the ids of the access tokens of users that servers of the operator may accept',
);
/** Serves `GET /vendor-only/users/access-tokens/v1/:id`. */
export const userAccessTokenRights = rightsRoute(
  ...(['/vendor-only/users/access-tokens/v1/:id', 'readUserAccessTokenRights', 'USERS'] as const),
  'Read what an access token of a user may do now',
);
/** Serves `GET /vendor-only/tenants/access-tokens/v1/active`. */
export const activeTenantAccessTokens = activeRoute(
  ...(['/vendor-only/tenants/access-tokens/v1/active', 'readActiveTenantAccessTokens', 'TENANTS'] as const),
  'List the ids of the access tokens of tenants that servers of the operator may accept',
);
/** Serves `GET /vendor-only/tenants/access-tokens/v1/:id`. */
export const tenantAccessTokenRights = rightsRoute(
  ...(['/vendor-only/tenants/access-tokens/v1/:id', 'readTenantAccessTokenRights', 'TENANTS'] as const),
  'Read what an access token of a tenant may do now',
);
