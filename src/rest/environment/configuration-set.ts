import { z } from 'zod';
import { passwordlessLifetimeBounds } from '../../domain/environment/auth-strategy.ts';
import type { EnvironmentSettings } from '../../domain/environment/environment.ts';
import { lifetimeBounds, sameSiteValues } from '../../domain/environment/environment.ts';
import { environmentErrors } from '../../services/environment/environment.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { given, optionalFlag, supportedValues } from '../validation.ts';
import { authStrategyOf, wireAuthStrategies } from './auth-strategy.ts';
import { configuration, encodeConfiguration, fixedSettings, machineAuthStrategyOf, wireMachineAuthStrategies } from './configuration-shape.ts';

const { minSeconds, maxAccessTokenSeconds, maxRefreshTokenSeconds } = lifetimeBounds;
/** The fixed settings. A client may send them back as it read them; another value is refused instead of being ignored. */
const unchangeable = Object.fromEntries(Object.entries(fixedSettings).map(([name, value]) => [name, supportedValues(name, value)]));

const changeable = {
  defaultTokenExpiration: z.int().min(minSeconds).max(maxAccessTokenSeconds).nullish().describe('How many seconds an access token is valid.'),
  defaultRefreshTokenExpiration: z.int().min(minSeconds).max(maxRefreshTokenSeconds).nullish().describe('How many seconds a new session lasts.'),
  defaultPasswordlessTokenExpiration: z
    .int()
    .min(passwordlessLifetimeBounds.minSeconds)
    .max(passwordlessLifetimeBounds.maxSeconds)
    .nullish()
    .describe('How many seconds a new code or magic link to log in by is valid.'),
  cookieSameSite: z
    .string()
    .toUpperCase()
    .pipe(z.enum(sameSiteValues))
    .nullish()
    .describe('The `SameSite` attribute of cookies, in capital or small letters. While `CORS_ORIGINS` is not set, `NONE` has the effect of `LAX`.'),
  authStrategy: supportedValues('authStrategy', ...wireAuthStrategies).describe(
    'The first factor a login form shows. `Code`, `MagicLink` and `SmsCode` let users log in by it as well as by their password. `NoLocalAuthentication` lets nobody log in by a first factor of this server.',
  ),
  addRolesToJwt: optionalFlag().describe('Whether access tokens state roles. What a user may do does not depend on it.'),
  addPermissionsToJwt: optionalFlag().describe('Whether access tokens state permissions. What a user may do does not depend on it.'),
  allowSignups: optionalFlag().describe('Whether anybody may sign up.'),
  allowTenantInvitations: optionalFlag().describe('Whether links invite people into tenants. While it is false, none is made and none works.'),
  allowNotVerifiedUsersLogin: optionalFlag().describe('Whether users may log in by password before their address is verified.'),
  forcePermissions: optionalFlag().describe('Whether portals offer roles and want at least one for each user. It has no other effect.'),
  apiTokensEnabled: optionalFlag().describe('Whether users may have API tokens and access tokens of their own.'),
  machineToMachineAuthStrategy: supportedValues('machineToMachineAuthStrategy', ...wireMachineAuthStrategies).describe(
    'Which kind of token portals offer. Both kinds always work.',
  ),
  forceSameDeviceOnAuth: optionalFlag().describe('Whether a magic link works only in the browser that asked for it.'),
  skipTenantValidation: optionalFlag().describe('Taken and not stored. It has no effect.'),
  allowOverridePasswordComplexity: optionalFlag().describe('Whether tenants may have password policies of their own.'),
  allowOverridePasswordExpiration: optionalFlag().describe('Whether tenants may say themselves when passwords expire.'),
  allowOverrideEnforcePasswordHistory: optionalFlag().describe('Whether tenants may say themselves which earlier passwords are refused.'),
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
      const { body } = request;
      const { allowOverridePasswordComplexity, allowOverridePasswordExpiration, allowOverrideEnforcePasswordHistory } = body;
      const { addRolesToJwt, addPermissionsToJwt, forceSameDeviceOnAuth, allowTenantInvitations } = body;
      const change: Partial<EnvironmentSettings> = given({
        accessTokenLifetimeSeconds: body.defaultTokenExpiration,
        refreshTokenLifetimeSeconds: body.defaultRefreshTokenExpiration,
        passwordlessLifetimeSeconds: body.defaultPasswordlessTokenExpiration,
        cookieSameSite: body.cookieSameSite,
        authStrategy: body.authStrategy && authStrategyOf[body.authStrategy],
        allowSignups: body.allowSignups,
        allowNotVerifiedUsersLogin: body.allowNotVerifiedUsersLogin,
        forcePermissions: body.forcePermissions,
        apiTokensEnabled: body.apiTokensEnabled,
        machineToMachineAuthStrategy: body.machineToMachineAuthStrategy && machineAuthStrategyOf[body.machineToMachineAuthStrategy],
        ...{ allowOverridePasswordComplexity, allowOverridePasswordExpiration, allowOverrideEnforcePasswordHistory },
        ...{ addRolesToJwt, addPermissionsToJwt, forceSameDeviceOnAuth, allowTenantInvitations },
      });
      // Nothing to change is no error over REST, because a client may send back what it read, or less.
      if (Object.keys(change).length > 0) await services.environment.updateSettings(caller, { change });
      return reply.code(201).send(encodeConfiguration(await services.environment.configuration(caller)));
    },
  });
