import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';
import { tenantSeenFrom } from './tenant-context.ts';
import { encodeUser, plainUserShape } from './user-shape.ts';

/** Serves `GET /users/v1/email`. */
export const userByEmail: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/users/v1/email',
    config: { access: 'environment' },
    schema: {
      operationId: 'readUserByEmail',
      summary: 'Find a user by the e-mail address, in any spelling of it',
      tags: ['Users'],
      querystring: z.object({ email: text() }),
      response: { 200: plainUserShape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const user = (await services.users.findByEmail(caller, { email: request.query.email })) ?? fail('USER_NOT_FOUND');
      return encodeUser(services, caller, { user, tenantId: tenantSeenFrom(caller.actor, user) });
    },
  });
