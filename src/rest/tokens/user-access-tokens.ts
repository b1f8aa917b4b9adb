import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { userTokenErrors } from '../../services/token/user-tokens.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { targetOfRequest } from '../self-service/target-user.ts';
import { tenantOfHeader } from '../users/tenant-context.ts';
import { id } from '../validation.ts';
import { descriptionField, expiryField } from './token-fields.ts';
import { encodeUserAccessToken, newUserAccessTokenShape, userAccessTokenShape } from './token-shape.ts';

const url = '/users/access-tokens/v1';
const tags = ['API tokens'];
const kind = 'ACCESS_TOKEN';

/** Serves `POST /users/access-tokens/v1`. */
export const userAccessTokenCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'createUserAccessToken',
      summary: "Create an access token of the user for the operator's own servers; it is shown once",
      tags,
      body: z.object({ description: descriptionField(), expiresInMinutes: expiryField() }).nullish(),
      response: { 201: newUserAccessTokenShape, ...errorResponses(userTokenErrors.create, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      const { description, expiresInMinutes } = request.body ?? {};
      const { token, secret } = await services.userTokens.create(caller, {
        ...{ userId, kind, description: description ?? '', metadata: {}, expiresInMinutes: expiresInMinutes ?? null },
      });
      return reply.code(201).send({ ...encodeUserAccessToken(token), secret });
    },
  });

/** Serves `GET /users/access-tokens/v1`. */
export const userAccessTokensRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readUserAccessTokens',
      summary: 'List the access tokens of the user for the current tenant, oldest first',
      tags,
      response: { 200: z.object({ accessTokens: z.array(userAccessTokenShape) }), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      if (caller.actor.kind === 'ENVIRONMENT') tenantOfHeader(caller.actor);
      return { accessTokens: ((await services.userTokens.all(caller, { userId, kind })) ?? fail('USER_NOT_FOUND')).map(encodeUserAccessToken) };
    },
  });

/** Serves `DELETE /users/access-tokens/v1/:id`. */
export const userAccessTokenDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: `${url}/:id`,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'deleteUserAccessToken',
      summary: 'Delete an access token of the user; the servers of the operator find it no more among the active ones',
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
