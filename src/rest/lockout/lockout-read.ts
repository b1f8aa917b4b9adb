import { fail } from '../../domain/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { encodeLockout, lockoutShape } from './lockout-shape.ts';

export const lockoutRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/lockout-policy',
    config: { access: 'environment' },
    schema: {
      operationId: 'readLockoutPolicy',
      summary: "The environment's or the tenant's own lockout policy; that of a tenant replaces the other",
      tags: ['Lockout policy'],
      response: { 200: lockoutShape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => encodeLockout((await services.lockoutPolicies.find(await request.call.caller())) ?? fail('LOCKOUT_POLICY_NOT_FOUND')),
  });
