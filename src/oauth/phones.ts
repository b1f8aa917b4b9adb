import { refuseRequest } from '../domain/oauth/refusal.ts';
import { queryParameters } from './parameters.ts';
import type { OAuthRoute } from './route.ts';

/** Returns the text without up to two layers of percent signs: one SDK encodes the address twice. */
function decodings(text: string): string[] {
  const found = [text];
  for (let layer = 0; layer < 2; layer += 1) {
    try {
      found.push(decodeURIComponent(found.at(-1) ?? ''));
    } catch {
      break;
    }
  }
  return found;
}

/**
 * Serves `GET /oauth/prelogin`, by which the SDKs for phones ask in debug builds whether their address may be used. In production it has to be
 * registered.
 */
export const preloginRoute: OAuthRoute = (scope, { services, production }) =>
  void scope.route({
    method: 'GET',
    url: '/oauth/prelogin',
    handler: async (request, reply) => {
      await services.hostedLogin.requireActive(request.call.stranger);
      const presented = queryParameters(request).find(([name]) => name === 'redirect_uri')?.[1] ?? '';
      const allowed = await Promise.all(decodings(presented).map((uri) => services.redirectUris.isAllowed(request.call.stranger, { uri })));
      if (production && !allowed.includes(true)) refuseRequest('The address is not registered.');
      return reply.type('text/plain; charset=utf-8').send('The login of this server is active.\n');
    },
  });

/** Serves `GET /oauth/portal`, by which applications open the account page. */
export const portalRoute: OAuthRoute = (scope) =>
  void scope.route({ method: 'GET', url: '/oauth/portal', handler: async (_request, reply) => reply.redirect('/oauth/account', 302) });
