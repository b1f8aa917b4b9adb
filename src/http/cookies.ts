import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { webAuthnAnswerSeconds } from '../domain/bounds.ts';
import type { Services } from '../services/index.ts';
import type { CompletedLogin } from '../services/login/completion.ts';
import type { SignedSession } from '../services/session/sessions.ts';

/** What reads and writes the cookies. */
export type Cookies = ReturnType<typeof createCookies>;

/**
 * Reads and writes the cookies of sessions, remembered devices, login codes, magic links and passkeys. Their names contain the client id, as
 * Frontegg's SDKs expect.
 */
export function createCookies({
  clientId,
  environment,
  corsOrigins,
}: {
  clientId: string;
  environment: Pick<Services['environment'], 'publicSettings'>;
  corsOrigins: readonly string[];
}) {
  const bare = clientId.replaceAll('-', '');
  // Browser SDKs drop only the first hyphen of the client id; SDKs for servers drop all or none.
  const refreshName = `fe_refresh_${clientId.replace('-', '')}`;
  const refreshNames = [refreshName, `fe_refresh_${bare}`, `fe_refresh_${clientId}`];
  const deviceName = `fe_device_${bare}`;
  const loginCodeName = `fe_code_${bare}`;
  const magicLinkName = `fe_magic_${bare}`;
  const passkeyName = `fe_webauthn_${bare}`;

  const attributesWith = (setting: SignedSession['cookieSameSite']): CookieSerializeOptions => {
    // Without a list of origins no page of another site has a use for the cookies, and only forged requests would send them.
    const sameSite = setting === 'NONE' && corsOrigins.length === 0 ? 'LAX' : setting;
    return { httpOnly: true, secure: true, path: '/', sameSite: sameSite.toLowerCase() as Lowercase<typeof sameSite> };
  };
  const attributes = async ({ request }: FastifyReply): Promise<CookieSerializeOptions> =>
    attributesWith((await environment.publicSettings(request.call.stranger)).cookieSameSite);

  return {
    refreshToken: (request: FastifyRequest): string | null =>
      refreshNames.map((name) => request.cookies[name]).find((value) => value !== undefined && value !== '') ?? null,
    deviceToken: (request: FastifyRequest): string | null => request.cookies[deviceName] ?? null,

    loginToken: (request: FastifyRequest): string | null => request.cookies[loginCodeName] ?? null,

    /** Sets the cookie that has to come back with the mailed code. It binds the login to the browser that asked for the code. */
    async keepLoginCode(reply: FastifyReply, sent: { loginToken: string; lifetimeSeconds: number }): Promise<void> {
      reply.setCookie(loginCodeName, sent.loginToken, { ...(await attributes(reply)), maxAge: sent.lifetimeSeconds });
    },

    async dropLoginCode(reply: FastifyReply): Promise<void> {
      reply.clearCookie(loginCodeName, await attributes(reply));
    },

    magicLinkToken: (request: FastifyRequest): string | null => request.cookies[magicLinkName] ?? null,

    /** Sets the cookie that shows that a magic link was opened in the browser that asked for it. */
    async keepMagicLink(reply: FastifyReply, sent: { browserToken: string; lifetimeSeconds: number }): Promise<void> {
      reply.setCookie(magicLinkName, sent.browserToken, { ...(await attributes(reply)), maxAge: sent.lifetimeSeconds });
    },

    async dropMagicLink(reply: FastifyReply): Promise<void> {
      reply.clearCookie(magicLinkName, await attributes(reply));
    },

    passkeyToken: (request: FastifyRequest): string | null => request.cookies[passkeyName] ?? null,

    /** Sets the cookie that has to come back with the answer of the authenticator. It binds the login to the browser that has begun it. */
    async keepPasskeyLogin(reply: FastifyReply, { ceremonyToken }: { ceremonyToken: string }): Promise<void> {
      reply.setCookie(passkeyName, ceremonyToken, { ...(await attributes(reply)), maxAge: webAuthnAnswerSeconds });
    },

    async dropPasskeyLogin(reply: FastifyReply): Promise<void> {
      reply.clearCookie(passkeyName, await attributes(reply));
    },

    keepSession(reply: FastifyReply, session: SignedSession): void {
      reply.setCookie(refreshName, session.refreshToken, { ...attributesWith(session.cookieSameSite), maxAge: session.refreshExpiresInSeconds });
    },

    keepDevice(reply: FastifyReply, { session, rememberedDevice }: CompletedLogin): void {
      if (rememberedDevice === null) return;
      reply.setCookie(deviceName, rememberedDevice.token, {
        ...attributesWith(session.cookieSameSite),
        maxAge: rememberedDevice.lifetimeSeconds,
      });
    },

    async dropSession(reply: FastifyReply): Promise<void> {
      reply.clearCookie(refreshName, await attributes(reply));
    },
  };
}
