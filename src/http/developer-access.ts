import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock, Log, Random } from '../domain/ports.ts';
import { isDirect, isForwarded } from './direct-request.ts';

/**
 * Who visits a page for developers. `STRANGER`: somebody else than a program on this machine. `LOCAL`: a program on this machine, or a
 * proxy that does not say that it is one. `ENTERED`: the browser that has just opened the printed link. `ADMITTED`: the browser that
 * did so before.
 */
export type Visitor = 'STRANGER' | 'LOCAL' | 'ENTERED' | 'ADMITTED';

/** Lets the developer of this machine in, and nobody else. */
export interface DeveloperAccess {
  /** The query of the link that admits a browser. It works once. */
  linkQuery: string;
  /** Tells who visits a page. It spends the key in the query of a GET request and then sets the cookie. */
  visitor(request: FastifyRequest, reply: FastifyReply): Visitor;
}

const cookieLifetimeSeconds = 43_200;

/**
 * Makes the access of developers. What they see holds codes and tokens, and a proxy on the same machine looks like a developer. So a
 * browser has to open a link that only whoever started the server has seen. The link works once, and a start makes a new one; the
 * browser keeps a cookie, so that it can open the page again.
 */
export function createDeveloperAccess({ random, clock }: { random: Random; clock: Clock }): DeveloperAccess {
  const linkKey = random.token();
  const cookie = random.token();
  let enteredAt: number | null = null;

  // Browsers send a cookie to all ports of a host, and several servers may run on this machine.
  const nameOf = (request: FastifyRequest): string => `sallyport_developer_${request.raw.socket.localPort ?? ''}`;
  const isAdmitted = (request: FastifyRequest): boolean =>
    enteredAt !== null && clock.now().getTime() - enteredAt < cookieLifetimeSeconds * 1_000 && isSame(request.cookies[nameOf(request)] ?? '', cookie);

  return {
    linkQuery: `?key=${linkKey}`,
    visitor(request, reply) {
      if (!isDirect(request)) return 'STRANGER';
      const { key } = request.query as { key?: unknown };
      if (isAdmitted(request)) return typeof key === 'string' ? 'ENTERED' : 'ADMITTED';
      if (enteredAt !== null || request.method !== 'GET' || typeof key !== 'string' || !isSame(key, linkKey)) return 'LOCAL';
      enteredAt = clock.now().getTime();
      reply.setCookie(nameOf(request), cookie, { path: '/', httpOnly: true, sameSite: 'strict', maxAge: cookieLifetimeSeconds });
      return 'ENTERED';
    },
  };
}

/** Tells in constant time whether two texts are the same. */
export function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}

/** Warns the operator once if requests come through a proxy although the server runs for a developer. */
export function warnOfProxies(app: FastifyInstance, log: Log): void {
  let warned = false;
  app.addHook('onRequest', async (request) => {
    if (warned || !isForwarded(request)) return;
    warned = true;
    log.warn(
      {},
      'a request came through a proxy: this server runs for a developer and its demo users have a public password; before others use it, set PUBLIC_URL to its public address and NODE_ENV to production, and start with a new database',
    );
  });
}
