import { z } from 'zod';
import { PhoneNumber } from '../../domain/authenticator/phone-number.ts';
import { codeDigits } from '../../domain/bounds.ts';
import { userPhoneSortKeys } from '../../domain/directory/user-phone.ts';
import { storedId } from '../../domain/ids.ts';
import { userPhonesErrors } from '../../services/directory/user-phones.ts';
import { encodePage, listParameter, pageParameters, pageShape } from '../lists.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { targetOfRequest } from '../self-service/target-user.ts';
import { id, optionalFlag, optionalText, phoneText, text } from '../validation.ts';
import { encodeUserPhone, userPhoneShape } from './user-phone-shape.ts';

const url = '/users/phone-numbers/v1';
const tags = ['Users'];
const maxLimit = 250;
const codeText = () => text().describe(`The ${codeDigits}-digit code from the text message.`);
const sent = z.string().describe('Comes back with the code.');

/** Declares a route that searches the phone numbers of users. Both versions answer alike. */
const phonesRead =
  (path: string, operationId: string): RestRoute =>
  (app, { services, publicUrl }) =>
    app.route({
      method: 'GET',
      url: path,
      config: { access: 'permitted' },
      schema: {
        operationId,
        summary: 'Search, sort and page through the phone numbers that users log in by',
        tags,
        querystring: z.object({
          ...pageParameters(userPhoneSortKeys, 'userId', maxLimit),
          _phoneNumber: optionalText().describe('A number, in any spelling of it.'),
          userIds: listParameter().describe('Ids of users.'),
        }),
        response: { 200: pageShape(userPhoneShape), ...errorResponses([], 400, 401, 403, 404) },
      },
      handler: async (request) => {
        const { _offset: page, _limit: limit, _sortBy: sortBy, _order, _phoneNumber, userIds } = request.query;
        const { items, total } = await services.userPhones.search(await request.call.caller(), {
          ...{ sortBy, descending: _order === 'DESC', offset: page * limit, limit },
          ...(_phoneNumber ? { phoneNumber: PhoneNumber.read(_phoneNumber)?.e164 ?? _phoneNumber } : {}),
          ...(userIds === undefined ? {} : { userIds: userIds.map(storedId) }),
        });
        const shown = { items: items.map(encodeUserPhone), total, url: new URL(`${publicUrl}${request.originalUrl}`) };
        return encodePage({ ...shown, offset: page, limit });
      },
    });

/** Serves `GET /users/phone-numbers/v2`. */
export const userPhonesRead = phonesRead('/users/phone-numbers/v2', 'readUserPhones');

/** Serves `GET /users/phone-numbers/v1`. */
export const userPhonesReadOlder = phonesRead(url, 'readUserPhonesOlder');

/** Serves `POST /users/phone-numbers/v1`. */
export const phoneAdd: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'addPhone',
      summary: 'Add an own phone number to log in by or, by an environment token, one of the user it names',
      description: 'The answer to a user is the same if another user has verified the number; then no text is sent.',
      tags,
      body: z.object({
        phoneNumber: phoneText(),
        verify: optionalFlag().describe(
          'Whether a code is sent to the number, which is the default. Without one, the number of a user stays unverified, and an environment token vouches for it.',
        ),
      }),
      response: {
        201: z.object({ id: z.string(), otcToken: sent.optional() }),
        ...errorResponses(userPhonesErrors.add, 400, 401, 403, 429),
      },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      if (caller.actor.kind === 'USER') await request.call.takeFromAddress('PHONE_CODE_SEND');
      const { phoneNumber, verify } = request.body;
      const { phone, otcToken } = await services.userPhones.add(caller, { userId, phoneNumber, sendCode: verify ?? true });
      return reply.code(201).send({ id: phone.id, ...(otcToken === null ? {} : { otcToken }) });
    },
  });

/** Serves `POST /users/phone-numbers/v1/preverify`. */
export const ownPhoneCodeSend: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: `${url}/preverify`,
    config: { access: 'user', limit: 'PHONE_CODE_SEND' },
    schema: {
      operationId: 'sendOwnPhoneCode',
      summary: 'Send another code to an own phone number, which was added before',
      tags,
      body: z.object({ phoneNumber: phoneText() }),
      response: { 200: z.object({ otcToken: sent }), ...errorResponses(userPhonesErrors.sendCode, 400, 401, 403, 429) },
    },
    handler: async (request) => services.userPhones.sendCode(await request.call.caller(), request.body),
  });

/** Serves `POST /users/phone-numbers/v1/verify`. */
export const ownPhoneVerify: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: `${url}/verify`,
    config: { access: 'user', limit: 'PHONE_CODE_VERIFY' },
    schema: {
      operationId: 'verifyOwnPhone',
      summary: 'Verify an own phone number by the code that was sent to it',
      tags,
      body: z.object({ otcToken: text(), code: codeText() }),
      response: { 200: empty, ...errorResponses(userPhonesErrors.verify, 400, 401, 403, 429) },
    },
    handler: async (request, reply) => {
      await services.userPhones.verify(await request.call.caller(), request.body);
      return reply.code(200).send();
    },
  });

/** Serves `DELETE /users/phone-numbers/v1/:phoneId`. It removes nothing yet. */
export const ownPhoneRemovalBegin: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: `${url}/:phoneId`,
    config: { access: 'user', limit: 'PHONE_CODE_SEND' },
    schema: {
      operationId: 'beginOwnPhoneRemoval',
      summary: 'Send a code to an own phone number that is to be removed; nothing is removed yet',
      tags,
      params: z.object({ phoneId: id() }),
      response: {
        200: z.object({ phoneId: z.string(), otcToken: sent }),
        ...errorResponses(userPhonesErrors.beginRemoval, 400, 401, 403, 429),
      },
    },
    handler: async (request) => {
      const { phoneId } = request.params;
      return { phoneId, ...(await services.userPhones.beginRemoval(await request.call.caller(), { phoneId })) };
    },
  });

/** Serves `POST /users/phone-numbers/v1/:phoneId/delete/verify`. */
export const ownPhoneRemove: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: `${url}/:phoneId/delete/verify`,
    config: { access: 'user', limit: 'PHONE_CODE_VERIFY' },
    schema: {
      operationId: 'removeOwnPhone',
      summary: 'Remove an own phone number by the code that was sent to it',
      tags,
      params: z.object({ phoneId: id() }),
      body: z.object({ otcToken: text(), code: codeText() }),
      response: { 200: empty, ...errorResponses(userPhonesErrors.removeByCode, 400, 401, 403, 429) },
    },
    handler: async (request, reply) => {
      await services.userPhones.removeByCode(await request.call.caller(), { ...request.params, ...request.body });
      return reply.code(200).send();
    },
  });

/** Serves `GET /users/phone-numbers/v1/me`. */
export const phonesOfUserRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: `${url}/me`,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readPhonesOfUser',
      summary: 'Read the own phone numbers or, by an environment token, those of the user it names',
      tags,
      response: { 200: z.array(userPhoneShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      return (await services.userPhones.ofUser(caller, { userId })).map(encodeUserPhone);
    },
  });
