import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../domain/errors.ts';
import type { Random } from '../../domain/ports.ts';
import { isOwnOrigin } from '../../http/own-origin.ts';

/**
 * Refuses a form that a page of somebody else has sent (OWASP Cross-Site Request Forgery Prevention, "Fetch Metadata"). Browsers say by
 * `Sec-Fetch-Site` whose page it was, and older ones by `Origin`. Whoever says neither is refused. Errors: `FORBIDDEN`.
 */
export function requireOwnPage(request: FastifyRequest, publicUrl: string): void {
  const { 'sec-fetch-site': site } = request.headers;
  const own = site === undefined ? isOwnOrigin(request, publicUrl) : site === 'same-origin';
  if (!own) throw new DomainError('FORBIDDEN', 'a form of a foreign page');
}

/**
 * Refuses a request of a script. Pages hold tokens of forms and a recovery code, and are for people: not even a script of an application that
 * may call the API reads them (W3C Fetch Metadata §2.3). Errors: `FORBIDDEN`.
 */
export async function requireNavigation({ headers: { 'sec-fetch-mode': mode } }: FastifyRequest): Promise<void> {
  if (mode !== undefined && mode !== 'navigate') throw new DomainError('FORBIDDEN', 'a page was asked for by a script');
}

const cookieName = 'fe_form';
const attributes = { httpOnly: true, secure: true, path: '/oauth/account', sameSite: 'lax' } as const;
const cookieForm = /^[\w-]{43}$/;

const tokenOf = (secret: string, path: string): string => createHash('sha256').update(`${secret} ${path}`).digest('base64url');

/** Returns what a form of a page without an interaction has to bring back. It follows from a cookie, which only the same browser has. */
export function formTokenFor(request: FastifyRequest, reply: FastifyReply, path: string, random: Random): string {
  const kept = request.cookies[cookieName] ?? '';
  const secret = cookieForm.test(kept) ? kept : random.token();
  if (secret !== kept) reply.setCookie(cookieName, secret, attributes);
  return tokenOf(secret, path);
}

/** Refuses a form that does not bring back what its page had for this browser. Errors: `FORBIDDEN`. */
export function requireFormToken(request: FastifyRequest, path: string, given: string): void {
  const kept = request.cookies[cookieName] ?? '';
  const [right, presented] = [Buffer.from(tokenOf(kept, path)), Buffer.from(given)];
  const same = cookieForm.test(kept) && right.length === presented.length && timingSafeEqual(right, presented);
  if (!same) throw new DomainError('FORBIDDEN', 'a form without the token of its page');
}
