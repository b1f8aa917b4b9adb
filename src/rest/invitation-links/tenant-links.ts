import { z } from 'zod';
import { defaultInvitationMinutes } from '../../domain/invitation/invitation-link.ts';
import { invitationLinkErrors } from '../../services/invitation/links.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id, optionalFlag, optionalId, text } from '../validation.ts';
import { encodeLink, encodeLinks, linkShape, minutes, roles, tags } from './link-shape.ts';

const config = { access: 'environment' } as const;

/** Serves `POST /tenants/invites/v1`. */
export const linkCreate: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/tenants/invites/v1',
    config,
    schema: {
      operationId: 'createInvitationLink',
      summary: 'Make a link to a tenant; that of a member takes the place of an earlier one',
      tags,
      body: z.object({
        tenantId: text(),
        userId: optionalId().describe('The member whose own link it is. If absent, it is a link of the tenant itself.'),
        expiresInMinutes: minutes().nullish(),
        shouldSendEmail: optionalFlag(),
        roleIds: roles().nullish(),
      }),
      response: { 201: linkShape, ...errorResponses(invitationLinkErrors.create, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { tenantId, userId, expiresInMinutes, shouldSendEmail, roleIds } = request.body;
      const link = await needs.services.invitationLinks.create(await request.call.caller(), {
        ...{ tenantId, userId: userId || null, lifetimeMinutes: expiresInMinutes ?? defaultInvitationMinutes },
        ...{ notifiesOwner: shouldSendEmail ?? false, roleIds: roleIds ?? [] },
      });
      return reply.code(201).send(await encodeLink(link, request.call, needs));
    },
  });

/** Serves `GET /tenants/invites/v1/all`. */
export const linksRead: RestRoute = (app, needs) =>
  app.route({
    method: 'GET',
    url: '/tenants/invites/v1/all',
    config,
    schema: {
      operationId: 'readInvitationLinks',
      summary: 'List the links of the tenant in the header, or without it of all tenants, oldest first',
      tags,
      response: { 200: z.array(linkShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => encodeLinks(await needs.services.invitationLinkReading.all(await request.call.caller()), request.call, needs),
  });

/** Serves `DELETE /tenants/invites/v1/token/:id`. */
export const linkDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/tenants/invites/v1/token/:id',
    config,
    schema: {
      operationId: 'deleteInvitationLink',
      summary: 'Delete a link; who has joined by it stays',
      tags,
      params: z.object({ id: id() }),
      response: { 200: empty, ...errorResponses(invitationLinkErrors.remove, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.invitationLinks.remove(await request.call.caller(), { id: request.params.id });
      return reply.code(200).send();
    },
  });
