import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import type { PasswordHistoryPolicy } from '../../domain/password/policy.ts';
import { historySizeBounds } from '../../domain/password/policy.ts';
import { passwordPolicyErrors } from '../../services/password/policies.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

const url = '/configurations/v1/password-history-policy';
const tags = ['Passwords'];

/** The body of create and update. Both fields are required, `historySize` even if `enabled` is false. */
const body = z.object({
  enabled: z.boolean(),
  historySize: z.int().min(historySizeBounds.min).max(historySizeBounds.max).describe('How many passwords are refused, the present one among them.'),
});

const shape = z.object({ id: z.string(), enabled: z.boolean(), historySize: z.int(), createdAt: z.string(), updatedAt: z.string() }).meta({
  id: 'PasswordHistoryPolicy',
  description: 'Which earlier passwords are refused. The record of a tenant replaces that of the environment.',
});

const encode = ({ id, enabled, historySize, createdAt, updatedAt }: PasswordHistoryPolicy): z.input<typeof shape> => ({
  ...{ id, enabled, historySize, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() },
});

/** Serves `POST /configurations/v1/password-history-policy`. */
export const passwordHistoryCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'createPasswordHistoryPolicy',
      summary: 'Create the rule about earlier passwords',
      tags,
      body,
      response: { 201: shape, ...errorResponses(passwordPolicyErrors.createHistory, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const created = await services.passwordPolicies.createHistory(await request.call.caller(), { fields: request.body });
      return reply.code(201).send(encode(created));
    },
  });

/** Serves `PATCH /configurations/v1/password-history-policy`. */
export const passwordHistoryUpdate: RestRoute = (app, { services }) =>
  app.route({
    method: 'PATCH',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'updatePasswordHistoryPolicy',
      summary: 'Change the rule about earlier passwords',
      tags,
      body,
      response: { 200: shape, ...errorResponses(passwordPolicyErrors.updateHistory, 400, 401, 403) },
    },
    handler: async (request) => encode(await services.passwordPolicies.updateHistory(await request.call.caller(), { fields: request.body })),
  });

/** Serves `GET /configurations/v1/password-history-policy`. */
export const passwordHistoryRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readPasswordHistoryPolicy',
      summary: 'Read the rule about earlier passwords',
      tags,
      response: { 200: shape, ...errorResponses(['PASSWORD_HISTORY_POLICY_NOT_FOUND'], 400, 401, 403) },
    },
    handler: async (request) =>
      encode((await services.passwordPolicies.findHistory(await request.call.caller())) ?? fail('PASSWORD_HISTORY_POLICY_NOT_FOUND')),
  });

/** Serves `GET /configurations/v1/password-history-policy/vendor`. */
export const environmentsPasswordHistoryRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: `${url}/vendor`,
    config: { access: 'user' },
    schema: {
      operationId: 'readEnvironmentsPasswordHistoryPolicy',
      summary: 'Read the rule of the environment about earlier passwords, as a user',
      tags,
      response: { 200: shape, ...errorResponses(['PASSWORD_HISTORY_POLICY_NOT_FOUND'], 400, 401, 403) },
    },
    handler: async (request) =>
      encode((await services.passwordPolicies.findEnvironmentsHistory(await request.call.caller())) ?? fail('PASSWORD_HISTORY_POLICY_NOT_FOUND')),
  });
