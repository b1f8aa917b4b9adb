import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerLocation } from '../domain/oauth/answer-location.ts';
import { refuseRequest } from '../domain/oauth/refusal.ts';
import { single } from '../domain/oauth/request-reading.ts';
import { bodyParameters, queryParameters } from './parameters.ts';
import type { OAuthNeeds, OAuthRoute } from './route.ts';

/** Path of the page that says that the person is signed out. */
const signedOutPath = '/oauth/account/logout';

const bearerOf = ({ headers: { authorization = '' } }: FastifyRequest): string | null =>
  /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1] ?? null;

/** Whether a browser navigates here, so that it needs a page or a redirect. */
function navigates({ headers }: FastifyRequest): boolean {
  const { 'sec-fetch-mode': mode, accept = '' } = headers;
  return mode === undefined
    ? accept.includes('text/html')
    : mode === 'navigate' && (accept === '' || accept.includes('html') || accept.includes('*/*'));
}

/** Ends the session of the cookie and that of the bearer token. Only without either an ID token is looked at, which anybody may have kept. */
async function endSessions(request: FastifyRequest, { services, cookies }: OAuthNeeds, hint: string | null): Promise<boolean> {
  const { stranger } = request.call;
  const [refreshToken, token] = [cookies.refreshToken(request), bearerOf(request)];
  const ended = [
    await services.logOut.byRefreshToken(stranger, { refreshToken }),
    ...(token === null ? [] : [await services.logOut.byToken(stranger, { token })]),
  ].some((each) => each.ended);
  return ended || (hint !== null && (await services.logOut.byToken(stranger, { token: hint })).ended);
}

async function logOut(request: FastifyRequest, reply: FastifyReply, needs: OAuthNeeds): Promise<unknown> {
  const { services, cookies } = needs;
  const destination = request.headers['sec-fetch-dest'];
  // A picture or a frame of another page must not sign anybody out.
  if (destination !== undefined && destination !== 'document' && destination !== 'empty') refuseRequest('This is not for a part of a page.');
  const parameters = [...queryParameters(request), ...bodyParameters(request.body)];
  const [hint, target, state] = ['id_token_hint', 'post_logout_redirect_uri', 'state'].map((name) => single(parameters, name));
  await endSessions(request, needs, hint ?? null);
  await cookies.dropSession(reply);
  if (!navigates(request)) return reply.send({});
  const allowed = target != null && (await services.redirectUris.mayReturnTo(request.call.stranger, { uri: target }));
  if (target == null || !allowed) return reply.redirect(signedOutPath, 303);
  return reply.redirect(state == null ? target : answerLocation(target, { state }), 302);
}

/** Serves `GET` and `POST /oauth/logout` (OpenID Connect RP-Initiated Logout §2). It asks nothing, because the SDKs call it unseen. */
export const logoutRoute: OAuthRoute = (scope, needs) =>
  void scope.route({
    method: ['GET', 'POST'],
    url: '/oauth/logout',
    bodyLimit: 16_384,
    handler: (request, reply) => logOut(request, reply, needs),
  });

/** Serves `POST /oauth/logout/token`, by which phones sign out with the refresh token in a cookie. */
export const logoutTokenRoute: OAuthRoute = (scope, { services, cookies }) =>
  void scope.route({
    method: 'POST',
    url: '/oauth/logout/token',
    bodyLimit: 16_384,
    handler: async (request, reply) => {
      const { ended } = await services.logOut.byRefreshToken(request.call.stranger, { refreshToken: cookies.refreshToken(request) });
      await cookies.dropSession(reply);
      return ended ? reply.send({}) : reply.code(401).send({ error: 'invalid_token', error_description: 'Unauthorized', errors: ['Unauthorized'] });
    },
  });
