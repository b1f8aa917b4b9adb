import { z } from 'zod';
import { invitationErrors } from '../../services/account/invitations.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { naming, optionalFlag } from '../validation.ts';
import { decodeNewUser, newUserFields } from './new-user.ts';
import { encodeUser, userShape } from './user-shape.ts';

const created = userShape.extend({ temporaryExpirationDate: z.string().optional().describe('When the membership ends by itself.') });

const createRoute =
  (url: string, operationId: string): RestRoute =>
  (app, { services }) =>
    app.route({
      method: 'POST',
      url,
      config: { access: 'permitted' },
      schema: {
        operationId,
        summary: 'Bring somebody into the tenant in force: create the user, add one who exists, or invite one',
        description:
          'An environment token adds whom it names, and vouches for the address with `skipInviteEmail`. A user invites: whoever has an account joins only by accepting the mailed invitation. While no mail can be sent, an environment token causes none.',
        tags: ['Users'],
        body: naming(z.object({ ...newUserFields, skipInviteEmail: optionalFlag().describe('Whether to send no mail.') })),
        response: { 201: created, ...errorResponses(invitationErrors.invite, 400, 401, 403) },
      },
      handler: async (request, reply) => {
        const caller = await request.call.caller();
        const { skipInviteEmail } = request.body;
        const { user, tenantId } = await services.invitations.invite(caller, {
          ...decodeNewUser(request.body),
          ...{ tenantId: null, skipMail: skipInviteEmail ?? false, verified: false },
        });
        const shown = await encodeUser(services, caller, { user, tenantId });
        const expiry = shown.tenants.find((entry) => entry.tenantId === tenantId)?.temporaryExpirationDate;
        return reply.code(201).send({ ...shown, ...(expiry == null ? {} : { temporaryExpirationDate: expiry }) });
      },
    });

/** Serves `POST /users/v2`. */
export const userCreate = createRoute('/users/v2', 'createUser');
/** Serves `POST /users/v1`, which older clients use. */
export const userCreateOlder = createRoute('/users/v1', 'createUserOlder');
