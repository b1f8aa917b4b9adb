import { z } from 'zod';
import type { RestRoute } from '../route.ts';

/** Serves `GET /configurations/v1/captcha-policy/public`. */
export const publicCaptchaRead: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/captcha-policy/public',
    config: { access: 'public' },
    schema: {
      operationId: 'readPublicCaptchaPolicy',
      summary: 'Read whether logins ask for a captcha, which they never do',
      tags: ['Portal'],
      response: { 200: z.object({ siteKey: z.string(), enabled: z.boolean() }) },
    },
    handler: async () => ({ siteKey: '', enabled: false }),
  });
