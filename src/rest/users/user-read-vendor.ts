import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id } from '../validation.ts';
import { tenantSeenFrom } from './tenant-context.ts';
import { encodeUser, userShape } from './user-shape.ts';

/** Serves `GET /vendor-only/users/v1/:id`. */
export const userReadVendor: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/vendor-only/users/v1/:id',
    config: { access: 'environment' },
    schema: {
      operationId: 'readUserAsVendor',
      summary: 'Read a user of any tenant or, with a tenant header, a member of that tenant',
      tags: ['Users'],
      params: z.object({ id: id() }),
      response: { 200: userShape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const [user = fail('USER_NOT_FOUND')] = await services.users.findMany(caller, { ids: [request.params.id] });
      return encodeUser(services, caller, { user, tenantId: tenantSeenFrom(caller.actor, user) });
    },
  });
