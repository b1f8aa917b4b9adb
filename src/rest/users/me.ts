import { requireUser } from '../../services/access.ts';
import type { RestRoute } from '../route.ts';
import { refusals } from '../route.ts';
import { encodeUser, userShape } from './user-shape.ts';

/** Browsers merge this answer over the login's, so nothing of a login may be in it. */
export const me: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/users/v2/me',
    config: { access: 'user' },
    schema: {
      operationId: 'readMe',
      summary: 'The user behind the token',
      tags: ['Users'],
      response: { 200: userShape, ...refusals(400, 401, 403) },
    },
    handler: async (request) => {
      const actor = requireUser(await request.call.actor());
      return encodeUser(await services.users.me(actor), { tenantId: actor.tenantId, asEnvironment: false }, services);
    },
  });
