import { z } from 'zod';
import { codeLifetimeBounds, maxCodeLifetimeSeconds } from '../../domain/bounds.ts';
import type { MfaConfiguration } from '../../domain/environment/environment.ts';
import { isIssuer, notAnIssuer } from '../../domain/environment/environment.ts';
import { notAMailbox, readMailbox } from '../../domain/messaging/mailbox.ts';
import { environmentErrors } from '../../services/environment/environment.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { given, storable, textOf } from '../validation.ts';

/** The lifetime of a code. It is stored as given, but codes never live longer than their cap (NIST 800-63B-4 §3.1.3.2). */
const lifetime = z
  .int()
  .min(codeLifetimeBounds.minSeconds)
  .max(codeLifetimeBounds.maxSeconds)
  .describe(
    `How many seconds a code is valid. The value is stored as given, but codes are never valid for more than ${maxCodeLifetimeSeconds} seconds.`,
  );
/** A text that may be empty, which stands for the default of the server. */
const orEmpty = (accepts: (text: string) => boolean, must: string) => textOf(storable(), (value) => value === '' || accepts(value), must);

const authenticationApp = z.object({ active: z.boolean(), serviceName: orEmpty(isIssuer, notAnIssuer) });
const sms = z.object({ active: z.boolean(), tokenLifetimeSeconds: lifetime });
const email = z.object({ active: z.boolean(), tokenLifetimeSeconds: lifetime, sender: orEmpty((value) => readMailbox(value) !== null, notAMailbox) });
/** What is read has no bounds on its texts, because an earlier release may have stored longer ones. */
const configuration = z
  .object({
    authenticationApp: authenticationApp.extend({ serviceName: z.string() }),
    sms,
    email: email.extend({ sender: z.string() }),
  })
  .meta({ id: 'MfaConfiguration', description: 'The name that authenticator apps show, the sender of messages, and how long codes are valid.' });

const encode = ({ authenticatorApp, ...rest }: MfaConfiguration): z.input<typeof configuration> => ({ authenticationApp: authenticatorApp, ...rest });
const url = '/configurations/v1/mfa';
const tags = ['MFA configuration'];

/** Serves `GET /configurations/v1/mfa`. */
export const mfaConfigurationRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'readMfaConfiguration',
      summary: 'Read the settings of the MFA strategies',
      tags,
      response: { 200: configuration, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => encode(await services.environment.mfaConfiguration(await request.call.caller())),
  });

/** Serves `POST /configurations/v1/mfa`. */
export const mfaConfigurationSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'setMfaConfiguration',
      summary: 'Replace the given groups of settings of the MFA strategies',
      tags,
      body: z.object({ authenticationApp: authenticationApp.nullish(), sms: sms.nullish(), email: email.nullish() }),
      response: { 201: configuration, ...errorResponses(environmentErrors.setMfaConfiguration, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { authenticationApp: app, ...rest } = given(request.body);
      const change: Partial<MfaConfiguration> = { ...rest, ...(app === undefined ? {} : { authenticatorApp: app }) };
      const changed = await services.environment.setMfaConfiguration(await request.call.caller(), { change });
      return reply.code(201).send(encode(changed));
    },
  });
