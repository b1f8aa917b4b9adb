import { z } from 'zod';
import type { RedirectUri } from '../../domain/oauth/redirect-uri.ts';
import { redirectUriErrors } from '../../services/oauth/redirect-uris.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id, text } from '../validation.ts';

const url = '/oauth/resources/configurations/v1/redirect-uri';

const redirectUri = z.object({
  id: z.string(),
  redirectUri: z.string(),
  redirectUriPattern: z.string().describe('The same as redirectUri, because no part of it is read as a pattern.'),
});
const encode = ({ id: uriId, uri }: RedirectUri): z.infer<typeof redirectUri> => ({ id: uriId, redirectUri: uri, redirectUriPattern: uri });

/** Serves `GET /oauth/resources/configurations/v1/redirect-uri`. */
export const redirectUrisRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'readRedirectUris',
      summary: 'List the redirect URIs of hosted login, oldest first',
      tags: ['Hosted login'],
      response: { 200: z.object({ redirectUris: z.array(redirectUri) }), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => ({ redirectUris: (await services.redirectUris.all(await request.call.caller())).map(encode) }),
  });

/** Serves `POST /oauth/resources/configurations/v1/redirect-uri`. */
export const redirectUriCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'createRedirectUri',
      summary: 'Register a redirect URI; one that is registered already is returned as it is',
      tags: ['Hosted login'],
      body: z.object({ redirectUri: text() }),
      response: { 201: redirectUri, ...errorResponses(redirectUriErrors.ensure, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const registered = await services.redirectUris.ensure(await request.call.caller(), { uri: request.body.redirectUri });
      return reply.code(201).send(encode(registered));
    },
  });

/** Serves `DELETE /oauth/resources/configurations/v1/redirect-uri/:id`. */
export const redirectUriDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: `${url}/:id`,
    config: { access: 'environment' },
    schema: {
      operationId: 'deleteRedirectUri',
      summary: 'Remove a redirect URI',
      tags: ['Hosted login'],
      params: z.object({ id: id() }),
      response: { 200: empty, ...errorResponses(redirectUriErrors.remove, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.redirectUris.remove(await request.call.caller(), { id: request.params.id });
      return reply.send();
    },
  });
