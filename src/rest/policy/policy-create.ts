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
      response: { 201: policyShape, ...errorResponses([], 400, 401, 403, 404, 409) },
    },
    handler: async (request, reply) => {
      const policy = await services.policies.create(await request.call.actor(), decodePolicy(request.body), request.call.origin);
      return reply.code(201).send(encodePolicy(policy));
    },
  });
