import type { FastifyReply, FastifyRequest } from 'fastify';
import { type DomainError, RateLimited, Unavailable } from '../domain/errors.ts';
import { OAuthRefusal } from '../domain/oauth/refusal.ts';

interface Refused {
  status: number;
  error: string;
  description: string;
}

/** The session behind a token is gone. RFC 6749 §5.2 says 400, but the SDKs for phones take only 401 for the end of a login. */
const ended: Refused = { status: 401, error: 'invalid_grant', description: 'Unauthorized' };
const busy = (status: number, description: string): Refused => ({ status, error: 'temporarily_unavailable', description });

function refusedBy(error: DomainError): Refused {
  if (error instanceof OAuthRefusal)
    return { status: error.reason === 'invalid_client' ? 401 : 400, error: error.reason, description: error.description };
  switch (error.code) {
    case 'SESSION_EXPIRED':
    case 'ACCOUNT_LOCKED':
    case 'NO_STRATEGY_AVAILABLE':
      return ended;
    case 'FORBIDDEN':
      return { status: 403, error: 'access_denied', description: 'Forbidden' };
    case 'UNAUTHENTICATED':
    case 'TENANT_HEADER_INVALID':
    case 'TENANT_NOT_FOUND':
      return { status: 401, error: 'invalid_token', description: 'Unauthorized' };
    case 'NOT_FOUND':
      return { status: 404, error: 'not_found', description: 'Not found' };
    case 'RATE_LIMITED':
      return busy(429, 'Too many attempts');
    case 'UNAVAILABLE':
      return busy(503, 'Service unavailable');
    case 'INTERNAL':
      return { status: 500, error: 'server_error', description: 'Internal server error' };
    default:
      return { status: 400, error: 'invalid_request', description: 'The request is malformed.' };
  }
}

/** Answers an error in the shape of OAuth. `errors` repeats the text for Frontegg's SDKs, which read nothing else. */
export function sendRefusal(error: DomainError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, error: name, description } = refusedBy(error);
  const seconds = error instanceof RateLimited || error instanceof Unavailable ? error.retryAfterSeconds : null;
  if (seconds !== null) reply.header('retry-after', seconds).header('x-rate-limit-reset', request.server.secondsFromNow(seconds).toISOString());
  if (name === 'invalid_client' && /^basic /i.test(request.headers.authorization ?? '')) reply.header('www-authenticate', 'Basic');
  if (name === 'invalid_token') reply.header('www-authenticate', 'Bearer error="invalid_token"');
  return reply.code(status).send({ error: name, error_description: description, errors: [description] });
}

/** Makes the error handler of the endpoints. */
export const answerRefusals = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sendRefusal(request.server.asDomainError(error, request), request, reply);
