import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { tenantTokenErrors } from '../../services/token/tenant-tokens.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id } from '../validation.ts';
import { descriptionField, expiryField, roleIdsField } from './token-fields.ts';
import { encodeTenantAccessToken, newTenantAccessTokenShape, tenantAccessTokenShape } from './token-shape.ts';

const url = '/tenants/access-tokens/v1';
const tags = ['API tokens'];
const kind = 'ACCESS_TOKEN';

/** Serves `POST /tenants/access-tokens/v1`. */
export const tenantAccessTokenCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'permitted' },
    schema: {
      operationId: 'createTenantAccessToken',
      summary: "Create an access token of the tenant for the operator's own servers; it is shown once",
      tags,
      body: z.object({ description: descriptionField(), expiresInMinutes: expiryField(), roleIds: roleIdsField() }).nullish(),
      response: { 201: newTenantAccessTokenShape, ...errorResponses(tenantTokenErrors.create, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const { description, expiresInMinutes, roleIds } = request.body ?? {};
      const { token, secret } = await services.tenantTokens.create(await request.call.caller(), {
        ...{ kind, description: description ?? '', metadata: {}, expiresInMinutes: expiresInMinutes ?? null },
        ...{ roleIds: roleIds ?? [], permissionIds: [] },
      });
      return reply.code(201).send({ ...encodeTenantAccessToken(token), secret });
    },
  });

/** Serves `GET /tenants/access-tokens/v1`. */
export const tenantAccessTokensRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'permitted' },
    schema: {
      operationId: 'readTenantAccessTokens',
      summary: 'List the access tokens of the tenant, oldest first',
      tags,
      response: { 200: z.object({ accessTokens: z.array(tenantAccessTokenShape) }), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => ({
      accessTokens: ((await services.tenantTokens.all(await request.call.caller(), { kind })) ?? fail('TENANT_HEADER_REQUIRED')).map(
        encodeTenantAccessToken,
      ),
    }),
  });

/** Serves `DELETE /tenants/access-tokens/v1/:id`. */
export const tenantAccessTokenDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: `${url}/:id`,
    config: { access: 'permitted' },
    schema: {
      operationId: 'deleteTenantAccessToken',
      summary: 'Delete an access token of the tenant; the servers of the operator find it no more among the active ones',
      tags,
      params: z.object({ id: id() }),
      response: { 200: empty, ...errorResponses(tenantTokenErrors.remove, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      await services.tenantTokens.remove(await request.call.caller(), { id: request.params.id, kind });
      return reply.code(200).send();
    },
  });
