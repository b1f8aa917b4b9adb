import { z } from 'zod';
import { requireUser } from '../../services/access/permissions.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';
import { encodeUser, userShape } from './user-shape.ts';

/** The session moves at the refresh that clients send next: only a refresh can ask for the second factor. */
export const tenantSwitch: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: '/users/v1/tenant',
    config: { access: 'user' },
    schema: {
      operationId: 'switchTenant',
      summary: 'Go on in another tenant of the user from the next refresh on',
      tags: ['Users'],
      body: z.object({ tenantId: text() }),
      response: { 200: userShape, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const actor = requireUser(caller.actor);
      const { tenantId } = request.body;
      await services.refresh.requestTenant(actor, tenantId, request.call.origin);
      return encodeUser(services, caller, { user: await services.users.me(caller), tenantId });
    },
  });
