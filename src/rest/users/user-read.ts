import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id } from '../validation.ts';
import { tenantToReadIn } from './tenant-context.ts';
import { encodeUser, userShape } from './user-shape.ts';

/** Serves `GET /users/v1/:id`. */
export const userRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/users/v1/:id',
    config: { access: 'permitted' },
    schema: {
      operationId: 'readUser',
      summary: 'Read a member of the tenant of the header, or of the tenant of the token',
      tags: ['Users'],
      params: z.object({ id: id() }),
      response: { 200: userShape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const tenantId = tenantToReadIn(caller.actor);
      const [user = fail('USER_NOT_FOUND')] = await services.users.findMany(caller, { ids: [request.params.id] });
      return encodeUser(services, caller, { user, tenantId });
    },
  });
