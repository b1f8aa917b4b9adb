import { z } from 'zod';
import { invitationErrors } from '../../services/account/invitations.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { emailText, id, text } from '../validation.ts';

const tags = ['Invitations'];
const link = z.object({ link: z.string(), token: z.string(), userId: z.string() });

/** Serves `POST /users/v1/invitation/accept`. */
export const invitationAccept: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/invitation/accept',
    config: { access: 'public', limit: 'INVITATION_ACCEPT' },
    schema: {
      operationId: 'acceptInvitation',
      summary: 'Accept an invitation by the token of its link; this opens no session',
      tags,
      body: z.object({ userId: id(), token: text() }),
      response: { 201: empty, ...errorResponses(invitationErrors.accept, 400, 429) },
    },
    handler: async (request, reply) => {
      await services.invitations.accept(request.call.stranger, { ...request.body, code: null });
      return reply.code(201).send();
    },
  });

/** Serves `POST /users/v1/invitation/accept/code`. */
export const invitationAcceptCode: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/invitation/accept/code',
    config: { access: 'public', limit: 'INVITATION_ACCEPT' },
    schema: {
      operationId: 'acceptInvitationByCode',
      summary: 'Accept an invitation by the token of its link and the code that was mailed with it; this opens no session',
      tags,
      body: z.object({ userId: id(), token: text(), code: text() }),
      response: { 200: empty, ...errorResponses(invitationErrors.accept, 400, 429) },
    },
    handler: async (request, reply) => {
      await services.invitations.accept(request.call.stranger, request.body);
      return reply.code(200).send();
    },
  });

/** Serves `POST /users/v1/invitation/reset`, for strangers as well: they learn nothing from the answer. */
export const invitationResend: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/invitation/reset',
    config: { access: 'public', limit: 'LINK_AGAIN' },
    schema: {
      operationId: 'resendInvitation',
      summary: 'Mail the links again that somebody waits for; an environment token gets the newest one',
      tags,
      body: z.object({ email: emailText() }),
      response: {
        200: z.union([link, z.void()]),
        ...errorResponses([...invitationErrors.resend, ...invitationErrors.requestAgain], 400, 401, 403, 429),
      },
    },
    handler: async (request, reply) => {
      const { email } = request.body;
      if (request.headers.authorization === undefined) {
        await services.invitations.requestAgain(request.call.stranger, { email });
        return reply.code(200).send();
      }
      const newest = await services.invitations.resend(await request.call.caller(), { named: { email }, everywhere: false });
      return newest === null ? reply.code(200).send() : reply.code(200).send({ link: newest.link, token: newest.token, userId: newest.userId });
    },
  });

/** Serves `POST /users/v1/invitation/reset/all`. */
export const invitationResendAll: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/invitation/reset/all',
    config: { access: 'permitted' },
    schema: {
      operationId: 'resendInvitations',
      summary: 'Mail the links again that somebody waits for in any tenant, or for a user in the own one',
      tags,
      body: z.object({ email: emailText() }),
      response: { 200: empty, ...errorResponses(invitationErrors.resend, 400, 401, 403, 429) },
    },
    handler: async (request, reply) => {
      await services.invitations.resend(await request.call.caller(), { named: request.body, everywhere: true });
      return reply.code(200).send();
    },
  });

/** Serves `POST /users/v1/activate/reset`. */
export const activationRequest: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/activate/reset',
    config: { access: 'public', limit: 'LINK_AGAIN' },
    schema: {
      operationId: 'requestActivation',
      summary: 'Mail the activation link again; the answer is the same if nobody waits for one',
      tags,
      body: z.object({ email: emailText() }),
      response: { 201: empty, ...errorResponses(invitationErrors.requestAgain, 400, 429) },
    },
    handler: async (request, reply) => {
      await services.invitations.requestAgain(request.call.stranger, request.body);
      return reply.code(201).send();
    },
  });
