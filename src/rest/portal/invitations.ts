import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { writeTenantInvites } from '../../services/access/permissions.ts';
import { WordedRefusal } from '../errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

/** Serves `GET /tenants/invites/v1/configuration`. */
export const invitationConfigurationRead: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/tenants/invites/v1/configuration',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readInvitationConfiguration',
      summary: 'Read whether links can invite people into a tenant, which they cannot yet',
      tags: ['Portal'],
      response: {
        200: z.object({ tenantInvitationsAllowed: z.boolean(), emailsEnabled: z.boolean() }),
        ...errorResponses([], 400, 401, 403, 404),
      },
    },
    handler: async () => ({ tenantInvitationsAllowed: false, emailsEnabled: false }),
  });

/** Serves `GET /tenants/invites/v1/user`. */
export const ownInvitationRead: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/tenants/invites/v1/user',
    config: { access: 'permitted', permission: writeTenantInvites },
    schema: {
      operationId: 'readOwnInvitation',
      summary: 'Always 404: there are no links that invite people',
      tags: ['Portal'],
      response: errorResponses([], 400, 401, 403, 404),
    },
    handler: async () => {
      throw new WordedRefusal(new DomainError('NOT_FOUND'), 'Invitation not found');
    },
  });
