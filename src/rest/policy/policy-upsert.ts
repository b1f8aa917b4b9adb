import { policyErrors } from '../../services/policy/policies.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { decodePolicy, encodePolicy, policyBody, policyShape } from './policy-shape.ts';

/** Serves `PUT /configurations/v1/mfa-policy`. */
export const policyUpsert: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: '/configurations/v1/mfa-policy',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'upsertMfaPolicy',
      summary: 'Create the MFA policy, or change the given fields of the existing one',
      tags: ['MFA policy'],
      body: policyBody,
      response: { 200: policyShape, ...errorResponses(policyErrors.upsert, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { policy } = await services.policies.upsert(await request.call.caller(), { fields: decodePolicy(request.body) });
      return encodePolicy(policy);
    },
  });
