import { z } from 'zod';
import type { Environment, MachineAuthStrategy } from '../../domain/environment/environment.ts';
import { sameSiteValues } from '../../domain/environment/environment.ts';
import { wireAuthStrategies, wireAuthStrategyOf } from './auth-strategy.ts';

/** Settings that have one value here, which SDKs and portals read. Another value is refused. */
export const fixedSettings = {
  jwtAlgorithm: 'RS256',
  rotateRefreshTokens: true,
  refreshTokensRotationLimit: 100,
  addSamlAttributesToJwt: false,
  allowCustomLoginTenantSwitch: false,
} as const;

/** The words of Frontegg for the kinds of token that portals offer. */
export const wireMachineAuthStrategies = ['ClientCredentials', 'AccessToken'] as const;

/** The kind of token that each of these words names. */
export const machineAuthStrategyOf = {
  ClientCredentials: 'CLIENT_CREDENTIALS',
  AccessToken: 'ACCESS_TOKEN',
} as const satisfies Record<(typeof wireMachineAuthStrategies)[number], MachineAuthStrategy>;

/** The settings of API tokens, as a client reads them. */
export const encodeTokenSettings = (environment: Pick<Environment, 'apiTokensEnabled' | 'machineToMachineAuthStrategy'>) => ({
  apiTokensEnabled: environment.apiTokensEnabled,
  machineToMachineAuthStrategy: environment.machineToMachineAuthStrategy === 'ACCESS_TOKEN' ? 'AccessToken' : 'ClientCredentials',
});

/** The core settings as a client reads them. */
export const configuration = z
  .object({
    id: z.string(),
    defaultTokenExpiration: z.int().describe('How many seconds an access token is valid.'),
    defaultRefreshTokenExpiration: z.int().describe('How many seconds a session lasts.'),
    defaultPasswordlessTokenExpiration: z.int().describe('How many seconds a code or a magic link to log in by is valid.'),
    publicKey: z.string().describe('The key that signs tokens now, as PEM.'),
    jwtAlgorithm: z.string(),
    jwtSecret: z.string().describe('Always empty, because tokens are signed by a key pair.'),
    cookieSameSite: z.enum(sameSiteValues),
    authStrategy: z.enum(wireAuthStrategies),
    machineToMachineAuthStrategy: z.string(),
    rotateRefreshTokens: z.boolean(),
    refreshTokensRotationLimit: z.int(),
    addRolesToJwt: z.boolean(),
    addPermissionsToJwt: z.boolean(),
    allowSignups: z.boolean(),
    allowNotVerifiedUsersLogin: z.boolean(),
    apiTokensEnabled: z.boolean(),
    allowOverridePasswordComplexity: z.boolean(),
    allowOverridePasswordExpiration: z.boolean(),
    allowOverrideEnforcePasswordHistory: z.boolean(),
    forcePermissions: z.boolean(),
    forceSameDeviceOnAuth: z.boolean(),
    allowTenantInvitations: z.boolean(),
    skipTenantValidation: z.boolean().describe('Always false. Only portals read it.'),
    addSamlAttributesToJwt: z.boolean(),
    allowCustomLoginTenantSwitch: z.boolean(),
  })
  .meta({ id: 'CoreSettings', description: 'The core settings.' });

/** Encodes the core settings. */
export const encodeConfiguration = ({ environment, publicKey }: { environment: Environment; publicKey: string }): z.input<typeof configuration> => ({
  ...fixedSettings,
  id: environment.id,
  defaultTokenExpiration: environment.accessTokenLifetimeSeconds,
  defaultRefreshTokenExpiration: environment.refreshTokenLifetimeSeconds,
  defaultPasswordlessTokenExpiration: environment.passwordlessLifetimeSeconds,
  publicKey,
  jwtSecret: '',
  cookieSameSite: environment.cookieSameSite,
  authStrategy: wireAuthStrategyOf[environment.authStrategy],
  addRolesToJwt: environment.addRolesToJwt,
  addPermissionsToJwt: environment.addPermissionsToJwt,
  allowSignups: environment.allowSignups,
  allowTenantInvitations: environment.allowTenantInvitations,
  allowNotVerifiedUsersLogin: environment.allowNotVerifiedUsersLogin,
  forcePermissions: environment.forcePermissions,
  ...encodeTokenSettings(environment),
  forceSameDeviceOnAuth: environment.forceSameDeviceOnAuth,
  skipTenantValidation: false,
  allowOverridePasswordComplexity: environment.allowOverridePasswordComplexity,
  allowOverridePasswordExpiration: environment.allowOverridePasswordExpiration,
  allowOverrideEnforcePasswordHistory: environment.allowOverrideEnforcePasswordHistory,
});
