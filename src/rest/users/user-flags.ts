import { z } from 'zod';
import { userErrors } from '../../services/directory/users.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id } from '../validation.ts';
import { tenantSeenFrom } from './tenant-context.ts';
import { encodeUser, userShape } from './user-shape.ts';

interface Flag {
  path: string;
  flag: 'superUser' | 'invisible';
  operationId: string;
  summary: string;
}

/** Makes a route that sets one flag of a user. */
const flagRoute =
  ({ path, flag, operationId, summary }: Flag): RestRoute =>
  (app, { services }) =>
    app.route({
      method: 'PUT',
      url: `/users/v1/:userId/${path}`,
      config: { access: 'environment' },
      schema: {
        operationId,
        summary,
        tags: ['Users'],
        params: z.object({ userId: id() }),
        body: z.object({ [flag]: z.boolean() }),
        response: { 200: userShape, ...errorResponses(userErrors.update, 400, 401, 403) },
      },
      handler: async (request) => {
        const caller = await request.call.caller();
        const change = { [flag]: (request.body as Record<string, boolean>)[flag] ?? false };
        const user = await services.users.update(caller, { userId: request.params.userId, change });
        return encodeUser(services, caller, { user, tenantId: tenantSeenFrom(caller.actor, user) });
      },
    });

/** Serves `PUT /users/v1/:userId/superuser`. */
export const superUserSet = flagRoute({
  ...{ path: 'superuser', flag: 'superUser', operationId: 'setSuperUser' },
  summary: 'Mark a user as super user, which is shown to clients and opens no tenant',
});
/** Serves `PUT /users/v1/:userId/invisible`. */
export const invisibleSet = flagRoute({
  ...{ path: 'invisible', flag: 'invisible', operationId: 'setInvisible' },
  summary: 'Hide a user from the lists that other users read',
});
