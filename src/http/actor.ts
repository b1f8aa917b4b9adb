import type { IncomingHttpHeaders } from 'node:http';
import type { Actor, Origin } from '../domain/access/actor.ts';
import { nobody } from '../domain/access/actor.ts';
import { fail } from '../domain/errors.ts';
import type { Services } from '../services/index.ts';

/** Makes the function that finds out who sends a request and for which tenant, from its token and tenant header. Both transports use it. */
export function createActorResolver({ sessions, tenants }: Pick<Services, 'sessions' | 'tenants'>) {
  return async (headers: IncomingHttpHeaders, origin: Origin): Promise<Actor> => {
    const bearer = bearerToken(headers.authorization);
    const token = bearer ?? single(headers['x-access-token']);
    if (token === null) return headers.authorization === undefined ? nobody : fail('UNAUTHENTICATED');
    const actor = await sessions.authenticate({ actor: nobody, origin }, { token });
    // Older SDKs send environment tokens, but no other tokens, in a header of their own.
    if (bearer === null && actor.kind !== 'ENVIRONMENT') fail('UNAUTHENTICATED');
    const caller = { actor, origin };
    const tenantId = tenantHeader(headers);
    return actor.kind === 'ENVIRONMENT' ? tenants.enter(caller, { tenantId }) : sessions.enterTenant(caller, { tenantId });
  };
}

function bearerToken(authorization: string | undefined): string | null {
  const match = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '');
  return match?.[1] ?? null;
}

const single = (value: string | string[] | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);

/**
 * Returns the tenant in the header, or null without one. An empty header is refused, because an empty variable in a script
 * must not change the whole environment.
 */
function tenantHeader(headers: IncomingHttpHeaders): string | null {
  const value = headers['frontegg-tenant-id'];
  if (value === undefined) return null;
  // Node joins repeated headers with commas, and reads bytes beyond ASCII as Latin-1. No tenant id contains either.
  if (typeof value !== 'string' || !/^[\x20-\x7e]*$/.test(value) || value.trim() === '' || value.includes(',')) return fail('TENANT_HEADER_INVALID');
  return value;
}
