import type { FastifyReply, FastifyRequest } from 'fastify';
import { bodyParameters, queryParameters } from './parameters.ts';
import type { OAuthNeeds, OAuthRoute } from './route.ts';
import { limited } from './route.ts';

/** Answers where the browser goes: to the application, or to the page of the first step. */
async function authorize(request: FastifyRequest, reply: FastifyReply, needs: OAuthNeeds): Promise<unknown> {
  const { services, cookies, interactionCookies, pages } = needs;
  const parameters = request.method === 'POST' ? bodyParameters(request.body) : queryParameters(request);
  const refreshToken = cookies.refreshToken(request);
  const deviceToken = cookies.deviceToken(request);
  const progress = await services.authorization.authorize(request.call.stranger, { parameters, refreshToken, deviceToken });
  if (progress.kind === 'ANSWER') return reply.redirect(progress.location, 302);
  const handle = interactionCookies.begin(request, reply, progress.token);
  return reply.redirect(`${pages.pathOf(progress.step)}?i=${handle}`, 303);
}

/** Serves `GET` and `POST /oauth/authorize` (RFC 6749 §3.1). What is wrong with the client or its address is told on a page. */
export const authorizeRoute: OAuthRoute = (scope, needs) =>
  void scope.route({
    method: ['GET', 'POST'],
    url: '/oauth/authorize',
    bodyLimit: 16_384,
    onRequest: limited('AUTHORIZE'),
    errorHandler: (error, request, reply) => void needs.pages.sendProblem(request, reply, request.server.asDomainError(error, request)),
    handler: (request, reply) => authorize(request, reply, needs),
  });
