import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

const list = z.array(z.unknown());

/** Serves `GET /sso/v2/authenticated`. */
export const authenticatedSso: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/sso/v2/authenticated',
    config: { access: 'user' },
    schema: {
      operationId: 'readOwnSocialLogins',
      summary: 'List the social logins for somebody who is logged in; there are none',
      tags: ['Login box'],
      response: { 200: list, ...errorResponses([], 400, 401, 403) },
    },
    handler: async () => [],
  });

/** Makes a route that answers with nothing. Logins by other identity providers are not served, and the login box hides what is missing. */
const nothing =
  (url: string, operationId: string, summary: string, shape: z.ZodType, answer: object): RestRoute =>
  (app) =>
    app.route({
      method: 'GET',
      url,
      config: { access: 'public' },
      schema: { operationId, summary, tags: ['Login box'], response: { 200: shape } },
      handler: async () => answer,
    });

const providers = z.object({ providers: list });
const switched = z.object({ isActive: z.boolean() });

/** Serves `GET /sso/v1`, which older clients ask for. */
export const olderSocialLogins = nothing('/sso/v1', 'readSocialLoginsOlder', 'List the social logins, as older clients do; there are none', list, []);
/** Serves `GET /sso/v2`. */
export const socialLogins = nothing('/sso/v2', 'readSocialLogins', 'List the social logins; there are none', list, []);
/** Serves `GET /sso/custom/v1`. */
export const customSocialLogins = nothing('/sso/custom/v1', 'readCustomSocialLogins', 'List the custom social logins; there are none', providers, {
  providers: [],
});
/** Serves `GET /team/resources/sso/v2/configurations/public`. */
export const publicSso = nothing(
  '/team/resources/sso/v2/configurations/public',
  'readPublicSso',
  'Read whether enterprise SSO is offered; it is not',
  switched,
  {
    isActive: false,
  },
);
