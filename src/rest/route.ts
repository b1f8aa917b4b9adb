import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ErrorCode } from '../domain/errors.ts';
import type { AddressLimit } from '../http/address-limits.ts';
import type { Services } from '../services/index.ts';
import type { Cookies } from './cookies.ts';
import { restErrors } from './errors.ts';

/**
 * Who may call a route. `environment`: the environment token; `user`: a user's token; `signedIn`: either; `public`:
 * anybody, with credentials in body or cookie: bearer and tenant header are not even looked at, as browsers may hold stale ones.
 */
export type Access = 'environment' | 'user' | 'signedIn' | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    limit?: AddressLimit;
  }
}

export type RestApp = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, ZodTypeProvider>;

export interface RestNeeds {
  services: Services;
  cookies: Cookies;
}

/** Declares one operation: path, who may call, shapes, and the way to the service and back. */
export type RestRoute = (app: RestApp, needs: RestNeeds) => void;

const errorShape = z
  .object({ errors: z.array(z.string()).min(1), errorCode: z.string().optional(), errorCodes: z.array(z.string()).optional() })
  .meta({ id: 'Refusal', description: 'Texts for people, codes for programs' });

/** The statuses that errors can have. */
type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 429 | 500 | 503;

/** The error responses of an operation for its published schema: those of its use case's errors, and `own`, which the transport adds. */
export const errorResponses = (errors: readonly ErrorCode[], ...own: ErrorStatus[]): Record<ErrorStatus, typeof errorShape> => {
  const statuses = [...new Set([...errors.map((code) => restErrors[code].status), ...own])].sort();
  // Only some of the statuses are there; the type names all, since a handler never answers an error by itself.
  return Object.fromEntries(statuses.map((status) => [status, errorShape])) as Record<ErrorStatus, typeof errorShape>;
};

/** An answer without a body. */
export const empty = z.void().describe('No body');
