import type { FastifyRequest } from 'fastify';

/**
 * Tells whether a request comes from this machine and uses a local host name. The name is checked against DNS rebinding: a
 * foreign page whose name points to 127.0.0.1 also sends requests from this machine, but with its own host name.
 */
export function isLocalRequest(request: FastifyRequest): boolean {
  const loopback = /^(127\.|::1$|::ffff:127\.)/.test(request.ip);
  const name = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  return loopback && ['localhost', '127.0.0.1', '[::1]'].includes(name);
}
