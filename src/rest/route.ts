import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ErrorCode } from '../domain/error-catalogue.ts';
import type { AddressLimit } from '../http/address-limits.ts';
import type { Cookies } from '../http/cookies.ts';
import type { Services } from '../services/index.ts';
import { restErrors } from './errors.ts';

/**
 * Who may call a route. `environment`: the environment token; `user`: the token of a user; `signedIn`: either of them;
 * `ownToken`: the token of a user or an API token of one; `signedInOrOwnToken`: one of these or the environment token. The service asks for a
 * permission where `permitted` lets in any token, and `inTenant` any but that of the environment. `public`: anybody, with credentials in the
 * body or a cookie. Public routes ignore the bearer token and the tenant header, because
 * browsers may send stale ones.
 */
export type Access = 'environment' | 'user' | 'signedIn' | 'ownToken' | 'signedInOrOwnToken' | 'permitted' | 'inTenant' | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /**
     * What a user has to be allowed to call the route, by Frontegg's name.
     * Only for a route that calls no service, because services check it themselves.
     */
    permission?: string;
    limit?: AddressLimit;
  }
}

/** The Fastify instance that routes are declared on. */
export type RestApp = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, ZodTypeProvider>;

/** What routes need. */
export interface RestNeeds {
  services: Services;
  cookies: Cookies;
  /** The URL that clients reach the server by, without a slash at its end. */
  publicUrl: string;
}

/** Declares one operation: its path, who may call it, its shapes, and the call of the service. */
export type RestRoute = (app: RestApp, needs: RestNeeds) => void;

const errorShape = z
  .object({ errors: z.array(z.string()).min(1), errorCode: z.string().optional(), errorCodes: z.array(z.string()).optional() })
  .meta({ id: 'Refusal', description: 'The errors: texts for people and codes for programs.' });

/** The statuses that errors can have. */
type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 429 | 500 | 501 | 503;

/**
 * Returns the error statuses of an operation with their shape, for its published schema: those of its use case's errors, and `own`, which the
 * transport adds.
 */
export const errorResponses = (errors: readonly ErrorCode[], ...own: ErrorStatus[]): Record<ErrorStatus, typeof errorShape> => {
  // The answer of an expired password is one of the login, and documented with it.
  const refusals = errors.filter((code) => code !== 'PASSWORD_EXPIRED');
  const statuses = [...new Set([...refusals.map((code) => restErrors[code].status), ...own])].sort();
  // Only some of the statuses are there. The type names all of them, since a handler never answers an error by itself.
  return Object.fromEntries(statuses.map((status) => [status, errorShape])) as Record<ErrorStatus, typeof errorShape>;
};

/** An answer without a body. */
export const empty = z.void().describe('The answer has no body.');
