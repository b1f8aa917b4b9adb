import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { requireUser } from '../../services/access/permissions.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { targetOfRequest } from '../self-service/target-user.ts';
import { encodeSession, sessionShape } from './session-shape.ts';

/** Most sessions in one answer, which has no pages. */
const mostListed = 1000;

/** Serves `GET /users/sessions/v1/me`. */
export const ownSessionsRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/users/sessions/v1/me',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readOwnSessions',
      summary: `List the living sessions of the user, newest first and at most ${mostListed}`,
      tags: ['Sessions'],
      response: { 200: z.array(sessionShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      const page = { limit: mostListed, direction: 'forward', cursor: null } as const;
      const { items } = await services.userSessions.list(caller, { userId: userId ?? requireUser(caller.actor).userId, page });
      return items.map(encodeSession);
    },
  });

/** Serves `GET /users/sessions/v1/me/current`. */
export const currentSessionRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/users/sessions/v1/me/current',
    config: { access: 'user' },
    schema: {
      operationId: 'readCurrentSession',
      summary: 'Read the session of the request',
      tags: ['Sessions'],
      response: { 200: sessionShape, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const [session] = await services.userSessions.findMany(caller, { ids: [requireUser(caller.actor).sessionId] });
      return encodeSession(session ?? fail('UNAUTHENTICATED'));
    },
  });
