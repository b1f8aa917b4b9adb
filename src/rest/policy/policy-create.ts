import { policyErrors } from '../../services/policy/policies.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { decodePolicy, encodePolicy, policyBody, policyShape } from './policy-shape.ts';

/** Serves `POST /configurations/v1/mfa-policy`. */
export const policyCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/configurations/v1/mfa-policy',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'createMfaPolicy',
      summary: 'Create the MFA policy; absent fields take their defaults, so an empty object enforces MFA',
      tags: ['MFA policy'],
      body: policyBody,
      response: { 201: policyShape, ...errorResponses(policyErrors.create, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const policy = await services.policies.create(await request.call.caller(), { fields: decodePolicy(request.body) });
      return reply.code(201).send(encodePolicy(policy));
    },
  });
