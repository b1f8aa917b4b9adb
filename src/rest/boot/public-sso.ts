import { z } from 'zod';
import type { RestRoute } from '../route.ts';

/** Declares an operation that always answers the same: no other identity provider is served, so the box offers none. */
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

const list = z.array(z.unknown());
const providers = z.object({ providers: list });
const switched = z.object({ isActive: z.boolean() });

export const socialLogins = nothing('/sso/v2', 'readSocialLogins', 'Social logins: none', list, []);
export const customSocialLogins = nothing('/sso/custom/v1', 'readCustomSocialLogins', 'Social logins of your own: none', providers, {
  providers: [],
});
export const publicSso = nothing('/team/resources/sso/v2/configurations/public', 'readPublicSso', 'Whether enterprise SSO is offered: no', switched, {
  isActive: false,
});
