import { z } from 'zod';
import { DomainError, InvalidCode } from '../../domain/errors.ts';
import { maxPasskeys } from '../../domain/passkey/passkey.ts';
import { passkeyErrors } from '../../services/passkey/passkeys.ts';
import { passkeyRegistrationErrors } from '../../services/passkey/registration.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id } from '../validation.ts';
import { creationOptions, deviceType, registration } from '../webauthn-shape.ts';
import { passkeyTypeFromWire, passkeyTypeToWire } from '../wire-names.ts';

/** Answers a credential that is registered already as a wrong answer, as Frontegg does. */
function refuseAsWrong(error: unknown): never {
  throw error instanceof DomainError && error.code === 'CREDENTIAL_TAKEN' ? new InvalidCode().unrecorded() : error;
}

const device = z.object({ id: z.string(), deviceType, createdAt: z.string() });

/** Serves `GET /users/webauthn/v1/devices`. */
export const passkeyDevices: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/users/webauthn/v1/devices',
    config: { access: 'user' },
    schema: {
      operationId: 'readPasskeys',
      summary: 'List the passkeys of the user',
      tags: ['Passkeys'],
      response: { 200: z.object({ devices: z.array(device) }), ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => {
      const passkeys = await services.passkeys.own(await request.call.caller());
      return {
        devices: passkeys.map(({ id, deviceType, createdAt }) => ({
          id,
          deviceType: passkeyTypeToWire(deviceType),
          createdAt: createdAt.toISOString(),
        })),
      };
    },
  });

/** Serves `POST /users/webauthn/v1/devices`. */
export const passkeyBegin: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/webauthn/v1/devices',
    config: { access: 'user' },
    schema: {
      operationId: 'beginPasskeyRegistration',
      summary: `Begin to register a passkey, of which a user has at most ${maxPasskeys}; an earlier beginning of the session becomes invalid`,
      tags: ['Passkeys'],
      response: { 201: z.object({ options: creationOptions }), ...errorResponses(passkeyRegistrationErrors.begin, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { options } = await services.passkeyRegistration.begin(await request.call.caller());
      return reply.code(201).send({ options: creationOptions.parse(options) });
    },
  });

/** Serves `POST /users/webauthn/v1/devices/verify`. */
export const passkeyRegister: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/webauthn/v1/devices/verify',
    config: { access: 'user' },
    schema: {
      operationId: 'registerPasskey',
      summary: 'Register the passkey that the browser has made',
      tags: ['Passkeys'],
      body: registration.extend({ deviceType: deviceType.optional() }),
      response: { 201: empty, ...errorResponses(passkeyRegistrationErrors.begin, 400, 401, 403, 429) },
    },
    handler: async (request, reply) => {
      await request.call.takeFromAddress('WEBAUTHN_ENROLL_VERIFY');
      const { deviceType: named, ...answer } = request.body;
      const command = { answer, deviceType: named === undefined ? null : passkeyTypeFromWire(named), name: null };
      await services.passkeyRegistration.register(await request.call.caller(), command).catch(refuseAsWrong);
      return reply.code(201).send();
    },
  });

/** Serves `DELETE /users/webauthn/v1/devices/{id}`. */
export const passkeyRemove: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/users/webauthn/v1/devices/:id',
    config: { access: 'user' },
    schema: {
      operationId: 'removePasskey',
      summary: 'Remove a passkey of the user',
      tags: ['Passkeys'],
      params: z.object({ id: id() }),
      response: { 200: empty, ...errorResponses(passkeyErrors.remove, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.passkeys.remove(await request.call.caller(), { passkeyId: request.params.id });
      return reply.code(200).send();
    },
  });
