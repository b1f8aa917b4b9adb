import { z } from 'zod';
import type { MfaConfiguration } from '../../domain/environment/environment.ts';
import { environmentErrors } from '../../services/environment/environment.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { given, storable } from '../validation.ts';

/** Life of a code in seconds. It is stored as given, but no code lives longer than NIST 800-63B-4 §3.1.3.2 allows. */
const lifetime = z.int().min(300).max(2_147_483_647).describe('Seconds');
const authenticationApp = z.object({ active: z.boolean(), serviceName: storable().max(200) });
const sms = z.object({ active: z.boolean(), tokenLifetimeSeconds: lifetime });
const email = z.object({ active: z.boolean(), tokenLifetimeSeconds: lifetime, sender: storable().max(320) });
const configuration = z.object({ authenticationApp, sms, email }).meta({ id: 'MfaConfiguration', description: 'Issuer name and code lives' });

const encode = ({ authenticatorApp, ...rest }: MfaConfiguration): z.input<typeof configuration> => ({ authenticationApp: authenticatorApp, ...rest });
const url = '/configurations/v1/mfa';
const tags = ['MFA configuration'];

export const mfaConfigurationRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'readMfaConfiguration',
      summary: 'Issuer name and code lives',
      tags,
      response: { 200: configuration, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => encode(await services.environment.mfaConfiguration(await request.call.caller())),
  });

export const mfaConfigurationSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'setMfaConfiguration',
      summary: 'Replace the given objects of the MFA configuration',
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
