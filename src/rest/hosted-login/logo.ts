import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { logoPath } from '../../domain/oauth/logo.ts';
import { WordedRefusal } from '../errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id } from '../validation.ts';

/** Serves `GET /oauth/account/logo/:id`. */
export const logoRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: logoPath({ id: ':id' }),
    config: { access: 'public' },
    schema: {
      operationId: 'readLogo',
      summary: 'Read the logo that sign-in pages show',
      tags: ['Hosted login'],
      params: z.object({ id: id() }),
      response: { 200: z.string().describe('A picture of the type image/png, image/jpeg or image/webp.'), ...errorResponses([], 400, 404) },
    },
    handler: async (request, reply) => {
      const logo = await services.hostedLogin.logo(request.call.stranger, request.params);
      if (logo === null) throw new WordedRefusal(new DomainError('NOT_FOUND'), 'Logo not found');
      // Another logo has another id. Login boxes of other sites show it as well.
      reply.header('cache-control', 'public, max-age=31536000, immutable').header('cross-origin-resource-policy', 'cross-origin');
      // The published schema has no type for bytes but that of a text.
      return reply.type(logo.type).send(Buffer.from(logo.bytes) as unknown as string);
    },
  });
