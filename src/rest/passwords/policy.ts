import { z } from 'zod';
import { passwordPolicyErrors } from '../../services/password/policies.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { optionalId } from '../validation.ts';
import { decodePasswordPolicy, encodePasswordPolicy, passwordPolicyBody, passwordPolicyShape } from './policy-shape.ts';

const url = '/configurations/v1/password';
const tags = ['Passwords'];

/** Serves `POST /configurations/v1/password`. */
export const passwordPolicySet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'setPasswordPolicy',
      summary: 'Change the given fields of what new passwords must be, in the environment or in a tenant',
      tags,
      body: passwordPolicyBody,
      response: { 201: passwordPolicyShape, ...errorResponses(passwordPolicyErrors.setPolicy, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const fields = decodePasswordPolicy(request.body);
      return reply.code(201).send(encodePasswordPolicy(await services.passwordPolicies.setPolicy(await request.call.caller(), { fields })));
    },
  });

/** Serves `GET /configurations/v1/password`. */
export const passwordPolicyRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readPasswordConfiguration',
      summary: 'Read what new passwords must be; where a tenant has set nothing, what the environment says',
      tags,
      response: { 200: passwordPolicyShape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => encodePasswordPolicy(await services.passwordPolicies.find(await request.call.caller())),
  });

/** Serves `GET /users/v1/passwords/config`, which pages for a new password ask before anybody has logged in. */
export const passwordRulesRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/users/v1/passwords/config',
    config: { access: 'public' },
    schema: {
      operationId: 'readPasswordRules',
      summary: 'Read what a new password of a user must be: the strictest of the environment and the tenants of the user',
      tags,
      querystring: z.object({ userId: optionalId().describe('Without it, and for an unknown user, the answer is what the environment asks for.') }),
      response: { 200: passwordPolicyShape, ...errorResponses([], 400) },
    },
    handler: async (request) =>
      encodePasswordPolicy(await services.passwordPolicies.effectiveOf(request.call.stranger, { userId: request.query.userId || null })),
  });
