import type { HTTPMethods } from 'fastify';
import { DomainError } from '../../domain/errors.ts';
import { notSupported, WordedRefusal } from '../errors.ts';
import type { Access, RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

/** A route that never succeeds. No body is described, because none is looked at. */
interface Route {
  method: HTTPMethods;
  url: string;
  access: Access;
  operationId: string;
  summary: string;
  tag: string;
}

/**
 * Makes a route of a feature that this server does not have. It answers 501 with the name of the feature, so that a client stops with a text
 * that a person understands. Callers who could not use the feature get 401 and 403, as everywhere.
 */
export const refused =
  (feature: string, { method, url, access, operationId, summary, tag }: Route): RestRoute =>
  (app) =>
    app.route({
      method,
      url,
      config: { access },
      schema: { operationId, summary, tags: [tag], response: errorResponses(['NOT_SUPPORTED'], 400, 401, 403, 404) },
      handler: async () => {
        throw notSupported(feature);
      },
    });

/** Makes a route to one of some things of which there is none. It answers 404 with a text that names the kind of thing. */
export const absent =
  (thing: string, { method, url, access, operationId, summary, tag }: Route): RestRoute =>
  (app) =>
    app.route({
      method,
      url,
      config: { access },
      schema: { operationId, summary, tags: [tag], response: errorResponses(['NOT_FOUND'], 400, 401, 403) },
      handler: async () => {
        throw new WordedRefusal(new DomainError('NOT_FOUND'), `${thing} not found`);
      },
    });
