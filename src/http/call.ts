import type { Actor, Caller, Nobody, Origin } from '../domain/access/actor.ts';
import type { AddressLimit } from './address-limits.ts';

/** The data of a request that both transports use. */
export interface Call {
  origin: Origin;
  /**
   * Returns who sends the request. The token is checked at the first call only, so that an expired token does not disturb
   * operations that need none. Throws `UNAUTHENTICATED`, `TENANT_HEADER_INVALID`, `TENANT_NOT_FOUND` or `FORBIDDEN`.
   */
  actor(): Promise<Actor>;
  /** Returns who sends the request once `actor()` has found out. Null before, and if it refused. */
  knownActor(): Actor | null;
  /** Returns `actor()` with the origin of the request: the first argument of every use case. */
  caller(): Promise<Caller>;
  /** The caller of an operation that takes its credentials in the body or in a cookie: a bearer token is ignored. */
  stranger: Caller<Nobody>;
  /** Counts the request for its client address. Throws `RATE_LIMITED` if there were too many. */
  takeFromAddress(limit: AddressLimit): Promise<void>;
  /** Says that the answer may take minutes, so that its connection is not cut for being silent. */
  mayTakeLong(): void;
  /** The name of the GraphQL operation, for the log. */
  operation: string | undefined;
  /** True once the request was counted in the log of unavailability. It then gets no line of its own. */
  countedAsUnavailable: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    call: Call;
  }
}
