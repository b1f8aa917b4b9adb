import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Random } from '../domain/ports.ts';

/** Most interactions that one browser has at a time: one for each tab. */
const mostInteractions = 5;
const handlePattern = /^[A-Za-z0-9_-]{8}$/;
const prefix = 'fe_interaction_';

/** What reads and writes the cookies of interactions. */
export type InteractionCookies = ReturnType<typeof createInteractionCookies>;

/**
 * Reads and writes the cookies of interactions. Each has a name of its own, so that tabs do not disturb each other. The name stands in the
 * addresses of the pages as well, and says nothing without the value of the cookie.
 */
export function createInteractionCookies({ random }: { random: Random }) {
  const attributes = { httpOnly: true, secure: true, path: '/', sameSite: 'lax' } as const;
  const nameOf = (handle: string): string => `${prefix}${handle}`;
  return {
    /** Sets the cookie of a new interaction, and returns the handle that its pages have in their addresses. The oldest of too many goes. */
    begin(request: FastifyRequest, reply: FastifyReply, token: string): string {
      const handle = random.token().slice(0, 8);
      // Browsers send the cookie that was set first before the others (RFC 6265 §5.4).
      const present = Object.keys(request.cookies).filter((name) => name.startsWith(prefix));
      for (const name of present.slice(0, Math.max(0, present.length - mostInteractions + 1))) reply.clearCookie(name, attributes);
      reply.setCookie(nameOf(handle), token, attributes);
      return handle;
    },

    /** Returns the handle in the address and the token of its cookie. Null if either is missing. */
    read(request: FastifyRequest): { handle: string; token: string } | null {
      const { i: handle } = request.query as Record<string, unknown>;
      if (typeof handle !== 'string' || !handlePattern.test(handle)) return null;
      const token = request.cookies[nameOf(handle)] ?? '';
      return token === '' ? null : { handle, token };
    },

    /** Replaces the token of an interaction. */
    advance(reply: FastifyReply, handle: string, token: string): void {
      reply.setCookie(nameOf(handle), token, attributes);
    },

    /** Forgets an interaction that is over. */
    end(reply: FastifyReply, handle: string): void {
      reply.clearCookie(nameOf(handle), attributes);
    },
  };
}
