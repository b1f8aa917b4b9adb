import { refuseRequest } from '../domain/oauth/refusal.ts';
import { queryParameters } from './parameters.ts';
import type { OAuthRoute } from './route.ts';

/**
 * Serves `GET /oauth/prelogin`, by which the SDKs for phones ask in debug builds whether their address may be used. In production it has to be
 * registered.
 */
export const preloginRoute: OAuthRoute = (scope, { services }) =>
  void scope.route({
    method: 'GET',
    url: '/oauth/prelogin',
    handler: async (request, reply) => {
      await services.hostedLogin.requireActive(request.call.stranger);
      const uri = queryParameters(request).find(([name]) => name === 'redirect_uri')?.[1] ?? null;
      if (!(await services.redirectUris.passesPrelogin(request.call.stranger, { uri }))) refuseRequest('The address is not registered.');
      return reply.type('text/plain; charset=utf-8').send('The login of this server is active.\n');
    },
  });

/** Serves `GET /oauth/portal`, by which applications open the account page. */
export const portalRoute: OAuthRoute = (scope) =>
  void scope.route({ method: 'GET', url: '/oauth/portal', handler: async (_request, reply) => reply.redirect('/oauth/account', 302) });
