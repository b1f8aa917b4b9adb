import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuseRequest } from '../domain/oauth/refusal.ts';
import { FormFields } from '../http/forms.ts';
import type { ApplicationTokens } from '../services/oauth/grants.ts';
import { isKnownOrigin } from './known-origin.ts';
import { readingBody } from './parameters.ts';
import type { OAuthNeeds, OAuthRoute } from './route.ts';
import { limited } from './route.ts';
import { tokensAnswer } from './tokens-answer.ts';

interface Credentials {
  clientId: string | null;
  secret: string | null;
}

/** Returns the credentials in the header (RFC 6749 §2.3.1). Null without any; a bearer token is none, and Frontegg's SDKs send one. */
function basicCredentials(authorization: string | undefined): { clientId: string; secret: string } | null {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const [clientId = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const decoded = (text: string): string => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      return text;
    }
  };
  return { clientId: decoded(clientId), secret: decoded(rest.join(':')) };
}

function credentialsOf(request: FastifyRequest, optional: (name: string) => string | null): Credentials {
  const basic = basicCredentials(request.headers.authorization);
  const [clientId, secret] = [optional('client_id'), optional('client_secret')];
  if (basic === null) return { clientId, secret };
  if (secret !== null) refuseRequest('The secret stands in the header and in the body.');
  if (clientId !== null && clientId !== basic.clientId) refuseRequest('The header and the body name two clients.');
  return basic;
}

/** Whether the answer may set a cookie: only for JSON, which no foreign page can send without a permission, and which no form sends. */
const takesCookie = async (request: FastifyRequest, needs: OAuthNeeds): Promise<boolean> =>
  !(request.body instanceof FormFields) && (await isKnownOrigin(request, needs));

async function exchange(request: FastifyRequest, reply: FastifyReply, needs: OAuthNeeds): Promise<unknown> {
  const { services, cookies } = needs;
  // A form that a person is made to send would sign the browser in as somebody else.
  if (request.headers['sec-fetch-mode'] === 'navigate') refuseRequest('Tokens are not for pages to navigate to.');
  const { optional, required } = readingBody(request.body);
  const credentials = credentialsOf(request, optional);
  const setsCookie = await takesCookie(request, needs);
  const cookie = cookies.refreshToken(request);
  const answer = (tokens: ApplicationTokens, cookieToken: string | null): unknown => {
    if (cookieToken !== null && setsCookie) cookies.keepSession(reply, { ...tokens.session, refreshToken: cookieToken });
    return reply.send(tokensAnswer(tokens));
  };

  const grantType = required('grant_type');
  if (grantType === 'authorization_code') {
    const [code, redirectUri, codeVerifier] = [required('code'), required('redirect_uri'), optional('code_verifier')];
    const presented = { code, redirectUri, codeVerifier, ...credentials, refreshToken: cookie, takesCookie: setsCookie };
    const tokens = await services.grants.exchange(request.call.stranger, presented);
    return answer(tokens, tokens.cookieToken);
  }
  if (grantType === 'refresh_token') {
    const refreshToken = required('refresh_token');
    const command = { refreshToken, tenantId: optional('tenantId'), deviceToken: cookies.deviceToken(request), ...credentials };
    const tokens = await services.grants.refresh(request.call.stranger, command);
    // Whoever has the token in a cookie as well has to find its successor there.
    return answer(tokens, tokens.cookieToken ?? (cookie === refreshToken ? tokens.session.refreshToken : null));
  }
  return refuseRequest('The grant type is not supported.', 'unsupported_grant_type');
}

/** Serves `POST /oauth/token` (RFC 6749 §3.2), with forms and with JSON, which Frontegg's SDKs send. */
export const tokenRoute: OAuthRoute = (scope, needs) =>
  void scope.route({
    method: 'POST',
    url: '/oauth/token',
    bodyLimit: 16_384,
    onRequest: limited('TOKEN'),
    preHandler: async (request) => void (await needs.services.hostedLogin.requireActive(request.call.stranger)),
    handler: (request, reply) => exchange(request, reply, needs),
  });
