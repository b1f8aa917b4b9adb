import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { userSessionErrors } from '../../services/directory/user-sessions.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { targetOfRequest } from '../self-service/target-user.ts';
import { id, optionalId } from '../validation.ts';

const tags = ['Sessions'];

/** Serves `DELETE /users/sessions/v1/me/:id`. */
export const ownSessionEnd: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/users/sessions/v1/me/:id',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'endOwnSession',
      summary: 'End one session of the user, which may be that of the request',
      tags,
      params: z.object({ id: id() }),
      response: { 200: empty, ...errorResponses(userSessionErrors.revoke, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      await services.userSessions.revoke(caller, { userId, sessionId: request.params.id });
      return reply.code(200).send();
    },
  });

/** Serves `DELETE /users/sessions/v1/me/all`. */
export const ownSessionsEnd: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/users/sessions/v1/me/all',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'endOwnSessions',
      summary: 'End all sessions of the user, that of the request included',
      description: whatEnds('SESSIONS_REVOKED'),
      tags,
      response: { 200: empty, ...errorResponses(userSessionErrors.revoke, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      await services.userSessions.revoke(caller, { userId, sessionId: null });
      return reply.code(200).send();
    },
  });

/** Serves `POST /users/sessions/v1/revoke`. */
export const sessionsRevoke: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/sessions/v1/revoke',
    config: { access: 'permitted' },
    schema: {
      operationId: 'revokeSessions',
      summary: 'End one session of a user, or all; an administrator of a tenant ends those that members have in it',
      description: whatEnds('SESSIONS_REVOKED'),
      tags,
      body: z.object({ userId: id(), sessionId: optionalId().describe('Without it, all sessions end.') }),
      response: { 201: empty, ...errorResponses(userSessionErrors.revoke, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { userId, sessionId } = request.body;
      await services.userSessions.revoke(await request.call.caller(), { userId, sessionId: sessionId || null });
      return reply.code(201).send();
    },
  });
