import type { FastifyInstance } from 'fastify';

/** Returns the methods that a path is served by, in the order of the alphabet. Empty if there is no such path. */
export type AllowedMethods = (url: string) => string[];

/**
 * Makes the function that tells by which methods a path is served, for the header `Allow` (RFC 9110 §15.5.6). It knows the routes that
 * are registered after this call.
 */
export function collectAllowedMethods(app: FastifyInstance): AllowedMethods {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const pattern = new RegExp(
      `^${url
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replace(/:\w+/g, '[^/]+')
        .replace('\\*', '.*')}/?$`,
    );
    const route = routes.get(url) ?? { pattern, methods: new Set() };
    for (const name of [method].flat()) route.methods.add(name);
    routes.set(url, route);
  });
  return (url) => {
    const [path = ''] = url.split('?');
    const served = [...routes.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(served.flatMap(({ methods }) => [...methods]))].sort();
  };
}
