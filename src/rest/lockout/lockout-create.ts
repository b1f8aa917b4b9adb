import { lockoutPolicyErrors } from '../../services/lockout/policies.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { encodeLockout, lockoutBody, lockoutShape } from './lockout-shape.ts';

/** Serves `POST /configurations/v1/lockout-policy`. */
export const lockoutCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/configurations/v1/lockout-policy',
    config: { access: 'environment' },
    schema: {
      operationId: 'createLockoutPolicy',
      summary: 'Create the lockout policy: how many failed passwords in a row lock a user',
      tags: ['Lockout policy'],
      body: lockoutBody,
      response: { 201: lockoutShape, ...errorResponses(lockoutPolicyErrors.create, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const policy = await services.lockoutPolicies.create(await request.call.caller(), { fields: request.body });
      return reply.code(201).send(encodeLockout(policy));
    },
  });
