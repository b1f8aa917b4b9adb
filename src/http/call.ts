import type { Actor, Caller, Nobody, Origin } from '../domain/access/actor.ts';
import type { AddressLimit } from './address-limits.ts';

/** What both transports know of a request; made once for each. */
export interface Call {
  origin: Origin;
  /**
   * Who asks, resolved at the first use and remembered: a stale token must not disturb operations that need none.
   * Throws `UNAUTHENTICATED`, `TENANT_HEADER_INVALID`, `TENANT_NOT_FOUND`, `FORBIDDEN`.
   */
  actor(): Promise<Actor>;
  /** `actor()` with the origin of the request: the first argument of every use case. */
  caller(): Promise<Caller>;
  /** The caller of an operation that takes its credentials in the body or in a cookie: a bearer is not even looked at. */
  stranger: Caller<Nobody>;
  /** Counts this request against its client address; throws `RATE_LIMITED`. */
  takeFromAddress(limit: AddressLimit): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    call: Call;
  }
}
