import { z } from 'zod';
import { InvalidInput } from '../../domain/errors.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';

const url = '/configurations/v1/delegation';
const tag = 'Delegation';

/** Serves `GET /configurations/v1/delegation`. */
export const delegationRead: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'readDelegation',
      summary: 'Read whether tokens can be exchanged for those of other users, which they cannot',
      tags: [tag],
      response: { 200: z.object({ enabled: z.boolean() }), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async () => ({ enabled: false }),
  });

/** Serves `POST /configurations/v1/delegation`. A delegated token would look like that of a user who has proven a second factor. */
export const delegationSet: RestRoute = (app) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'setDelegation',
      summary: 'Switch the exchange of tokens off, which it always is',
      tags: [tag],
      body: z.object({ enabled: z.boolean() }),
      response: { 200: empty, ...errorResponses(['INVALID_INPUT'], 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      if (request.body.enabled) throw new InvalidInput([{ path: ['enabled'], message: 'enabled true is not supported by this server' }]);
      return reply.code(200).send();
    },
  });
