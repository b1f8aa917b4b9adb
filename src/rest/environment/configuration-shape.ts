import { z } from 'zod';
import type { Environment, MachineAuthStrategy } from '../../domain/environment/environment.ts';
import { sameSiteValues } from '../../domain/environment/environment.ts';

/** Settings of neighboring features, fixed at the documented defaults. SDKs read them, but nothing here depends on them. */
export const fixedSettings = {
  jwtAlgorithm: 'RS256',
  jwtSecret: '',
  rotateRefreshTokens: true,
  refreshTokensRotationLimit: 100,
  addRolesToJwt: true,
  addPermissionsToJwt: true,
  defaultPasswordlessTokenExpiration: 300,
  allowOverridePasswordComplexity: false,
  allowOverridePasswordExpiration: false,
  allowOverrideEnforcePasswordHistory: false,
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

/** The words of Frontegg for the first factors: the password alone, and the password with the e-mail code. */
export const wireAuthStrategies = ['EmailAndPassword', 'Code'] as const;

/** Returns the first factor that a login form shows. */
export const wireAuthStrategyOf = ({ emailCodeLogin }: Pick<Environment, 'emailCodeLogin'>): (typeof wireAuthStrategies)[number] =>
  emailCodeLogin ? 'Code' : 'EmailAndPassword';

/** The words of Frontegg for the kinds of token that portals offer. */
export const wireMachineAuthStrategies = {
  ClientCredentials: 'CLIENT_CREDENTIALS',
  AccessToken: 'ACCESS_TOKEN',
} as const satisfies Record<string, MachineAuthStrategy>;

/** The settings of API tokens, as a client reads them. */
export const encodeTokenSettings = (environment: Pick<Environment, 'apiTokensEnabled' | 'machineToMachineAuthStrategy'>) => ({
  apiTokensEnabled: environment.apiTokensEnabled,
  machineToMachineAuthStrategy: environment.machineToMachineAuthStrategy === 'ACCESS_TOKEN' ? 'AccessToken' : 'ClientCredentials',
});

/** The core settings as a client reads them. */
export const configuration = fixedShape
  .extend({
    id: z.string(),
    defaultTokenExpiration: z.int().describe('How many seconds an access token is valid.'),
    defaultRefreshTokenExpiration: z.int().describe('How many seconds a session lasts.'),
    publicKey: z.string().describe('The key that signs tokens now, as PEM.'),
    cookieSameSite: z.enum(sameSiteValues),
    authStrategy: z.enum(wireAuthStrategies),
  })
  .meta({ id: 'CoreSettings', description: 'The core settings.' });

/** Encodes the core settings. */
export const encodeConfiguration = ({ environment, publicKey }: { environment: Environment; publicKey: string }): z.input<typeof configuration> => ({
  ...fixedSettings,
  id: environment.id,
  defaultTokenExpiration: environment.accessTokenLifetimeSeconds,
  defaultRefreshTokenExpiration: environment.refreshTokenLifetimeSeconds,
  publicKey,
  cookieSameSite: environment.cookieSameSite,
  authStrategy: wireAuthStrategyOf(environment),
  allowSignups: environment.allowSignups,
  allowNotVerifiedUsersLogin: environment.allowNotVerifiedUsersLogin,
  forcePermissions: environment.forcePermissions,
  ...encodeTokenSettings(environment),
});
