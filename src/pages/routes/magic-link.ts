import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { passwordlessLifetimeBounds } from '../../domain/environment/auth-strategy.ts';
import { stepPaths } from '../step-paths.ts';
import { errorPath } from './step-page.ts';

const attributes = { httpOnly: true, secure: true, path: '/oauth/account', sameSite: 'lax' } as const;
/** Holds the token of the link that was opened, because addresses stand in histories and logs. */
const linkCookie = 'fe_link_magic';
/** Holds the handle of the sign-in that asked for a link, so that the link leads back to it. */
const signInCookie = 'fe_link_sign_in';

/** Remembers which sign-in of this browser asked for a link. */
export const rememberSignIn = (reply: FastifyReply, handle: string, lifetimeSeconds: number): void =>
  void reply.setCookie(signInCookie, handle, { ...attributes, maxAge: lifetimeSeconds });

/** Returns the token of the magic link that the browser has opened. Null if it has opened none. */
export const openedLink = (request: FastifyRequest): string | null => request.cookies[linkCookie] || null;

/** Forgets the link, after it was used. */
export function forgetOpenedLink(reply: FastifyReply): void {
  reply.clearCookie(linkCookie, attributes);
  reply.clearCookie(signInCookie, attributes);
}

/**
 * Declares the page that magic links lead to. It goes on to the sign-in that asked for the link, whose page has a button that uses it. It
 * spends nothing, because programs that look for viruses in mail open every link. A browser that has asked for no link is told so.
 */
export function serveMagicLink(scope: FastifyInstance): void {
  scope.get('/oauth/account/login/magic-link', { exposeHeadRoute: false }, (request, reply) => {
    const { token } = request.query as Record<string, unknown>;
    const handle = request.cookies[signInCookie] ?? '';
    if (typeof token !== 'string' || token === '' || token.length > 200 || handle === '') return reply.redirect(errorPath, 303);
    reply.setCookie(linkCookie, token, { ...attributes, maxAge: passwordlessLifetimeBounds.maxSeconds });
    return reply.redirect(`${stepPaths.SIGN_IN}?${new URLSearchParams({ i: handle, way: 'opened' })}`, 303);
  });
}
