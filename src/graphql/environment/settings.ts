import { z } from 'zod';
import type { AuthStrategy as Strategy } from '../../domain/environment/auth-strategy.ts';
import { passwordlessLifetimeBounds } from '../../domain/environment/auth-strategy.ts';
import type { EnvironmentSettings as Settings } from '../../domain/environment/environment.ts';
import { lifetimeBounds } from '../../domain/environment/environment.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { environmentErrors } from '../../services/environment/environment.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { enumValues } from '../builder/enum-values.ts';
import { flag, nonNull, wholeNumber } from '../builder/input-rules.ts';
import { presentFields } from '../builder/present-fields.ts';
import { resultUnion } from '../errors/placement.ts';

const { minSeconds, maxAccessTokenSeconds, maxRefreshTokenSeconds } = lifetimeBounds;

const CookieSameSite = builder.enumType('CookieSameSite', {
  description: 'Which requests from other sites may carry the cookies of this server.',
  values: enumValues<Settings['cookieSameSite']>({
    STRICT: 'No request from another site.',
    LAX: 'Only a person following a link from another site.',
    NONE: 'All requests. Needed if front ends run on another site than this server.',
  }),
});

const MachineToMachineAuthStrategy = builder.enumType('MachineToMachineAuthStrategy', {
  description: 'The kinds of token for programs.',
  values: enumValues<Settings['machineToMachineAuthStrategy']>({
    CLIENT_CREDENTIALS: 'A client id and a secret, which are exchanged for a JWT.',
    ACCESS_TOKEN: 'The JWT itself, which is sent to the servers of the operator.',
  }),
});

const AuthStrategy = builder.enumType('AuthStrategy', {
  description: 'A first factor, as sign-in pages offer it.',
  values: enumValues<Strategy>({
    EMAIL_AND_PASSWORD: 'The password alone.',
    CODE: 'A code sent by e-mail, beside the password: `sendLoginCode` and `logInWithEmailCode`.',
    MAGIC_LINK: 'A link sent by e-mail, beside the password: `sendMagicLink` and `logInWithMagicLink`.',
    SMS_CODE: 'A code sent to the phone of the user, beside the password: `sendLoginSmsCode` and `logInWithSmsCode`.',
    NO_LOCAL_AUTHENTICATION: 'No first factor of this server. Nobody can log in by a password, a code or a link.',
  }),
});

const texts = {
  accessToken: 'How many seconds an access token is valid.',
  session: 'How many seconds a session lasts, however often it is refreshed. Existing sessions keep the lifetime they started with.',
  sameSite: 'The `SameSite` attribute of the cookies that REST sets. While `CORS_ORIGINS` is not set, `NONE` has the effect of `LAX`.',
  authStrategy: 'The first factor that sign-in pages offer. A strategy whose messages this deployment cannot send is refused.',
  emailCodeLogin: 'Whether `authStrategy` is `CODE`.',
  passwordless: 'How many seconds a code or a magic link to log in by is valid.',
  forceSameDeviceOnAuth: 'Whether a magic link works only in the browser that asked for it.',
  addRolesToJwt: 'Whether access tokens state the roles of the user. What the user may do does not depend on it.',
  addPermissionsToJwt: 'Whether access tokens state the permissions of the user. What the user may do does not depend on it.',
  allowSignups: 'Whether anybody may sign up, which creates a tenant and its first user.',
  allowTenantInvitations:
    'Whether links invite people into tenants, which `createInvitation` makes. While this is off, no link is made, and those that exist do not work.',
  allowNotVerifiedUsersLogin: 'Whether users may log in by password before their address is verified. No code is sent to such an address.',
  forcePermissions: 'Whether portals offer roles and want at least one for each user. It has no other effect.',
  temporaryUsers: 'Whether a membership may be set to end by itself. Those that will end stay as they are.',
  allowEmailChange: 'Whether users may change their own primary e-mail address. An environment token always may.',
  apiTokensEnabled: 'Whether users may have API tokens and access tokens of their own. Tokens of tenants need no switch.',
  machineToMachineAuthStrategy: 'Which kind of token portals offer to programs. Both kinds always work.',
  allowOverridePasswordComplexity: 'Whether tenants may have password policies of their own. Without it, stored ones have no effect.',
  allowOverridePasswordExpiration: 'Whether tenants may say themselves when passwords expire. Without it, what they stored has no effect.',
  allowOverrideEnforcePasswordHistory:
    'Whether tenants may say themselves which earlier passwords are refused. Without it, what they stored has no effect.',
  passkeysEnabled: 'Whether users can register passkeys and log in with them. Those that are registered stay while it is off.',
};

const insteadOfFlag = 'Use `authStrategy`. Removed after 2027-11-30.';

/** Returns the strategy that an input asks for, by its name or by the older flag. Undefined if it asks for none. */
function strategyIn({ authStrategy, emailCodeLogin }: { authStrategy?: Strategy | null; emailCodeLogin?: boolean | null }): Strategy | undefined {
  if (emailCodeLogin == null) return authStrategy ?? undefined;
  if (authStrategy == null) return emailCodeLogin ? 'CODE' : 'EMAIL_AND_PASSWORD';
  throw new InvalidInput([{ path: ['emailCodeLogin'], message: 'must not be given together with authStrategy' }]);
}

const EnvironmentSettings = builder.objectRef<Settings>('EnvironmentSettings').implement({
  description: 'Settings of the environment that can be changed at any time.',
  fields: (t) => ({
    accessTokenLifetimeSeconds: t.exposeInt('accessTokenLifetimeSeconds', { description: texts.accessToken }),
    sessionLifetimeSeconds: t.exposeInt('refreshTokenLifetimeSeconds', { description: texts.session }),
    cookieSameSite: t.expose('cookieSameSite', { type: CookieSameSite, description: texts.sameSite }),
    authStrategy: t.expose('authStrategy', { type: AuthStrategy, description: texts.authStrategy }),
    emailCodeLogin: t.boolean({
      description: texts.emailCodeLogin,
      deprecationReason: insteadOfFlag,
      resolve: ({ authStrategy }) => authStrategy === 'CODE',
    }),
    passwordlessLifetimeSeconds: t.exposeInt('passwordlessLifetimeSeconds', { description: texts.passwordless }),
    forceSameDeviceOnAuth: t.exposeBoolean('forceSameDeviceOnAuth', { description: texts.forceSameDeviceOnAuth }),
    addRolesToJwt: t.exposeBoolean('addRolesToJwt', { description: texts.addRolesToJwt }),
    addPermissionsToJwt: t.exposeBoolean('addPermissionsToJwt', { description: texts.addPermissionsToJwt }),
    allowSignups: t.exposeBoolean('allowSignups', { description: texts.allowSignups }),
    allowTenantInvitations: t.exposeBoolean('allowTenantInvitations', { description: texts.allowTenantInvitations }),
    allowNotVerifiedUsersLogin: t.exposeBoolean('allowNotVerifiedUsersLogin', { description: texts.allowNotVerifiedUsersLogin }),
    forcePermissions: t.exposeBoolean('forcePermissions', { description: texts.forcePermissions }),
    temporaryUsers: t.exposeBoolean('temporaryUsers', { description: texts.temporaryUsers }),
    allowEmailChange: t.exposeBoolean('allowEmailChange', { description: texts.allowEmailChange }),
    allowOverridePasswordComplexity: t.exposeBoolean('allowOverridePasswordComplexity', { description: texts.allowOverridePasswordComplexity }),
    allowOverridePasswordExpiration: t.exposeBoolean('allowOverridePasswordExpiration', { description: texts.allowOverridePasswordExpiration }),
    allowOverrideEnforcePasswordHistory: t.exposeBoolean('allowOverrideEnforcePasswordHistory', {
      description: texts.allowOverrideEnforcePasswordHistory,
    }),
    apiTokensEnabled: t.exposeBoolean('apiTokensEnabled', { description: texts.apiTokensEnabled }),
    machineToMachineAuthStrategy: t.expose('machineToMachineAuthStrategy', {
      type: MachineToMachineAuthStrategy,
      description: texts.machineToMachineAuthStrategy,
    }),
    passkeysEnabled: t.exposeBoolean('passkeysEnabled', { description: texts.passkeysEnabled }),
  }),
});

const UpdateEnvironmentSettingsInput = builder.inputType('UpdateEnvironmentSettingsInput', {
  description: 'The settings to change, at least one. Absent settings are unchanged. Null is refused.',
  validate: z.looseObject({
    accessTokenLifetimeSeconds: wholeNumber(minSeconds, maxAccessTokenSeconds).optional(),
    sessionLifetimeSeconds: wholeNumber(minSeconds, maxRefreshTokenSeconds).optional(),
    cookieSameSite: nonNull.optional(),
    authStrategy: nonNull.optional(),
    emailCodeLogin: flag.optional(),
    passwordlessLifetimeSeconds: wholeNumber(passwordlessLifetimeBounds.minSeconds, passwordlessLifetimeBounds.maxSeconds).optional(),
    forceSameDeviceOnAuth: flag.optional(),
    addRolesToJwt: flag.optional(),
    addPermissionsToJwt: flag.optional(),
    allowSignups: flag.optional(),
    allowTenantInvitations: flag.optional(),
    allowNotVerifiedUsersLogin: flag.optional(),
    forcePermissions: flag.optional(),
    temporaryUsers: flag.optional(),
    allowEmailChange: flag.optional(),
    apiTokensEnabled: flag.optional(),
    machineToMachineAuthStrategy: nonNull.optional(),
    allowOverridePasswordComplexity: flag.optional(),
    allowOverridePasswordExpiration: flag.optional(),
    allowOverrideEnforcePasswordHistory: flag.optional(),
    passkeysEnabled: flag.optional(),
  }),
  fields: (t) => ({
    accessTokenLifetimeSeconds: t.int({
      required: false,
      description: `${texts.accessToken} The range is ${minSeconds} to ${maxAccessTokenSeconds}. If absent, it is unchanged.`,
    }),
    sessionLifetimeSeconds: t.int({
      required: false,
      description: `${texts.session} The range is ${minSeconds} to ${maxRefreshTokenSeconds}. If absent, it is unchanged.`,
    }),
    cookieSameSite: t.field({ type: CookieSameSite, required: false, description: `${texts.sameSite} If absent, it is unchanged.` }),
    authStrategy: t.field({ type: AuthStrategy, required: false, description: `${texts.authStrategy} If absent, it is unchanged.` }),
    emailCodeLogin: t.boolean({
      required: false,
      deprecationReason: insteadOfFlag,
      description: 'True sets `authStrategy` to `CODE`, and false to `EMAIL_AND_PASSWORD`. It is refused together with `authStrategy`.',
    }),
    passwordlessLifetimeSeconds: t.int({
      required: false,
      description: `${texts.passwordless} The range is ${passwordlessLifetimeBounds.minSeconds} to ${passwordlessLifetimeBounds.maxSeconds}. If absent, it is unchanged.`,
    }),
    forceSameDeviceOnAuth: t.boolean({ required: false, description: `${texts.forceSameDeviceOnAuth} If absent, it is unchanged.` }),
    addRolesToJwt: t.boolean({ required: false, description: `${texts.addRolesToJwt} If absent, it is unchanged.` }),
    addPermissionsToJwt: t.boolean({ required: false, description: `${texts.addPermissionsToJwt} If absent, it is unchanged.` }),
    allowSignups: t.boolean({ required: false, description: `${texts.allowSignups} If absent, it is unchanged.` }),
    allowTenantInvitations: t.boolean({ required: false, description: `${texts.allowTenantInvitations} If absent, it is unchanged.` }),
    allowNotVerifiedUsersLogin: t.boolean({ required: false, description: `${texts.allowNotVerifiedUsersLogin} If absent, it is unchanged.` }),
    forcePermissions: t.boolean({ required: false, description: `${texts.forcePermissions} If absent, it is unchanged.` }),
    temporaryUsers: t.boolean({ required: false, description: `${texts.temporaryUsers} If absent, it is unchanged.` }),
    allowEmailChange: t.boolean({ required: false, description: `${texts.allowEmailChange} If absent, it is unchanged.` }),
    allowOverridePasswordComplexity: t.boolean({
      required: false,
      description: `${texts.allowOverridePasswordComplexity} If absent, it is unchanged.`,
    }),
    allowOverridePasswordExpiration: t.boolean({
      required: false,
      description: `${texts.allowOverridePasswordExpiration} If absent, it is unchanged.`,
    }),
    allowOverrideEnforcePasswordHistory: t.boolean({
      required: false,
      description: `${texts.allowOverrideEnforcePasswordHistory} If absent, it is unchanged.`,
    }),
    apiTokensEnabled: t.boolean({ required: false, description: `${texts.apiTokensEnabled} If absent, it is unchanged.` }),
    machineToMachineAuthStrategy: t.field({
      type: MachineToMachineAuthStrategy,
      required: false,
      description: `${texts.machineToMachineAuthStrategy} If absent, it is unchanged.`,
    }),
    passkeysEnabled: t.boolean({ required: false, description: `${texts.passkeysEnabled} If absent, it is unchanged.` }),
  }),
});

const UpdateEnvironmentSettingsSuccess = builder.objectRef<{ settings: Settings }>('UpdateEnvironmentSettingsSuccess').implement({
  description: 'The settings were changed.',
  fields: (t) => ({
    environmentSettings: t.expose('settings', { type: EnvironmentSettings, description: 'All settings after the change.' }),
  }),
});

builder.queryField('environmentSettings', (t) =>
  t.field({
    type: EnvironmentSettings,
    description:
      'Lifetimes of tokens and sessions, the cookie attribute, and ways to log in. Requires the environment token, or a user whose roles include `fe.secure.read.securityPolicy`.',
    access: 'readPolicy',
    resolve: async (_root, _args, context) => (await context.services.environment.configuration(await callerOf(context))).environment,
  }),
);

builder.mutationField('updateEnvironmentSettings', (t) =>
  t.field({
    type: UpdateEnvironmentSettingsSuccess,
    description: 'Changes settings of the whole environment. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('updateEnvironmentSettings', environmentErrors.updateSettings),
    args: { input: t.arg({ type: UpdateEnvironmentSettingsInput, description: 'The settings to change.' }) },
    resolve: async (_root, { input }, context) => {
      const { sessionLifetimeSeconds, authStrategy, emailCodeLogin, ...others } = input;
      const change: Partial<Settings> = presentFields({
        ...others,
        refreshTokenLifetimeSeconds: sessionLifetimeSeconds,
        authStrategy: strategyIn({ authStrategy: authStrategy ?? null, emailCodeLogin: emailCodeLogin ?? null }),
      });
      return { settings: await context.services.environment.updateSettings(await callerOf(context), { change }) };
    },
  }),
);
