import { z } from 'zod';
import { userEmailSortKeys } from '../../domain/directory/user-email.ts';
import { storedId } from '../../domain/ids.ts';
import { whatEnds } from '../../domain/session/revocation.ts';
import { userEmailsErrors } from '../../services/directory/user-emails.ts';
import { encodePage, listParameter, pageParameters, pageShape } from '../lists.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { targetOfRequest } from '../self-service/target-user.ts';
import { emailText, id, optionalText, text } from '../validation.ts';
import { encodeUserEmail, userEmailShape } from './user-email-shape.ts';

const url = '/users/emails/v1';
const tags = ['Users'];
const maxLimit = 200;

/** Serves `GET /users/emails/v1`. */
export const userEmailsRead: RestRoute = (app, { services, publicUrl }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'permitted' },
    schema: {
      operationId: 'readUserEmails',
      summary: 'Search, sort and page through the e-mail addresses of users',
      tags,
      querystring: z.object({
        ...pageParameters(userEmailSortKeys, 'email', maxLimit),
        _email: optionalText().describe('An address, in any spelling of it.'),
        userIds: listParameter().describe('Ids of users.'),
      }),
      response: { 200: pageShape(userEmailShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { _offset: page, _limit: limit, _sortBy: sortBy, _order, _email, userIds } = request.query;
      const { items, total } = await services.userEmails.search(await request.call.caller(), {
        ...{ sortBy, descending: _order === 'DESC', offset: page * limit, limit },
        ...(_email ? { email: _email } : {}),
        ...(userIds === undefined ? {} : { userIds: userIds.map(storedId) }),
      });
      const shown = { items: items.map(encodeUserEmail), total, url: new URL(`${publicUrl}${request.originalUrl}`) };
      return encodePage({ ...shown, offset: page, limit });
    },
  });

/** Serves `POST /users/emails/v1`. */
export const ownEmailAdd: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'user' },
    schema: {
      operationId: 'addOwnEmail',
      summary: 'Add an e-mail address, to which a code is sent; the answer is the same if another user has it',
      tags,
      body: z.object({ email: emailText() }),
      response: { 201: userEmailShape, ...errorResponses(userEmailsErrors.add, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { email } = request.body;
      const added = await services.userEmails.add(await request.call.caller(), { userId: null, email, verified: false });
      return reply.code(201).send(encodeUserEmail(added));
    },
  });

/** Serves `POST /users/emails/v1/verify`. */
export const ownEmailVerify: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: `${url}/verify`,
    config: { access: 'user' },
    schema: {
      operationId: 'verifyOwnEmail',
      summary: 'Verify an own e-mail address by the code that was sent to it',
      tags,
      body: z.object({ email: emailText(), code: text() }),
      response: { 200: empty, ...errorResponses(userEmailsErrors.verify, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.userEmails.verify(await request.call.caller(), request.body);
      return reply.code(200).send();
    },
  });

/** Serves `DELETE /users/emails/v1/:emailId`. */
export const emailRemove: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: `${url}/:emailId`,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'removeEmail',
      summary: 'Remove an own e-mail address or, by an environment token, one of the user it names',
      tags,
      params: z.object({ emailId: id() }),
      response: { 200: empty, ...errorResponses(userEmailsErrors.remove, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      await services.userEmails.remove(caller, { userId, emailId: request.params.emailId });
      return reply.code(200).send();
    },
  });

/** Serves `GET /users/emails/v1/me`. */
export const emailsOfUserRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: `${url}/me`,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readEmailsOfUser',
      summary: 'Read the own e-mail addresses or, by an environment token, those of the user it names; the primary one is first',
      tags,
      response: { 200: z.array(userEmailShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      return (await services.userEmails.ofUser(caller, { userId })).map(encodeUserEmail);
    },
  });

/** Serves `POST /users/emails/v1/me/primary`. */
export const ownPrimaryEmailSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: `${url}/me/primary`,
    config: { access: 'user' },
    schema: {
      operationId: 'setOwnPrimaryEmail',
      summary: 'Make another own e-mail address, which is verified, the primary one; both addresses are told',
      description: whatEnds('EMAIL_CHANGED'),
      tags,
      body: z.object({ email: text() }),
      response: { 200: empty, ...errorResponses(userEmailsErrors.setPrimary, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.userEmails.setPrimary(await request.call.caller(), { userId: null, email: request.body.email });
      return reply.code(200).send();
    },
  });
