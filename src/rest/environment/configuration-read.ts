import { z } from 'zod';
import { sameSiteValues } from '../../domain/environment/environment.ts';
import type { RestRoute } from '../route.ts';
import { refusals } from '../route.ts';

/** Settings of neighboring features, fixed at the documented defaults: SDKs read them, nothing here depends on them. */
const fixed = {
  jwtAlgorithm: 'RS256',
  jwtSecret: '',
  authStrategy: 'EmailAndPassword',
  machineToMachineAuthStrategy: 'ClientCredentials',
  rotateRefreshTokens: true,
  refreshTokensRotationLimit: 100,
  addRolesToJwt: true,
  addPermissionsToJwt: true,
  defaultPasswordlessTokenExpiration: 300,
  allowSignups: false,
  apiTokensEnabled: false,
  allowOverridePasswordComplexity: false,
  allowOverridePasswordExpiration: false,
  allowOverrideEnforcePasswordHistory: false,
  allowNotVerifiedUsersLogin: false,
  forcePermissions: false,
  forceSameDeviceOnAuth: false,
  allowTenantInvitations: false,
  addSamlAttributesToJwt: false,
  allowCustomLoginTenantSwitch: false,
} as const;

const fixedShape = z.object({
  jwtAlgorithm: z.string(),
  jwtSecret: z.string(),
  authStrategy: z.string(),
  machineToMachineAuthStrategy: z.string(),
  rotateRefreshTokens: z.boolean(),
  refreshTokensRotationLimit: z.int(),
  addRolesToJwt: z.boolean(),
  addPermissionsToJwt: z.boolean(),
  defaultPasswordlessTokenExpiration: z.int(),
  allowSignups: z.boolean(),
  apiTokensEnabled: z.boolean(),
  allowOverridePasswordComplexity: z.boolean(),
  allowOverridePasswordExpiration: z.boolean(),
  allowOverrideEnforcePasswordHistory: z.boolean(),
  allowNotVerifiedUsersLogin: z.boolean(),
  forcePermissions: z.boolean(),
  forceSameDeviceOnAuth: z.boolean(),
  allowTenantInvitations: z.boolean(),
  addSamlAttributesToJwt: z.boolean(),
  allowCustomLoginTenantSwitch: z.boolean(),
});

const configuration = fixedShape
  .extend({
    id: z.string(),
    defaultTokenExpiration: z.int().describe('Seconds an access token lives'),
    defaultRefreshTokenExpiration: z.int().describe('Seconds a session lives'),
    publicKey: z.string().describe('PEM of the key that signs tokens now'),
    cookieSameSite: z.enum(sameSiteValues),
  })
  .meta({ id: 'CoreSettings', description: 'Core settings' });

export const configurationRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1',
    config: { access: 'environment' },
    schema: {
      operationId: 'readConfiguration',
      summary: 'Core settings and the public key',
      tags: ['Environment'],
      response: { 200: configuration, ...refusals(400, 401, 403) },
    },
    handler: async (request) => {
      const { environment, publicKey } = await services.environment.configuration(await request.call.actor());
      return {
        ...fixed,
        id: environment.id,
        defaultTokenExpiration: environment.accessTokenLifetimeSeconds,
        defaultRefreshTokenExpiration: environment.refreshTokenLifetimeSeconds,
        publicKey,
        cookieSameSite: environment.cookieSameSite,
      };
    },
  });
