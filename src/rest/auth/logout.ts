import { logOutErrors } from '../../services/session/log-out.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';

/** Serves `POST /auth/v1/logout`. */
export const logout: RestRoute = (app, { services, cookies }) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/logout',
    config: { access: 'public', cookie: true },
    schema: {
      operationId: 'logOut',
      summary: 'End the session of the refresh cookie; a remembered device stays remembered',
      tags: ['Login'],
      response: { 201: empty, ...errorResponses(logOutErrors.byRefreshToken, 403) },
    },
    handler: async (request, reply) => {
      await services.logOut.byRefreshToken(request.call.stranger, { refreshToken: cookies.refreshToken(request) });
      await cookies.dropSession(reply);
      return reply.code(201).send();
    },
  });
