import { z } from 'zod';
import type { Environment } from '../../domain/environment/environment.ts';
import { sameSiteValues } from '../../domain/environment/environment.ts';

/** Settings of neighboring features, fixed at the documented defaults: SDKs read them, nothing here depends on them. */
export const fixedSettings = {
  jwtAlgorithm: 'RS256',
  jwtSecret: '',
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

/** Frontegg's names of the first factors: the password, which always serves, and the e-mail code, which may be switched on. */
export const wireAuthStrategies = ['EmailAndPassword', 'Code'] as const;

/** Answers the first factor that a login form shows first. */
export const wireAuthStrategyOf = ({ emailCodeLogin }: Pick<Environment, 'emailCodeLogin'>): (typeof wireAuthStrategies)[number] =>
  emailCodeLogin ? 'Code' : 'EmailAndPassword';

export const configuration = fixedShape
  .extend({
    id: z.string(),
    defaultTokenExpiration: z.int().describe('Seconds an access token lives'),
    defaultRefreshTokenExpiration: z.int().describe('Seconds a session lives'),
    publicKey: z.string().describe('PEM of the key that signs tokens now'),
    cookieSameSite: z.enum(sameSiteValues),
    authStrategy: z.enum(wireAuthStrategies),
  })
  .meta({ id: 'CoreSettings', description: 'Core settings' });

export const encodeConfiguration = ({ environment, publicKey }: { environment: Environment; publicKey: string }): z.input<typeof configuration> => ({
  ...fixedSettings,
  id: environment.id,
  defaultTokenExpiration: environment.accessTokenLifetimeSeconds,
  defaultRefreshTokenExpiration: environment.refreshTokenLifetimeSeconds,
  publicKey,
  cookieSameSite: environment.cookieSameSite,
  authStrategy: wireAuthStrategyOf(environment),
});
