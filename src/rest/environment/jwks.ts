import { z } from 'zod';
import type { RestRoute } from '../route.ts';

const key = z.object({ kty: z.literal('RSA'), alg: z.literal('RS256'), use: z.literal('sig'), kid: z.string(), n: z.string(), e: z.string() });

/** Serves `GET /.well-known/jwks.json`. */
export const jwks: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/.well-known/jwks.json',
    config: { access: 'public' },
    schema: {
      operationId: 'readJwks',
      summary: 'Read the keys that sign tokens (RFC 7517)',
      tags: ['Environment'],
      response: { 200: z.object({ keys: z.array(key) }) },
    },
    handler: async (request, reply) => {
      reply.header('cache-control', 'public, max-age=300');
      return services.environment.jwks(request.call.stranger);
    },
  });
