import { z } from 'zod';
import type { EnvironmentSettings as Settings } from '../../domain/environment/environment.ts';
import { lifetimeBounds } from '../../domain/environment/environment.ts';
import { environmentErrors } from '../../services/environment/environment.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { enumValues } from '../builder/enum-values.ts';
import { flag, nonNull, wholeNumber } from '../builder/input-rules.ts';
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

const texts = {
  accessToken: 'How many seconds an access token is valid.',
  session: 'How many seconds a session lasts, however often it is refreshed. Existing sessions keep the lifetime they started with.',
  sameSite: 'The `SameSite` attribute of the cookies that REST sets. While `CORS_ORIGINS` is not set, `NONE` has the effect of `LAX`.',
  emailCodeLogin:
    'Whether users can also log in by an e-mail code, with `sendLoginCode` and `logInWithEmailCode`. Login by password always stays possible.',
  allowSignups: 'Whether anybody may sign up, which creates a tenant and its first user.',
  allowNotVerifiedUsersLogin: 'Whether users may log in by password before their address is verified. No code is sent to such an address.',
  forcePermissions: 'Whether portals offer roles and want at least one for each user. It has no other effect.',
  temporaryUsers: 'Whether a membership may be set to end by itself. Those that will end stay as they are.',
  allowEmailChange: 'Whether users may change their own primary e-mail address. An environment token always may.',
  apiTokensEnabled: 'Whether users may have API tokens and access tokens of their own. Tokens of tenants need no switch.',
  machineToMachineAuthStrategy: 'Which kind of token portals offer to programs. Both kinds always work.',
};

const EnvironmentSettings = builder.objectRef<Settings>('EnvironmentSettings').implement({
  description: 'Settings of the environment that can be changed at any time.',
  fields: (t) => ({
    accessTokenLifetimeSeconds: t.exposeInt('accessTokenLifetimeSeconds', { description: texts.accessToken }),
    sessionLifetimeSeconds: t.exposeInt('refreshTokenLifetimeSeconds', { description: texts.session }),
    cookieSameSite: t.expose('cookieSameSite', { type: CookieSameSite, description: texts.sameSite }),
    emailCodeLogin: t.exposeBoolean('emailCodeLogin', { description: texts.emailCodeLogin }),
    allowSignups: t.exposeBoolean('allowSignups', { description: texts.allowSignups }),
    allowNotVerifiedUsersLogin: t.exposeBoolean('allowNotVerifiedUsersLogin', { description: texts.allowNotVerifiedUsersLogin }),
    forcePermissions: t.exposeBoolean('forcePermissions', { description: texts.forcePermissions }),
    temporaryUsers: t.exposeBoolean('temporaryUsers', { description: texts.temporaryUsers }),
    allowEmailChange: t.exposeBoolean('allowEmailChange', { description: texts.allowEmailChange }),
    apiTokensEnabled: t.exposeBoolean('apiTokensEnabled', { description: texts.apiTokensEnabled }),
    machineToMachineAuthStrategy: t.expose('machineToMachineAuthStrategy', {
      type: MachineToMachineAuthStrategy,
      description: texts.machineToMachineAuthStrategy,
    }),
  }),
});

const UpdateEnvironmentSettingsInput = builder.inputType('UpdateEnvironmentSettingsInput', {
  description: 'The settings to change, at least one. Absent settings are unchanged. Null is refused.',
  validate: z.looseObject({
    accessTokenLifetimeSeconds: wholeNumber(minSeconds, maxAccessTokenSeconds).optional(),
    sessionLifetimeSeconds: wholeNumber(minSeconds, maxRefreshTokenSeconds).optional(),
    cookieSameSite: nonNull.optional(),
    emailCodeLogin: flag.optional(),
    allowSignups: flag.optional(),
    allowNotVerifiedUsersLogin: flag.optional(),
    forcePermissions: flag.optional(),
    temporaryUsers: flag.optional(),
    allowEmailChange: flag.optional(),
    apiTokensEnabled: flag.optional(),
    machineToMachineAuthStrategy: nonNull.optional(),
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
    emailCodeLogin: t.boolean({ required: false, description: `${texts.emailCodeLogin} If absent, it is unchanged.` }),
    allowSignups: t.boolean({ required: false, description: `${texts.allowSignups} If absent, it is unchanged.` }),
    allowNotVerifiedUsersLogin: t.boolean({ required: false, description: `${texts.allowNotVerifiedUsersLogin} If absent, it is unchanged.` }),
    forcePermissions: t.boolean({ required: false, description: `${texts.forcePermissions} If absent, it is unchanged.` }),
    temporaryUsers: t.boolean({ required: false, description: `${texts.temporaryUsers} If absent, it is unchanged.` }),
    allowEmailChange: t.boolean({ required: false, description: `${texts.allowEmailChange} If absent, it is unchanged.` }),
    apiTokensEnabled: t.boolean({ required: false, description: `${texts.apiTokensEnabled} If absent, it is unchanged.` }),
    machineToMachineAuthStrategy: t.field({
      type: MachineToMachineAuthStrategy,
      required: false,
      description: `${texts.machineToMachineAuthStrategy} If absent, it is unchanged.`,
    }),
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
      const { accessTokenLifetimeSeconds, sessionLifetimeSeconds, cookieSameSite, emailCodeLogin, temporaryUsers, allowEmailChange, ...signUps } =
        input;
      const { allowSignups, allowNotVerifiedUsersLogin, forcePermissions, apiTokensEnabled, machineToMachineAuthStrategy } = signUps;
      const change: Partial<Settings> = {
        ...(accessTokenLifetimeSeconds == null ? {} : { accessTokenLifetimeSeconds }),
        ...(sessionLifetimeSeconds == null ? {} : { refreshTokenLifetimeSeconds: sessionLifetimeSeconds }),
        ...(cookieSameSite == null ? {} : { cookieSameSite }),
        ...(emailCodeLogin == null ? {} : { emailCodeLogin }),
        ...(allowSignups == null ? {} : { allowSignups }),
        ...(allowNotVerifiedUsersLogin == null ? {} : { allowNotVerifiedUsersLogin }),
        ...(forcePermissions == null ? {} : { forcePermissions }),
        ...(temporaryUsers == null ? {} : { temporaryUsers }),
        ...(allowEmailChange == null ? {} : { allowEmailChange }),
        ...(apiTokensEnabled == null ? {} : { apiTokensEnabled }),
        ...(machineToMachineAuthStrategy == null ? {} : { machineToMachineAuthStrategy }),
      };
      return { settings: await context.services.environment.updateSettings(await callerOf(context), { change }) };
    },
  }),
);
