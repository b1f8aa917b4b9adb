import { z } from 'zod';
import type { Username } from '../../domain/directory/username.ts';
import { isUsername, notAUsername, usernameSortKeys } from '../../domain/directory/username.ts';
import { fail } from '../../domain/errors.ts';
import { storedId } from '../../domain/ids.ts';
import { usernameErrors } from '../../services/directory/usernames.ts';
import { encodePage, listParameter, pageParameters, pageShape } from '../lists.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { targetOfRequest } from '../self-service/target-user.ts';
import { optionalText, text, textOf } from '../validation.ts';

const url = '/usernames/v1';
const tags = ['Users'];
const maxLimit = 200;
const shape = z
  .object({ username: z.string(), userId: z.string() })
  .meta({ id: 'Username', description: 'A name that a user logs in by, and whose it is.' });
const encode = ({ username, userId }: Username): z.input<typeof shape> => ({ username, userId });

/** Serves `GET /usernames/v1`. */
export const usernamesRead: RestRoute = (app, { services, publicUrl }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'permitted' },
    schema: {
      operationId: 'readUsernames',
      summary: 'Search, sort and page through the usernames of users',
      tags,
      querystring: z.object({
        ...pageParameters(usernameSortKeys, 'username', maxLimit),
        _usernamePrefix: optionalText().describe('How the username begins.'),
        userIds: listParameter().describe('Ids of users.'),
        usernames: listParameter().describe('The usernames themselves.'),
      }),
      response: { 200: pageShape(shape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { _offset: page, _limit: limit, _sortBy: sortBy, _order, _usernamePrefix, userIds, usernames } = request.query;
      const { items, total } = await services.usernames.search(await request.call.caller(), {
        ...{ sortBy, descending: _order === 'DESC', offset: page * limit, limit },
        ...(_usernamePrefix ? { prefix: _usernamePrefix } : {}),
        ...(userIds === undefined ? {} : { userIds: userIds.map(storedId) }),
        ...(usernames === undefined ? {} : { usernames }),
      });
      return encodePage({ items: items.map(encode), total, url: new URL(`${publicUrl}${request.originalUrl}`), offset: page, limit });
    },
  });

/** Serves `POST /usernames/v1`. */
export const usernameSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'setUsername',
      summary: 'Set the own username or, by an environment token, that of the user it names; an earlier one is replaced',
      tags,
      body: z.object({ username: textOf(text(), isUsername, notAUsername) }),
      response: { 201: shape, ...errorResponses(usernameErrors.set, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      const { username } = await services.usernames.set(caller, { userId, username: request.body.username });
      return reply.code(201).send(encode(username));
    },
  });

/** Serves `DELETE /usernames/v1/:username`. Every user has an e-mail address, so that nobody is left without a name to log in by. */
export const usernameRemove: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: `${url}/:username`,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'removeUsername',
      summary: 'Remove a username; a user removes only their own',
      tags,
      params: z.object({ username: text() }),
      response: { 200: empty, ...errorResponses(usernameErrors.remove, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.usernames.remove(await request.call.caller(), request.params);
      return reply.code(200).send();
    },
  });

/** Serves `GET /usernames/v1/me`. */
export const usernameOfUserRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: `${url}/me`,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readUsername',
      summary: 'Read the own username or, by an environment token, that of the user it names',
      tags,
      response: { 200: shape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      return encode((await services.usernames.ofUser(caller, { userId })) ?? fail('USERNAME_NOT_FOUND'));
    },
  });
