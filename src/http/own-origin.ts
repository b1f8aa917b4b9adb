import type { FastifyRequest } from 'fastify';

/** Returns whether a request comes from a page of this server, as its origin says. False without an origin. */
export const isOwnOrigin = ({ headers: { origin, host }, protocol }: FastifyRequest, publicUrl: string): boolean =>
  origin !== undefined && (origin === new URL(publicUrl).origin || origin === `${protocol}://${host}`);
