import type { FastifyRequest } from 'fastify';

/**
 * Whether a request comes from this machine and was addressed to it by a local name. The name matters as well: a page
 * whose name was rebound to 127.0.0.1 comes from this machine, too, but under its own name.
 */
export function isLocalRequest(request: FastifyRequest): boolean {
  const loopback = /^(127\.|::1$|::ffff:127\.)/.test(request.ip);
  const name = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  return loopback && ['localhost', '127.0.0.1', '[::1]'].includes(name);
}
