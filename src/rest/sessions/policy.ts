import { sessionPolicyErrors } from '../../services/session/policies.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import {
  decodeSessionPolicy,
  encodeSessionPolicy,
  encodeWholeSessionPolicy,
  sessionPolicyBody,
  sessionPolicyShape,
  wholeSessionPolicyShape,
} from './policy-shape.ts';

const url = '/configurations/sessions/v1';
const tags = ['Sessions'];

/** Serves `GET /configurations/sessions/v1`. */
export const sessionPolicyRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readSessionPolicy',
      summary: 'Read the limits of sessions that the tenant, or without one the environment, has set',
      tags,
      response: { 200: sessionPolicyShape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => encodeSessionPolicy(await services.sessionPolicies.find(await request.call.caller())),
  });

/** Serves `GET /configurations/sessions/v1/vendor`. */
export const environmentSessionPolicyRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: `${url}/vendor`,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readEnvironmentSessionPolicy',
      summary: 'Read the limits of sessions of the environment',
      tags,
      response: { 200: wholeSessionPolicyShape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => encodeWholeSessionPolicy(await services.sessionPolicies.findOfEnvironment(await request.call.caller())),
  });

/** Serves `POST /configurations/sessions/v1`. */
export const sessionPolicySet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'setSessionPolicy',
      summary: 'Set limits of sessions for the tenant, or without one for the environment; the strictest of both applies',
      tags,
      body: sessionPolicyBody,
      response: { 201: empty, ...errorResponses(sessionPolicyErrors.set, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      await services.sessionPolicies.set(await request.call.caller(), { fields: decodeSessionPolicy(request.body) });
      return reply.code(201).send();
    },
  });
