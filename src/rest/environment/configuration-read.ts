import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { configuration, encodeConfiguration } from './configuration-shape.ts';

/** Serves `GET /configurations/v1`. */
export const configurationRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readConfiguration',
      summary: 'Read the core settings and the public key',
      tags: ['Environment'],
      response: { 200: configuration, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => encodeConfiguration(await services.environment.configuration(await request.call.caller())),
  });
