import { z } from 'zod';
import { environmentErrors } from '../../services/environment/environment.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

const url = '/users/temporary/v1/configuration';
const shape = z.object({ enabled: z.boolean() });
const tags = ['Users'];

/** Serves `GET /users/temporary/v1/configuration`. */
export const temporaryUsersRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readTemporaryUsers',
      summary: 'Read whether a membership may end by itself',
      tags,
      response: { 200: shape, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => ({ enabled: (await services.environment.publicSettings(await request.call.caller())).temporaryUsers }),
  });

/** Serves `PUT /users/temporary/v1/configuration`. */
export const temporaryUsersSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'setTemporaryUsers',
      summary: 'Set whether a membership may end by itself; those that will end stay as they are',
      tags,
      body: shape,
      response: { 200: shape, ...errorResponses(environmentErrors.updateSettings, 400, 401, 403) },
    },
    handler: async (request) => {
      const { enabled } = request.body;
      await services.environment.updateSettings(await request.call.caller(), { change: { temporaryUsers: enabled } });
      return { enabled };
    },
  });
