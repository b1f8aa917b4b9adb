import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import type { TenantTokenChange } from '../../services/token/tenant-tokens.ts';
import { tenantTokenErrors } from '../../services/token/tenant-tokens.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { given, id } from '../validation.ts';
import { descriptionField, expiryField, metadataField, permissionIdsField, roleIdsField } from './token-fields.ts';
import { encodeTenantToken, newTenantTokenShape, tenantTokenShape } from './token-shape.ts';

const url = '/tenants/api-tokens/v1';
const params = z.object({ id: id() });
const tags = ['API tokens'];
const kind = 'CLIENT_CREDENTIALS';

const changeable = { description: descriptionField(), metadata: metadataField(), roleIds: roleIdsField(), permissionIds: permissionIdsField() };

const createRoute =
  (path: string, operationId: string): RestRoute =>
  (app, { services }) =>
    app.route({
      method: 'POST',
      url: path,
      config: { access: 'permitted' },
      schema: {
        operationId,
        summary: 'Create an API token of the tenant; its secret is shown once',
        tags,
        body: z.object({ ...changeable, expiresInMinutes: expiryField() }).nullish(),
        response: { 201: newTenantTokenShape, ...errorResponses(tenantTokenErrors.create, 400, 401, 403, 404) },
      },
      handler: async (request, reply) => {
        const { description, metadata, roleIds, permissionIds, expiresInMinutes } = request.body ?? {};
        const { token, secret } = await services.tenantTokens.create(await request.call.caller(), {
          ...{ kind, description: description ?? '', metadata: metadata ?? {}, expiresInMinutes: expiresInMinutes ?? null },
          ...{ roleIds: roleIds ?? [], permissionIds: permissionIds ?? [] },
        });
        return reply.code(201).send({ ...encodeTenantToken(token), secret });
      },
    });

/** Serves `POST /tenants/api-tokens/v1`. */
export const tenantTokenCreateV1 = createRoute(url, 'createTenantApiTokenOlder');
/** Serves `POST /tenants/api-tokens/v2`. */
export const tenantTokenCreate = createRoute('/tenants/api-tokens/v2', 'createTenantApiToken');

/** Serves `GET /tenants/api-tokens/v1`. */
export const tenantTokensRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'permitted' },
    schema: {
      operationId: 'readTenantApiTokens',
      summary: 'List the API tokens of the tenant, oldest first',
      tags,
      response: { 200: z.array(tenantTokenShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) =>
      ((await services.tenantTokens.all(await request.call.caller(), { kind })) ?? fail('TENANT_HEADER_REQUIRED')).map(encodeTenantToken),
  });

/** Serves `PATCH /tenants/api-tokens/v1/:id`. */
export const tenantTokenUpdate: RestRoute = (app, { services }) =>
  app.route({
    method: 'PATCH',
    url: `${url}/:id`,
    config: { access: 'permitted' },
    schema: {
      operationId: 'updateTenantApiToken',
      summary: 'Change fields of an API token of the tenant; what it may do counts at its next request',
      tags,
      params,
      body: z.object(changeable),
      response: { 200: tenantTokenShape, ...errorResponses(tenantTokenErrors.update, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const change: TenantTokenChange = given(request.body);
      return encodeTenantToken(await services.tenantTokens.update(await request.call.caller(), { id: request.params.id, change }));
    },
  });

/** Serves `DELETE /tenants/api-tokens/v1/:id`. */
export const tenantTokenDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: `${url}/:id`,
    config: { access: 'permitted' },
    schema: {
      operationId: 'deleteTenantApiToken',
      summary: 'Delete an API token of the tenant; its JWTs are refused from then on',
      tags,
      params,
      response: { 200: empty, ...errorResponses(tenantTokenErrors.remove, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      await services.tenantTokens.remove(await request.call.caller(), { id: request.params.id, kind });
      return reply.code(200).send();
    },
  });
