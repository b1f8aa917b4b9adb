import type { FastifyRequest } from 'fastify';
import { isLocalHost } from '../domain/environment/local-host.ts';
import { isLoopback } from './client-address.ts';

/** Headers by which proxies, load balancers and content networks say that they pass a request on. */
const forwardingHeaders = [
  /^(x-)?forwarded/,
  /^(via|cdn-loop|max-forwards|front-end-https|x-rewrite-url|x-scheme|x-url-scheme|x-host|x-cloud-trace-context)$/,
  /^(x-|true-|fastly-|wl-proxy-|x-cluster-|x-azure-)?client-ip$/,
  /^x-(real|remote|originating|proxyuser)-(ip|addr)$/,
  /^(cf|x-original|x-envoy|x-amzn?|x-azure|x-arr|x-appengine|x-proxy|x-varnish|x-vercel|x-nf|fly|proxy|wl-proxy)(-|$)/,
];

/** Tells whether a proxy says that it passes the request on. */
export const isForwarded = ({ headers }: FastifyRequest): boolean =>
  Object.keys(headers).some((name) => forwardingHeaders.some((pattern) => pattern.test(name)));

/**
 * Tells whether a request seems to come from a program on this machine: by a local connection, under a local host name and through no
 * proxy that says so. The name is checked against DNS rebinding: a foreign page whose name points to 127.0.0.1 also sends requests
 * from this machine, but with its own host name. A proxy on this machine that sets no header looks the same, so this alone must
 * never open anything that a stranger must not see.
 */
export function isDirect(request: FastifyRequest): boolean {
  const name = (request.headers.host ?? '').replace(/:\d+$/, '');
  return isLoopback(request.raw.socket.remoteAddress ?? '') && isLocalHost(name) && !isForwarded(request);
}
