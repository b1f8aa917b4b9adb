import { DomainError } from '../../domain/errors.ts';
import { policyErrors } from '../../services/policy/policies.ts';
import { WordedRefusal } from '../errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { decodePolicy, encodePolicy, policyBody, policyShape } from './policy-shape.ts';

/** Serves `PATCH /configurations/v1/mfa-policy`. */
export const policyUpdate: RestRoute = (app, { services }) =>
  app.route({
    method: 'PATCH',
    url: '/configurations/v1/mfa-policy',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'updateMfaPolicy',
      summary: 'Change the given fields of the MFA policy',
      tags: ['MFA policy'],
      body: policyBody,
      response: { 200: policyShape, ...errorResponses(policyErrors.update, 400, 401, 403) },
    },
    handler: async (request) => {
      try {
        return encodePolicy(await services.policies.update(await request.call.caller(), { fields: decodePolicy(request.body) }));
      } catch (error) {
        if (error instanceof DomainError && error.code === 'POLICY_NOT_FOUND') throw new WordedRefusal(error, 'Security policy not found');
        throw error;
      }
    },
  });
