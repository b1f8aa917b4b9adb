import { DomainError } from '../domain/errors.ts';
import type { RestApp } from './route.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route acts on a cookie alone, so that foreign pages must not be able to call it. */
    cookie?: boolean;
  }
}

/** Refuses cookie-only routes to pages of other origins, unless the origin is on the list. It is a second lock behind SameSite. */
export function refuseForeignPages(app: RestApp, { publicUrl, corsOrigins }: { publicUrl: string; corsOrigins: readonly string[] }): void {
  const own = new URL(publicUrl).origin;
  app.addHook('onRequest', (request, _reply, done) => {
    const { origin, host } = request.headers;
    if (origin === undefined || !request.routeOptions.config.cookie) return done();
    const known = origin === own || corsOrigins.includes(origin) || origin === `${request.protocol}://${host}`;
    done(known ? undefined : new DomainError('FORBIDDEN', 'foreign origin'));
  });
}
