import type { FastifyRequest } from 'fastify';
import type { Actor, Caller } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import { storedId } from '../../domain/ids.ts';
import type { AddressLimit } from '../../http/address-limits.ts';

/** Returns the user that an environment token acts on, or null for the user of the token, who cannot name another by the header. */
function userOf(actor: Actor, request: FastifyRequest): string | null {
  if (actor.kind !== 'ENVIRONMENT') return null;
  const header = request.headers['frontegg-user-id'];
  return typeof header === 'string' && header !== '' ? storedId(header) : fail('USER_HEADER_REQUIRED');
}

/** Returns the caller, and the user whose authenticators the request is about. */
export async function targetOfRequest(request: FastifyRequest): Promise<{ caller: Caller; userId: string | null }> {
  const caller = await request.call.caller();
  return { caller, userId: userOf(caller.actor, request) };
}

/**
 * Checks, before the body is read, that an environment token names a user, and counts the attempts of users by address. Those of
 * an environment token are not counted, because the server of an operator acts for many users from one address.
 */
export const onRequest = (limit: AddressLimit) => async (request: FastifyRequest) => {
  const { caller } = await targetOfRequest(request);
  if (caller.actor.kind === 'USER') await request.call.takeFromAddress(limit);
};
