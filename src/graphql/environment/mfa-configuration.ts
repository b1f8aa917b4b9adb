import { z } from 'zod';
import type { MfaConfiguration as Configuration } from '../../domain/environment/environment.ts';
import { environmentErrors } from '../../services/environment/environment.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { seconds } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';

const activeDescription = 'Stored and returned; it switches nothing. `setMfaStrategy` does.';
const lifetimeDescription = 'Seconds a code is valid, at least 300. Stored as given; codes never live longer than 600.';

const AuthenticatorAppConfiguration = builder.objectRef<Configuration['authenticatorApp']>('AuthenticatorAppConfiguration').implement({
  description: 'Settings of the authenticator app.',
  fields: (t) => ({
    active: t.exposeBoolean('active', { description: activeDescription }),
    serviceName: t.exposeString('serviceName', { description: 'The issuer apps show. Where it is empty they show the name of the environment.' }),
  }),
});

const SmsConfiguration = builder.objectRef<Configuration['sms']>('SmsConfiguration').implement({
  description: 'Settings of codes by text message.',
  fields: (t) => ({
    active: t.exposeBoolean('active', { description: activeDescription }),
    tokenLifetimeSeconds: t.exposeInt('tokenLifetimeSeconds', { description: lifetimeDescription }),
  }),
});

const EmailConfiguration = builder.objectRef<Configuration['email']>('EmailConfiguration').implement({
  description: 'Settings of codes by e-mail.',
  fields: (t) => ({
    active: t.exposeBoolean('active', { description: activeDescription }),
    tokenLifetimeSeconds: t.exposeInt('tokenLifetimeSeconds', { description: lifetimeDescription }),
    sender: t.exposeString('sender', { description: 'Address messages come from. Where it is empty the server has one of its own.' }),
  }),
});

const MfaConfiguration = builder.objectRef<Configuration>('MfaConfiguration').implement({
  description: 'Names and code lives of the strategies, for the whole environment.',
  fields: (t) => ({
    authenticatorApp: t.expose('authenticatorApp', { type: AuthenticatorAppConfiguration, description: 'For the authenticator app.' }),
    sms: t.expose('sms', { type: SmsConfiguration, description: 'For codes by text message.' }),
    email: t.expose('email', { type: EmailConfiguration, description: 'For codes by e-mail.' }),
  }),
});

const lifetime = seconds(300);
const textUpTo = (maxCharacters: number) => z.string().max(maxCharacters, `must have at most ${maxCharacters} characters`);

const AuthenticatorAppConfigurationInput = builder.inputType('AuthenticatorAppConfigurationInput', {
  description: 'Replaces the settings of the authenticator app.',
  fields: (t) => ({
    active: t.boolean({ description: activeDescription }),
    serviceName: t.string({
      description: 'The issuer apps show, at most 100 characters; empty for the name of the environment.',
      validate: textUpTo(100),
    }),
  }),
});

const SmsConfigurationInput = builder.inputType('SmsConfigurationInput', {
  description: 'Replaces the settings of codes by text message.',
  fields: (t) => ({
    active: t.boolean({ description: activeDescription }),
    tokenLifetimeSeconds: t.int({ description: lifetimeDescription, validate: lifetime }),
  }),
});

const EmailConfigurationInput = builder.inputType('EmailConfigurationInput', {
  description: 'Replaces the settings of codes by e-mail.',
  fields: (t) => ({
    active: t.boolean({ description: activeDescription }),
    tokenLifetimeSeconds: t.int({ description: lifetimeDescription, validate: lifetime }),
    sender: t.string({ description: 'Address messages come from, at most 254 characters; empty for that of the server.', validate: textUpTo(254) }),
  }),
});

const fullInput = z.looseObject({}, { error: 'must not be null' }).optional();

const SetMfaConfigurationInput = builder.inputType('SetMfaConfigurationInput', {
  description: 'Objects to replace; absent ones stay as they are, null is refused.',
  validate: z.looseObject({ authenticatorApp: fullInput, sms: fullInput, email: fullInput }),
  fields: (t) => ({
    authenticatorApp: t.field({ type: AuthenticatorAppConfigurationInput, required: false, description: 'For the authenticator app.' }),
    sms: t.field({ type: SmsConfigurationInput, required: false, description: 'For codes by text message.' }),
    email: t.field({ type: EmailConfigurationInput, required: false, description: 'For codes by e-mail.' }),
  }),
});

const SetMfaConfigurationSuccess = builder.objectRef<{ configuration: Configuration }>('SetMfaConfigurationSuccess').implement({
  description: 'The settings are as asked.',
  fields: (t) => ({ mfaConfiguration: t.expose('configuration', { type: MfaConfiguration, description: 'All settings as they are now.' }) }),
});

builder.queryField('mfaConfiguration', (t) =>
  t.field({
    type: MfaConfiguration,
    description: 'Names and code lives of the strategies. For the environment token.',
    authScopes: { environment: true },
    resolve: async (_root, _args, context) => context.services.environment.mfaConfiguration(await callerOf(context)),
  }),
);

builder.mutationField('setMfaConfiguration', (t) =>
  t.field({
    type: SetMfaConfigurationSuccess,
    description: 'Changes names and code lives of the strategies, for the whole environment.',
    authScopes: { environment: true },
    errors: resultUnion('What came of `setMfaConfiguration`.', environmentErrors.setMfaConfiguration, 'INVALID_INPUT'),
    args: { input: t.arg({ type: SetMfaConfigurationInput, description: 'The objects to replace.' }) },
    resolve: async (_root, { input: { authenticatorApp, sms, email } }, context) => {
      const change = {
        ...(authenticatorApp == null ? {} : { authenticatorApp }),
        ...(sms == null ? {} : { sms }),
        ...(email == null ? {} : { email }),
      };
      return { configuration: await context.services.environment.setMfaConfiguration(await callerOf(context), { change }) };
    },
  }),
);
