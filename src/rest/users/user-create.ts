import { z } from 'zod';
import { userErrors } from '../../services/directory/users.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { naming } from '../validation.ts';
import { decodeNewUser, newUserFields } from './new-user.ts';
import { tenantOfHeader } from './tenant-context.ts';
import { encodeUser, userShape } from './user-shape.ts';

const created = userShape
  .pick({
    id: true,
    email: true,
    verified: true,
    name: true,
    profilePictureUrl: true,
    roles: true,
    permissions: true,
    metadata: true,
    createdAt: true,
    lastLogin: true,
    activatedForTenant: true,
  })
  .describe('The new user.');

/** Serves `POST /users/v2`. */
export const userCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v2',
    config: { access: 'environment' },
    schema: {
      operationId: 'createUser',
      summary: 'Create a user in the tenant of the header, or let an existing user join it',
      tags: ['Users'],
      body: naming(z.object(newUserFields)),
      response: { 201: created, ...errorResponses(userErrors.createOrJoin, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const tenantId = tenantOfHeader(caller.actor);
      const { user } = await services.users.createOrJoin(caller, decodeNewUser(request.body, tenantId));
      return reply.code(201).send(await encodeUser(services, caller, { user, tenantId }));
    },
  });
