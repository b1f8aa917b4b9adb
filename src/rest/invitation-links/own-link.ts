import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { invitationLinkErrors } from '../../services/invitation/links.ts';
import type { RestNeeds, RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { targetOfRequest } from '../self-service/target-user.ts';
import { given, optionalFlag } from '../validation.ts';
import { encodeLink, linkShape, minutes, roles, tags } from './link-shape.ts';

const url = '/tenants/invites/v1/user';
const config = { access: 'signedInOrOwnToken' } as const;
const whose = 'the own link or, by an environment token, that of the member it names';

/** Serves `GET /tenants/invites/v1/user`. */
export const ownLinkRead: RestRoute = (app, needs) =>
  app.route({
    method: 'GET',
    url,
    config,
    schema: {
      operationId: 'readOwnInvitationLink',
      summary: `Read ${whose}`,
      tags,
      response: { 200: linkShape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      const link = await needs.services.invitationLinkReading.ofMember(caller, { userId });
      return encodeLink(link ?? fail('INVITATION_NOT_FOUND'), request.call, needs);
    },
  });

const fields = { expiresInMinutes: minutes(), shouldSendEmail: z.boolean() };
const created = { 201: linkShape, ...errorResponses(invitationLinkErrors.create, 400, 401, 403) };

interface Body {
  expiresInMinutes: number;
  shouldSendEmail: boolean;
  roleIds?: string[];
}

/** Makes the link of the user who calls, or of the one whom an environment token names. */
async function createOwn(request: FastifyRequest, { expiresInMinutes, shouldSendEmail, roleIds = [] }: Body, needs: RestNeeds) {
  const { caller, userId } = await targetOfRequest(request);
  const made = { tenantId: null, userId, lifetimeMinutes: expiresInMinutes, notifiesOwner: shouldSendEmail, roleIds };
  return encodeLink(await needs.services.invitationLinks.create(caller, made), request.call, needs);
}

/** Serves `POST /tenants/invites/v1/user`. */
export const ownLinkCreate: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url,
    config,
    schema: {
      ...{ operationId: 'createOwnInvitationLink', summary: `Make ${whose}, in place of an earlier one`, tags },
      ...{ body: z.object(fields), response: created },
    },
    handler: async (request, reply) => reply.code(201).send(await createOwn(request, request.body, needs)),
  });

/** Serves `POST /tenants/invites/v2/user`. */
export const ownLinkCreateWithRoles: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/tenants/invites/v2/user',
    config,
    schema: {
      operationId: 'createOwnInvitationLinkWithRoles',
      summary: `Make ${whose}, in place of an earlier one, with the roles that it gives`,
      ...{ tags, body: z.object({ ...fields, roleIds: roles() }), response: created },
    },
    handler: async (request, reply) => reply.code(201).send(await createOwn(request, request.body, needs)),
  });

/** Serves `PATCH /tenants/invites/v1/user`. */
export const ownLinkUpdate: RestRoute = (app, needs) =>
  app.route({
    method: 'PATCH',
    url,
    config,
    schema: {
      operationId: 'updateOwnInvitationLink',
      summary: `Change ${whose}; its token stays`,
      tags,
      body: z.object({ expiresInMinutes: minutes().nullish(), shouldSendEmail: optionalFlag() }),
      response: { 200: linkShape, ...errorResponses(invitationLinkErrors.update, 400, 401, 403) },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      const { expiresInMinutes: lifetimeMinutes, shouldSendEmail: notifiesOwner } = request.body;
      const change = given({ lifetimeMinutes, notifiesOwner });
      return encodeLink(await needs.services.invitationLinks.update(caller, { named: { ofUser: userId }, change }), request.call, needs);
    },
  });

/** Serves `DELETE /tenants/invites/v1/user`. */
export const ownLinkDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url,
    config,
    schema: {
      operationId: 'deleteOwnInvitationLink',
      summary: `Delete ${whose}, if there is one`,
      tags,
      response: { 200: empty, ...errorResponses(invitationLinkErrors.removeOwn, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      await services.invitationLinks.removeOwn(caller, { userId });
      return reply.code(200).send();
    },
  });
