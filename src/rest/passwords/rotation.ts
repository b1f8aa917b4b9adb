import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import type { PasswordRotation } from '../../domain/password/policy.ts';
import { rotationBounds } from '../../domain/password/policy.ts';
import { passwordPolicyErrors } from '../../services/password/policies.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { given, optionalFlag } from '../validation.ts';

const url = '/configurations/v1/password-rotation';
const tags = ['Passwords'];

const shape = z
  .object({
    tenantId: z.string().nullable().describe('Null for the environment.'),
    isActive: z.boolean(),
    rotationPeriod: z.int().describe('How old a password may become, in minutes.'),
    notificationPeriod: z.int().describe('For how many minutes before that a login says that the password will expire.'),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({
    id: 'PasswordRotation',
    description: 'When passwords expire. The shortest active period of the environment and the tenants of a user counts.',
  });

const encode = (rotation: PasswordRotation): z.input<typeof shape> => ({
  tenantId: rotation.tenantId,
  isActive: rotation.isActive,
  rotationPeriod: rotation.rotationPeriodMinutes,
  notificationPeriod: rotation.notificationPeriodMinutes,
  createdAt: rotation.createdAt.toISOString(),
  updatedAt: rotation.updatedAt.toISOString(),
});

/** Serves `GET /configurations/v1/password-rotation`. */
export const passwordRotationRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'permitted' },
    schema: {
      operationId: 'readPasswordRotation',
      summary: 'Read when passwords expire',
      tags,
      response: { 200: shape, ...errorResponses(['PASSWORD_ROTATION_NOT_FOUND'], 400, 401, 403) },
    },
    handler: async (request) =>
      encode((await services.passwordPolicies.findRotation(await request.call.caller())) ?? fail('PASSWORD_ROTATION_NOT_FOUND')),
  });

/** Serves `GET /configurations/v1/password-rotation/vendor`. */
export const environmentsPasswordRotationRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: `${url}/vendor`,
    config: { access: 'permitted' },
    schema: {
      operationId: 'readEnvironmentsPasswordRotation',
      summary: 'Read when passwords expire in the environment',
      tags,
      response: { 200: shape, ...errorResponses(['PASSWORD_ROTATION_NOT_FOUND'], 400, 401, 403) },
    },
    handler: async (request) =>
      encode((await services.passwordPolicies.findEnvironmentsRotation(await request.call.caller())) ?? fail('PASSWORD_ROTATION_NOT_FOUND')),
  });

/** Serves `POST /configurations/v1/password-rotation`. */
export const passwordRotationSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'setPasswordRotation',
      summary: 'Change the given fields of when passwords expire',
      tags,
      body: z.object({
        isActive: optionalFlag(),
        rotationPeriod: z.int().min(rotationBounds.minPeriod).max(rotationBounds.max).nullish(),
        notificationPeriod: z.int().min(rotationBounds.minNotification).max(rotationBounds.max).nullish(),
      }),
      response: { 200: empty, ...errorResponses(passwordPolicyErrors.setRotation, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const { isActive, rotationPeriod, notificationPeriod } = request.body;
      const fields = given({ isActive, rotationPeriodMinutes: rotationPeriod, notificationPeriodMinutes: notificationPeriod });
      await services.passwordPolicies.setRotation(await request.call.caller(), { fields });
      return reply.code(200).send();
    },
  });
