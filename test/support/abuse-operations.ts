import { z } from 'zod';
import type { Access, RestApp, RestNeeds } from '../../src/rest/route.ts';
import { identityRoutes, otherRoutes } from '../../src/rest/routes.ts';
import { identity } from './builders.ts';

export interface Operation {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  access: Access;
  /** Fields of the body, in the schema's order. */
  fields: string[];
}

/** Every operation of the REST surface as its routes declare it, so that a new one joins the tests by itself. */
export const operations: readonly Operation[] = [...collect(identityRoutes, identity), ...collect(otherRoutes, '')];

/** For tables of tests: the title, then the operation. */
export const titled = (list: readonly Operation[]): [string, Operation][] =>
  list.map((operation) => [`${operation.method} ${operation.url}`, operation]);

function collect(routes: typeof identityRoutes, prefix: string): Operation[] {
  const found: Operation[] = [];
  const recorder = {
    route: (options: { method: Operation['method']; url: string; config: { access: Access }; schema: { body?: unknown } }) => {
      const { body } = options.schema;
      const fields = body instanceof z.ZodObject ? Object.keys(body.shape) : [];
      found.push({ method: options.method, url: prefix + options.url, access: options.config.access, fields });
    },
  };
  for (const route of routes) route(recorder as unknown as RestApp, { services: {}, cookies: {} } as unknown as RestNeeds);
  return found;
}
