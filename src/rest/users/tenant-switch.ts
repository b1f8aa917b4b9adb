import { z } from 'zod';
import { refreshErrors } from '../../services/login/refresh.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';
import { encodeUser, userShape } from './user-shape.ts';

/** Serves `PUT /users/v1/tenant`. The session moves at the refresh that clients send next, because only a refresh can ask for the second factor. */
export const tenantSwitch: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: '/users/v1/tenant',
    config: { access: 'user' },
    schema: {
      operationId: 'switchTenant',
      summary: 'Switch to another tenant of the user at the next refresh',
      tags: ['Users'],
      body: z.object({ tenantId: text() }),
      response: { 200: userShape, ...errorResponses(refreshErrors.requestTenant, 400, 401, 403) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { tenantId } = await services.refresh.requestTenant(caller, request.body);
      return encodeUser(services, caller, { user: await services.users.me(caller), tenantId });
    },
  });
