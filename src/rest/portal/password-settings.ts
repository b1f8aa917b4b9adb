import { z } from 'zod';
import { passwordLength } from '../../domain/account/password.ts';
import { DomainError } from '../../domain/errors.ts';
import { readSecurityPolicy } from '../../services/access/permissions.ts';
import { WordedRefusal } from '../errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { optionalText } from '../validation.ts';

const passwordConfiguration = z
  .object({
    allowPassphrases: z.boolean(),
    minPhraseLength: z.int(),
    minLength: z.int(),
    maxLength: z.int(),
    minOptionalTestsToPass: z.int(),
    blockPwnedPasswords: z.boolean(),
  })
  .describe('What a new password must be. It is the same in every tenant.');

/** The rules of this server in the words of Frontegg. Length alone counts here (NIST 800-63B-4 §3.1.1.2). */
const inForce: z.input<typeof passwordConfiguration> = {
  ...{ allowPassphrases: false, minPhraseLength: 20, minLength: passwordLength.min, maxLength: passwordLength.max },
  ...{ minOptionalTestsToPass: 0, blockPwnedPasswords: false },
};

/** Serves `GET /users/v1/passwords/config`, which pages for a new password ask before anybody has logged in. */
export const passwordRulesRead: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/users/v1/passwords/config',
    config: { access: 'public' },
    schema: {
      operationId: 'readPasswordRules',
      summary: 'Read what a new password must be',
      tags: ['Portal'],
      querystring: z.object({ userId: optionalText().describe('It makes no difference, because the rules are the same for everybody.') }),
      response: { 200: passwordConfiguration, ...errorResponses([], 400) },
    },
    handler: async () => inForce,
  });

/** Serves `GET /configurations/v1/password`. */
export const passwordConfigurationRead: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/password',
    config: { access: 'signedIn', permission: readSecurityPolicy },
    schema: {
      operationId: 'readPasswordConfiguration',
      summary: 'Read what a new password must be, as an administrator',
      tags: ['Portal'],
      response: { 200: passwordConfiguration, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async () => inForce,
  });

/** Serves `GET /configurations/v1/password-history-policy`. There is no such policy, which the text tells to the clients that compare it. */
export const passwordHistoryRead: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/password-history-policy',
    config: { access: 'signedIn', permission: readSecurityPolicy },
    schema: {
      operationId: 'readPasswordHistoryPolicy',
      summary: 'Always 404: old passwords are not kept',
      tags: ['Portal'],
      response: errorResponses([], 400, 401, 403, 404),
    },
    handler: async () => {
      throw new WordedRefusal(new DomainError('NOT_FOUND'), 'Password History Policy not found. Policy is disabled');
    },
  });
