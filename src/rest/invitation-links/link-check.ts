import { z } from 'zod';
import { invitationLinkErrors } from '../../services/invitation/links.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';
import { encodeLink, linkShape, tags } from './link-shape.ts';

/** Serves `POST /tenants/invites/v1/verify`, for browsers of people who have no account yet. */
export const linkCheck: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/tenants/invites/v1/verify',
    config: { access: 'public', limit: 'INVITATION_CHECK' },
    schema: {
      operationId: 'checkInvitationLink',
      summary: 'Read the link of a token, if it works; this spends nothing',
      tags,
      body: z.object({ token: text() }),
      response: { 200: linkShape, ...errorResponses(invitationLinkErrors.check, 400, 429) },
    },
    handler: async (request) => encodeLink(await needs.services.invitationLinks.check(request.call.stranger, request.body), request.call, needs),
  });

/** Serves `GET /tenants/invites/v1/configuration`. */
export const linkConfigurationRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/tenants/invites/v1/configuration',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readInvitationConfiguration',
      summary: 'Read whether links invite people into a tenant, and whether mail can be sent',
      tags,
      response: {
        200: z.object({ tenantInvitationsAllowed: z.boolean(), emailsEnabled: z.boolean() }),
        ...errorResponses([], 400, 401, 403, 404),
      },
    },
    handler: async (request) => {
      const { allowed, mailed } = await services.invitationLinkReading.configuration(await request.call.caller());
      return { tenantInvitationsAllowed: allowed, emailsEnabled: mailed };
    },
  });
