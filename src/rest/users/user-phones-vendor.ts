import { z } from 'zod';
import { userPhonesErrors } from '../../services/directory/user-phones.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id, phoneText } from '../validation.ts';
import { encodeUserPhone, userPhoneShape } from './user-phone-shape.ts';

const url = '/users/phone-numbers/v1/vendor/:userId';
const params = z.object({ userId: id() });
const tags = ['Users'];

/** Serves `POST /users/phone-numbers/v1/vendor/:userId`. */
export const userPhoneAdd: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'addUserPhone',
      summary: 'Add a phone number to log in by to those of a user, which counts as verified; no text is sent',
      tags,
      params,
      body: z.object({ phoneNumber: phoneText() }),
      response: { 201: userPhoneShape, ...errorResponses(userPhonesErrors.add, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const command = { ...request.params, ...request.body, sendCode: false };
      const { phone } = await services.userPhones.add(await request.call.caller(), command);
      return reply.code(201).send(encodeUserPhone(phone));
    },
  });

/** Serves `DELETE /users/phone-numbers/v1/vendor/:userId/:phoneId`. */
export const userPhoneRemove: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: `${url}/:phoneId`,
    config: { access: 'environment' },
    schema: {
      operationId: 'removeUserPhone',
      summary: 'Remove a phone number of a user',
      tags,
      params: params.extend({ phoneId: id() }),
      response: { 200: empty, ...errorResponses(userPhonesErrors.remove, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.userPhones.remove(await request.call.caller(), request.params);
      return reply.code(200).send();
    },
  });
