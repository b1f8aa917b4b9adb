import type { FastifyRequest } from 'fastify';
import { isOwnOrigin } from '../http/own-origin.ts';
import type { OAuthNeeds } from './route.ts';

/**
 * Whether a request comes from no page at all, or from one that may act for whoever is signed in: a page of this server, of an origin that the
 * operator allows, or of an application that codes are sent to. Applications often forward our paths at their own origin, which browsers
 * then name.
 */
export async function isKnownOrigin(request: FastifyRequest, { services, publicUrl, corsOrigins }: OAuthNeeds): Promise<boolean> {
  const { origin } = request.headers;
  if (origin === undefined || isOwnOrigin(request, publicUrl) || corsOrigins.includes(origin)) return true;
  return services.redirectUris.mayReturnTo(request.call.stranger, { uri: origin });
}
