import { z } from 'zod';
import type { EnvironmentSettings as Settings } from '../../domain/environment/environment.ts';
import { lifetimeBounds } from '../../domain/environment/environment.ts';
import { environmentErrors } from '../../services/environment/environment.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { enumValues } from '../builder/enum-values.ts';
import { flag, nonNull, seconds } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';

const { minSeconds, maxAccessTokenSeconds, maxRefreshTokenSeconds } = lifetimeBounds;

const CookieSameSite = builder.enumType('CookieSameSite', {
  description: 'Which requests of other sites carry the cookies of this server.',
  values: enumValues<Settings['cookieSameSite']>({
    STRICT: 'No request of another site.',
    LAX: 'Only following a link.',
    NONE: 'All; for front ends on a site of their own.',
  }),
});

const texts = {
  accessToken: 'Seconds an access token lives.',
  session: 'Seconds a session lives, however often it is refreshed. Sessions begun before keep the life they had.',
  sameSite: 'The `SameSite` attribute of the cookies REST sets.',
  emailCodeLogin: 'Whether `sendLoginCode` and `logInWithEmailCode` serve, beside the password, which stays.',
};

const EnvironmentSettings = builder.objectRef<Settings>('EnvironmentSettings').implement({
  description: 'What the operator may change of the environment at any time.',
  fields: (t) => ({
    accessTokenLifetimeSeconds: t.exposeInt('accessTokenLifetimeSeconds', { description: texts.accessToken }),
    sessionLifetimeSeconds: t.exposeInt('refreshTokenLifetimeSeconds', { description: texts.session }),
    cookieSameSite: t.expose('cookieSameSite', { type: CookieSameSite, description: texts.sameSite }),
    emailCodeLogin: t.exposeBoolean('emailCodeLogin', { description: texts.emailCodeLogin }),
  }),
});

const UpdateEnvironmentSettingsInput = builder.inputType('UpdateEnvironmentSettingsInput', {
  description: 'Settings to change; absent ones stay as they are, null is refused.',
  validate: z.looseObject({
    accessTokenLifetimeSeconds: seconds(minSeconds, maxAccessTokenSeconds).optional(),
    sessionLifetimeSeconds: seconds(minSeconds, maxRefreshTokenSeconds).optional(),
    cookieSameSite: nonNull.optional(),
    emailCodeLogin: flag.optional(),
  }),
  fields: (t) => ({
    accessTokenLifetimeSeconds: t.int({
      required: false,
      description: `${texts.accessToken} ${minSeconds} to ${maxAccessTokenSeconds}. Absent: unchanged.`,
    }),
    sessionLifetimeSeconds: t.int({
      required: false,
      description: `${texts.session} ${minSeconds} to ${maxRefreshTokenSeconds}. Absent: unchanged.`,
    }),
    cookieSameSite: t.field({ type: CookieSameSite, required: false, description: `${texts.sameSite} Absent: unchanged.` }),
    emailCodeLogin: t.boolean({ required: false, description: `${texts.emailCodeLogin} Absent: unchanged.` }),
  }),
});

const UpdateEnvironmentSettingsSuccess = builder.objectRef<{ settings: Settings }>('UpdateEnvironmentSettingsSuccess').implement({
  description: 'The settings are as asked.',
  fields: (t) => ({
    environmentSettings: t.expose('settings', { type: EnvironmentSettings, description: 'All settings as they are now.' }),
  }),
});

builder.queryField('environmentSettings', (t) =>
  t.field({
    type: EnvironmentSettings,
    description: 'Lives of tokens, cookies, and ways to log in. For the environment token.',
    authScopes: { environment: true },
    resolve: async (_root, _args, context) => (await context.services.environment.configuration(await callerOf(context))).environment,
  }),
);

builder.mutationField('updateEnvironmentSettings', (t) =>
  t.field({
    type: UpdateEnvironmentSettingsSuccess,
    description: 'Changes settings of the whole environment. For the environment token.',
    authScopes: { environment: true },
    errors: resultUnion('What came of `updateEnvironmentSettings`.', environmentErrors.updateSettings),
    args: { input: t.arg({ type: UpdateEnvironmentSettingsInput, description: 'The settings to change.' }) },
    resolve: async (_root, { input }, context) => {
      const { accessTokenLifetimeSeconds, sessionLifetimeSeconds, cookieSameSite, emailCodeLogin } = input;
      const change: Partial<Settings> = {
        ...(accessTokenLifetimeSeconds == null ? {} : { accessTokenLifetimeSeconds }),
        ...(sessionLifetimeSeconds == null ? {} : { refreshTokenLifetimeSeconds: sessionLifetimeSeconds }),
        ...(cookieSameSite == null ? {} : { cookieSameSite }),
        ...(emailCodeLogin == null ? {} : { emailCodeLogin }),
      };
      return { settings: await context.services.environment.updateSettings(await callerOf(context), { change }) };
    },
  }),
);
