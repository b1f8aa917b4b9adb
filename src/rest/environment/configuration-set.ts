import { z } from 'zod';
import type { EnvironmentSettings } from '../../domain/environment/environment.ts';
import { lifetimeBounds, sameSiteValues } from '../../domain/environment/environment.ts';
import { environmentErrors } from '../../services/environment/environment.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { given, optionalFlag } from '../validation.ts';
import { configuration, encodeConfiguration, fixedSettings, wireAuthStrategies, wireMachineAuthStrategies } from './configuration-shape.ts';

const { minSeconds, maxAccessTokenSeconds, maxRefreshTokenSeconds } = lifetimeBounds;
/** The fixed settings. A client may send them back as it read them; another value is refused instead of being ignored. */
const unchangeable = Object.fromEntries(Object.entries(fixedSettings).map(([name, value]) => [name, z.literal(value).nullish()]));

const changeable = {
  defaultTokenExpiration: z.int().min(minSeconds).max(maxAccessTokenSeconds).nullish().describe('How many seconds an access token is valid.'),
  defaultRefreshTokenExpiration: z.int().min(minSeconds).max(maxRefreshTokenSeconds).nullish().describe('How many seconds a new session lasts.'),
  cookieSameSite: z
    .enum(sameSiteValues)
    .nullish()
    .describe('The `SameSite` attribute of cookies. While `CORS_ORIGINS` is not set, `NONE` has the effect of `LAX`.'),
  authStrategy: z
    .enum(wireAuthStrategies)
    .nullish()
    .describe('The first factor a login form shows. `Code` also lets users log in by an e-mail code.'),
  allowSignups: optionalFlag().describe('Whether anybody may sign up.'),
  allowNotVerifiedUsersLogin: optionalFlag().describe('Whether users may log in by password before their address is verified.'),
  forcePermissions: optionalFlag().describe('Whether portals offer roles and want at least one for each user. It has no other effect.'),
  apiTokensEnabled: optionalFlag().describe('Whether users may have API tokens and access tokens of their own.'),
  machineToMachineAuthStrategy: z
    .enum(['ClientCredentials', 'AccessToken'])
    .nullish()
    .describe('Which kind of token portals offer. Both kinds always work.'),
};

/** Serves `POST /configurations/v1`. */
export const configurationSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/configurations/v1',
    config: { access: 'environment' },
    schema: {
      operationId: 'setConfiguration',
      summary: 'Change the given core settings; a new value for a fixed setting is refused',
      tags: ['Environment'],
      body: z.object({ ...unchangeable, ...changeable }),
      response: { 201: configuration, ...errorResponses(environmentErrors.updateSettings, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const {
        defaultTokenExpiration,
        defaultRefreshTokenExpiration,
        cookieSameSite,
        authStrategy,
        allowSignups,
        allowNotVerifiedUsersLogin,
        forcePermissions,
        apiTokensEnabled,
        machineToMachineAuthStrategy: machine,
      } = request.body;
      const change: Partial<EnvironmentSettings> = given({
        accessTokenLifetimeSeconds: defaultTokenExpiration,
        refreshTokenLifetimeSeconds: defaultRefreshTokenExpiration,
        ...{ cookieSameSite, allowSignups, allowNotVerifiedUsersLogin, forcePermissions, apiTokensEnabled },
        machineToMachineAuthStrategy: machine && wireMachineAuthStrategies[machine],
        emailCodeLogin: authStrategy ? authStrategy === 'Code' : null,
      });
      // Nothing to change is no error over REST, because a client may send back what it read, or less.
      if (Object.keys(change).length > 0) await services.environment.updateSettings(caller, { change });
      return reply.code(201).send(encodeConfiguration(await services.environment.configuration(caller)));
    },
  });
