import { z } from 'zod';
import { userErrors } from '../../services/directory/users.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { naming, text } from '../validation.ts';
import { decodeNewUser, newUserFields } from './new-user.ts';
import { encodeUser, userShape } from './user-shape.ts';

const { email, username, ...others } = newUserFields;

/** Serves `POST /vendor-only/users/v1`. */
export const userCreateVendor: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/vendor-only/users/v1',
    config: { access: 'environment' },
    schema: {
      operationId: 'createUserAsVendor',
      summary: 'Create a user in a tenant; the e-mail address is not verified yet',
      tags: ['Users'],
      body: naming(z.object({ email, username, tenantId: text(), ...others })),
      response: { 201: userShape, ...errorResponses(userErrors.create, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const { tenantId } = request.body;
      const user = await services.users.create(caller, { ...decodeNewUser(request.body), tenantId });
      return reply.code(201).send(await encodeUser(services, caller, { user, tenantId: user.activeTenantId }));
    },
  });
