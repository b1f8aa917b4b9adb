import { z } from 'zod';
import type { ListedSecret } from '../../services/environment/secrets.ts';
import { secretErrors } from '../../services/environment/secrets.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { optionalText, text } from '../validation.ts';

const url = '/configurations/v1/secrets';
const secret = z.object({ id: z.string(), createdAt: z.string() });
const shapeOf = ({ id, createdAt }: ListedSecret): z.infer<typeof secret> => ({ id, createdAt: createdAt.toISOString() });

/** Serves `GET /configurations/v1/secrets`. */
export const secretsRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'readEnvironmentSecrets',
      summary: 'List the valid secrets of the environment by id and date',
      tags: ['Environment'],
      response: { 200: z.array(secret), ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => (await services.environmentSecrets.secrets(await request.call.caller())).map(shapeOf),
  });

/** Serves `POST /configurations/v1/secrets`. */
export const secretAdd: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'addEnvironmentSecret',
      summary: 'Make a further secret valid; a generated one is shown only once',
      tags: ['Environment'],
      body: z.object({ newSecret: optionalText() }),
      response: {
        201: z.object({ secret: z.string().nullable(), secrets: z.array(secret) }),
        ...errorResponses(secretErrors.addSecret, 400, 401, 403),
      },
    },
    handler: async (request, reply) => {
      const { newSecret } = request.body;
      const added = await services.environmentSecrets.addSecret(await request.call.caller(), { newSecret: newSecret ?? null });
      return reply.code(201).send({ secret: added.secret, secrets: added.secrets.map(shapeOf) });
    },
  });

/** Serves `DELETE /configurations/v1/secrets/:id`. */
export const secretRetire: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: `${url}/:id`,
    config: { access: 'environment' },
    schema: {
      operationId: 'retireEnvironmentSecret',
      summary: 'End the validity of a secret that is not the only one',
      tags: ['Environment'],
      params: z.object({ id: text() }),
      response: { 200: z.array(secret), ...errorResponses(secretErrors.retireSecret, 400, 401, 403) },
    },
    handler: async (request) =>
      (await services.environmentSecrets.retireSecret(await request.call.caller(), { secretId: request.params.id })).map(shapeOf),
  });
