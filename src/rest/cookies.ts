import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EnvironmentService } from '../services/environment.ts';
import type { RememberedDeviceToken } from '../services/login-completion.ts';
import type { SignedSession } from '../services/sessions.ts';

export type Cookies = ReturnType<typeof createCookies>;

/** Refresh and device cookies, named after the client id as Frontegg's SDKs look for them. */
export function createCookies({ clientId, environment }: { clientId: string; environment: Pick<EnvironmentService, 'current'> }) {
  const bare = clientId.replaceAll('-', '');
  // Browser SDKs drop the first hyphen only; servers in front of them drop all or none.
  const refreshName = `fe_refresh_${clientId.replace('-', '')}`;
  const refreshNames = [refreshName, `fe_refresh_${bare}`, `fe_refresh_${clientId}`];
  const deviceName = `fe_device_${bare}`;

  const attributes = async (): Promise<CookieSerializeOptions> => {
    const sameSite = (await environment.current()).cookieSameSite;
    return { httpOnly: true, secure: true, path: '/', sameSite: sameSite.toLowerCase() as Lowercase<typeof sameSite> };
  };

  return {
    refreshToken: (request: FastifyRequest): string | null =>
      refreshNames.map((name) => request.cookies[name]).find((value) => value !== undefined && value !== '') ?? null,
    deviceToken: (request: FastifyRequest): string | null => request.cookies[deviceName] ?? null,

    async keepSession(reply: FastifyReply, session: SignedSession): Promise<void> {
      reply.setCookie(refreshName, session.refreshToken, { ...(await attributes()), maxAge: session.refreshExpiresInSeconds });
    },

    async keepDevice(reply: FastifyReply, device: RememberedDeviceToken | null): Promise<void> {
      if (device !== null) reply.setCookie(deviceName, device.token, { ...(await attributes()), maxAge: device.lifetimeSeconds });
    },

    async dropSession(reply: FastifyReply): Promise<void> {
      reply.clearCookie(refreshName, await attributes());
    },
  };
}
