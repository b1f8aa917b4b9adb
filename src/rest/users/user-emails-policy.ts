import { z } from 'zod';
import { environmentErrors } from '../../services/environment/environment.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { optionalFlag } from '../validation.ts';

const url = '/configurations/v1/user-emails-policy';
const tags = ['Users'];

/** Serves `GET /configurations/v1/user-emails-policy`. */
export const userEmailsPolicyRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readUserEmailsPolicy',
      summary: 'Read whether users may change their own primary e-mail address',
      tags,
      response: { 200: z.object({ allowEmailChange: z.boolean() }), ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => ({ allowEmailChange: (await services.environment.publicSettings(await request.call.caller())).allowEmailChange }),
  });

/** Serves `POST /configurations/v1/user-emails-policy`. */
export const userEmailsPolicySet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'setUserEmailsPolicy',
      summary: 'Set whether users may change their own primary e-mail address',
      tags,
      body: z.object({ allowEmailChange: optionalFlag() }),
      response: { 200: empty, ...errorResponses(environmentErrors.updateSettings, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { allowEmailChange } = request.body;
      // Nothing to change is no error over REST, because a client may send back what it read, or less.
      if (allowEmailChange != null) await services.environment.updateSettings(await request.call.caller(), { change: { allowEmailChange } });
      return reply.code(200).send();
    },
  });
