import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../domain/errors.ts';
import { isKnownOrigin } from './known-origin.ts';
import { readingBody } from './parameters.ts';
import type { OAuthNeeds, OAuthRoute } from './route.ts';
import { limited } from './route.ts';
import { tokensAnswer } from './tokens-answer.ts';

/** What applications get if nobody is signed in, or the person has to do something first. They then send the person to the pages. */
const unauthorized = { error: 'login_required', error_description: 'Unauthorized', errors: ['Unauthorized'] };

async function silent(request: FastifyRequest, reply: FastifyReply, needs: OAuthNeeds): Promise<unknown> {
  const { services, cookies } = needs;
  if (!(await isKnownOrigin(request, needs))) throw new DomainError('FORBIDDEN', 'foreign origin').unrecorded();
  const refreshToken = cookies.refreshToken(request);
  const tenantId = readingBody(request.body).optional('tenantId');
  if (refreshToken === null) return reply.code(401).send(unauthorized);
  try {
    const command = { refreshToken, tenantId, deviceToken: cookies.deviceToken(request), clientId: null, secret: null };
    const tokens = await services.grants.refresh(request.call.stranger, command);
    cookies.keepSession(reply, { ...tokens.session, refreshToken: tokens.cookieToken ?? tokens.session.refreshToken });
    return reply.send(tokensAnswer(tokens));
  } catch (error) {
    const known = error instanceof DomainError && ['SESSION_EXPIRED', 'ACCOUNT_LOCKED', 'NO_STRATEGY_AVAILABLE'].includes(error.code);
    if (!known) throw error;
    return reply.code(401).send(unauthorized);
  }
}

/** Serves `POST /oauth/authorize/silent`: tokens for an application whose person is signed in in this browser already. */
export const silentRoute: OAuthRoute = (scope, needs) =>
  void scope.route({
    method: 'POST',
    url: '/oauth/authorize/silent',
    bodyLimit: 16_384,
    onRequest: limited('SILENT'),
    handler: (request, reply) => silent(request, reply, needs),
  });
