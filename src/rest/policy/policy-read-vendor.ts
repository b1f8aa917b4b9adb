import { fail } from '../../domain/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { encodePolicy, policyShape } from './policy-shape.ts';

/** Serves `GET /configurations/v1/mfa-policy/vendor`. */
export const policyReadVendor: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/mfa-policy/vendor',
    config: { access: 'user' },
    schema: {
      operationId: 'readEnvironmentMfaPolicy',
      summary: 'Read the MFA policy of the environment, as a user with permission',
      tags: ['MFA policy'],
      response: { 200: policyShape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => encodePolicy((await services.policies.findEnvironments(await request.call.caller())) ?? fail('POLICY_NOT_FOUND')),
  });
