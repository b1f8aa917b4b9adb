import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '../../domain/errors.ts';
import { RateLimited, Unavailable } from '../../domain/errors.ts';
import { errorPage } from '../views/error.tsx';
import type { PagesNeeds } from './needs.ts';
import { problemOf } from './problems.ts';
import { pageOf, sendPage } from './send.ts';

/** The statuses of errors. All others are 400. */
const statuses: Readonly<Record<string, number>> = {
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
};

/** Sends the page that says what is wrong. It repeats nothing of the request, and links to nothing that came with it. */
export async function sendProblem(request: FastifyRequest, reply: FastifyReply, needs: PagesNeeds, error: DomainError): Promise<unknown> {
  const problem = problemOf(error);
  const seconds = error instanceof RateLimited || error instanceof Unavailable ? error.retryAfterSeconds : null;
  if (seconds !== null) reply.header('retry-after', seconds);
  reply.code(problem.code === 'INTERNAL' ? 500 : (statuses[error.code] ?? 400));
  const expired = error.code === 'INTERACTION_EXPIRED';
  const page = pageOf(errorPage, { expired, traceId: request.id, homeHref: needs.homeUrl });
  try {
    return await sendPage(request, reply, needs, page, { flash: { problem } });
  } catch {
    // The branding is in the database, which may be the very thing that cannot be reached.
    return reply.code(503).type('text/plain; charset=utf-8').send('This page cannot be shown at the moment. Try again in a few seconds.\n');
  }
}
