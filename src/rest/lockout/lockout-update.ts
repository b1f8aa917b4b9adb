import { lockoutPolicyErrors } from '../../services/lockout/policies.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { encodeLockout, lockoutBody, lockoutShape } from './lockout-shape.ts';

/** Serves `PATCH /configurations/v1/lockout-policy`. */
export const lockoutUpdate: RestRoute = (app, { services }) =>
  app.route({
    method: 'PATCH',
    url: '/configurations/v1/lockout-policy',
    config: { access: 'environment' },
    schema: {
      operationId: 'updateLockoutPolicy',
      summary: 'Change the lockout policy',
      tags: ['Lockout policy'],
      body: lockoutBody,
      response: { 200: lockoutShape, ...errorResponses(lockoutPolicyErrors.update, 400, 401, 403) },
    },
    handler: async (request) => encodeLockout(await services.lockoutPolicies.update(await request.call.caller(), { fields: request.body })),
  });
