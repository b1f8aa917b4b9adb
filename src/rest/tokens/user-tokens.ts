import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { userTokenErrors } from '../../services/token/user-tokens.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { targetOfRequest } from '../self-service/target-user.ts';
import { tenantOfHeader } from '../users/tenant-context.ts';
import { id } from '../validation.ts';
import { descriptionField, expiryField, metadataField } from './token-fields.ts';
import { encodeUserToken, newUserTokenShape, userTokenShape } from './token-shape.ts';

const url = '/users/api-tokens/v1';
const tags = ['API tokens'];
const kind = 'CLIENT_CREDENTIALS';

/** Serves `POST /users/api-tokens/v1`. */
export const userTokenCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'signedInOrOwnToken' },
    schema: {
      operationId: 'createUserApiToken',
      summary: 'Create an API token of the user for the current tenant; its secret is shown once',
      tags,
      body: z.object({ description: descriptionField(), metadata: metadataField(), expiresInMinutes: expiryField() }).nullish(),
      response: { 201: newUserTokenShape, ...errorResponses(userTokenErrors.create, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      const { description, metadata, expiresInMinutes } = request.body ?? {};
      const { token, secret } = await services.userTokens.create(caller, {
        ...{ userId, kind, description: description ?? '', metadata: metadata ?? {}, expiresInMinutes: expiresInMinutes ?? null },
      });
      return reply.code(201).send({ ...encodeUserToken(token), secret });
    },
  });

/** Serves `GET /users/api-tokens/v1`. */
export const userTokensRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'signedInOrOwnToken' },
    schema: {
      operationId: 'readUserApiTokens',
      summary: 'List the API tokens of the user for the current tenant, oldest first',
      tags,
      response: { 200: z.array(userTokenShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      if (caller.actor.kind === 'ENVIRONMENT') tenantOfHeader(caller.actor);
      return ((await services.userTokens.all(caller, { userId, kind })) ?? fail('USER_NOT_FOUND')).map(encodeUserToken);
    },
  });

/** Serves `DELETE /users/api-tokens/v1/:id`. */
export const userTokenDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: `${url}/:id`,
    config: { access: 'permitted' },
    schema: {
      operationId: 'deleteUserApiToken',
      summary: 'Delete an API token of the user, or of another member by whoever may; its JWTs are refused from then on',
      tags,
      params: z.object({ id: id() }),
      response: { 200: empty, ...errorResponses(userTokenErrors.remove, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      await services.userTokens.remove(caller, { id: request.params.id, userId, kind });
      return reply.code(200).send();
    },
  });
