import { fail } from '../../domain/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { encodeLockout, lockoutShape } from './lockout-shape.ts';

/** Serves `GET /configurations/v1/lockout-policy`. */
export const lockoutRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/lockout-policy',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readLockoutPolicy',
      summary: 'Read the lockout policy of the environment, or of a tenant, which replaces it; as a user, the one in force',
      tags: ['Lockout policy'],
      response: { 200: lockoutShape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => encodeLockout((await services.lockoutPolicies.find(await request.call.caller())) ?? fail('LOCKOUT_POLICY_NOT_FOUND')),
  });
