import { z } from 'zod';
import type { RestRoute } from '../route.ts';

const identifiers = ['email', 'phoneNumber', 'username'] as const;

/**
 * Serves `GET /configurations/v1/sign-up/strategies`. An account is identified by its e-mail address only. The setting
 * `allowSignups` says whether anybody may open one.
 */
export const signUpStrategies: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/sign-up/strategies',
    config: { access: 'public' },
    schema: {
      operationId: 'readSignUpStrategies',
      summary: 'List what a new account would be identified by',
      tags: ['Login box'],
      response: { 200: z.array(z.object({ strategy: z.enum(identifiers), isActive: z.boolean(), isRequired: z.boolean() })) },
    },
    handler: async (request) => {
      const { allowSignups } = await services.environment.publicSettings(request.call.stranger);
      return identifiers.map((name) => {
        const used = allowSignups && name === 'email';
        return { strategy: name, isActive: used, isRequired: used };
      });
    },
  });
