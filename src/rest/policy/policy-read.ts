import { fail } from '../../domain/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { encodePolicy, policyShape } from './policy-shape.ts';

/** Serves `GET /configurations/v1/mfa-policy`. */
export const policyRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/mfa-policy',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readMfaPolicy',
      summary: 'Read the stored MFA policy of the environment or of the tenant, never the merged one',
      tags: ['MFA policy'],
      response: { 200: policyShape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => encodePolicy((await services.policies.find(await request.call.caller())) ?? fail('POLICY_NOT_FOUND')),
  });
