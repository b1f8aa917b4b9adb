import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { AddressLimit } from '../../http/address-limits.ts';

/** The user an environment token acts on. A user's token speaks for its own subject: for it the header does not count. */
function userOf(actor: Actor, request: FastifyRequest): string | null {
  if (actor.kind !== 'ENVIRONMENT') return null;
  const header = request.headers['frontegg-user-id'];
  return typeof header === 'string' && header !== '' ? header : fail('USER_HEADER_REQUIRED');
}

/** Who asks, and about whose factors. */
export async function subjectOfRequest(request: FastifyRequest): Promise<{ actor: Actor; userId: string | null }> {
  const actor = await request.call.actor();
  return { actor, userId: userOf(actor, request) };
}

/**
 * Before the body is read: an environment token names a user, and what users guess counts against their address. An
 * operator's server, which speaks for many users from one address, does not count.
 */
export const onRequest = (limit: AddressLimit) => async (request: FastifyRequest) => {
  const { actor } = await subjectOfRequest(request);
  if (actor.kind === 'USER') await request.call.takeFromAddress(limit);
};
