import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { userEmailErrors } from '../../services/directory/user-email.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { emailText, id } from '../validation.ts';
import { tenantSeenFrom } from './tenant-context.ts';
import { encodeUser, userShape } from './user-shape.ts';

/** Serves `PUT /users/v1/:userId/email`. */
export const userEmailChange: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: '/users/v1/:userId/email',
    config: { access: 'environment' },
    schema: {
      operationId: 'changeUserEmail',
      summary: 'Change the e-mail address of a user; both addresses are told',
      description: whatEnds('EMAIL_CHANGED'),
      tags: ['Users'],
      params: z.object({ userId: id() }),
      body: z.object({ email: emailText() }),
      response: { 200: userShape, ...errorResponses(userEmailErrors.change, 400, 401, 403) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const user = await services.userEmail.change(caller, { userId: request.params.userId, email: request.body.email });
      return encodeUser(services, caller, { user, tenantId: tenantSeenFrom(caller.actor, user) });
    },
  });
