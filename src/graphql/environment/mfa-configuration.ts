import { z } from 'zod';
import { codeLifetimeBounds, maxCodeLifetimeSeconds, maxSenderNameBytes, maxServiceNameBytes } from '../../domain/bounds.ts';
import type { MfaConfiguration as Configuration } from '../../domain/environment/environment.ts';
import { isIssuer, notAnIssuer } from '../../domain/environment/environment.ts';
import { notAMailbox, readMailbox } from '../../domain/messaging/mailbox.ts';
import { environmentErrors } from '../../services/environment/environment.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { storable, wholeNumber } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';

const activeDescription = 'Stored and returned, without any effect. `setMfaStrategy` is what switches a strategy.';
const lifetimeDescription = `How many seconds a code is valid, at least ${codeLifetimeBounds.minSeconds}. The value is stored as given, but codes are never valid for more than ${maxCodeLifetimeSeconds} seconds.`;

const AuthenticatorAppConfiguration = builder.objectRef<Configuration['authenticatorApp']>('AuthenticatorAppConfiguration').implement({
  description: 'Settings of authenticator apps.',
  fields: (t) => ({
    active: t.exposeBoolean('active', { description: activeDescription }),
    serviceName: t.exposeString('serviceName', {
      description: 'The name of the issuer that authenticator apps show. If it is empty, they show the name of the environment.',
    }),
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
    sender: t.exposeString('sender', { description: 'The sender of messages. If it is empty, the server uses its own sender.' }),
  }),
});

const MfaConfiguration = builder.objectRef<Configuration>('MfaConfiguration').implement({
  description:
    'Settings of the strategies: the name that authenticator apps show, the sender of messages, and how long codes are valid. They apply to the whole environment.',
  fields: (t) => ({
    authenticatorApp: t.expose('authenticatorApp', { type: AuthenticatorAppConfiguration, description: 'Settings of authenticator apps.' }),
    sms: t.expose('sms', { type: SmsConfiguration, description: 'Settings of codes by text message.' }),
    email: t.expose('email', { type: EmailConfiguration, description: 'Settings of codes by e-mail.' }),
  }),
});

const lifetime = wholeNumber(codeLifetimeBounds.minSeconds, codeLifetimeBounds.maxSeconds);
/** A text that may be empty, which stands for the default of the server. */
const orEmpty = (accepts: (text: string) => boolean, message: string) => storable.refine((value) => value === '' || accepts(value), message);

const AuthenticatorAppConfigurationInput = builder.inputType('AuthenticatorAppConfigurationInput', {
  description: 'New settings of authenticator apps. They replace all of the old ones.',
  fields: (t) => ({
    active: t.boolean({ description: activeDescription }),
    serviceName: t.string({
      description: `The name of the issuer that authenticator apps show, at most ${maxServiceNameBytes} bytes in UTF-8. Apps show a blank for a colon in it. If it is empty, they show the name of the environment.`,
      validate: orEmpty(isIssuer, notAnIssuer),
    }),
  }),
});

const SmsConfigurationInput = builder.inputType('SmsConfigurationInput', {
  description: 'New settings of codes by text message. They replace all of the old ones.',
  fields: (t) => ({
    active: t.boolean({ description: activeDescription }),
    tokenLifetimeSeconds: t.int({ description: lifetimeDescription, validate: lifetime }),
  }),
});

const EmailConfigurationInput = builder.inputType('EmailConfigurationInput', {
  description: 'New settings of codes by e-mail. They replace all of the old ones.',
  fields: (t) => ({
    active: t.boolean({ description: activeDescription }),
    tokenLifetimeSeconds: t.int({ description: lifetimeDescription, validate: lifetime }),
    sender: t.string({
      description: `The sender of messages: an e-mail address, or a name of at most ${maxSenderNameBytes} bytes and an address such as \`Acme Support <support@acme.example>\`. If it is empty, the server uses its own sender.`,
      validate: orEmpty((value) => readMailbox(value) !== null, notAMailbox),
    }),
  }),
});

const fullInput = z.looseObject({}, { error: 'must not be null' }).optional();

const SetMfaConfigurationInput = builder.inputType('SetMfaConfigurationInput', {
  description: 'The groups of settings to replace. Absent groups are unchanged. Null is refused.',
  validate: z.looseObject({ authenticatorApp: fullInput, sms: fullInput, email: fullInput }),
  fields: (t) => ({
    authenticatorApp: t.field({ type: AuthenticatorAppConfigurationInput, required: false, description: 'Settings of authenticator apps.' }),
    sms: t.field({ type: SmsConfigurationInput, required: false, description: 'Settings of codes by text message.' }),
    email: t.field({ type: EmailConfigurationInput, required: false, description: 'Settings of codes by e-mail.' }),
  }),
});

const SetMfaConfigurationSuccess = builder.objectRef<{ configuration: Configuration }>('SetMfaConfigurationSuccess').implement({
  description: 'The settings were changed.',
  fields: (t) => ({ mfaConfiguration: t.expose('configuration', { type: MfaConfiguration, description: 'All settings after the change.' }) }),
});

builder.queryField('mfaConfiguration', (t) =>
  t.field({
    type: MfaConfiguration,
    description: 'The settings of the strategies. Requires the environment token.',
    access: 'environment',
    resolve: async (_root, _args, context) => context.services.environment.mfaConfiguration(await callerOf(context)),
  }),
);

builder.mutationField('setMfaConfiguration', (t) =>
  t.field({
    type: SetMfaConfigurationSuccess,
    description: 'Changes the settings of the strategies, for the whole environment. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('setMfaConfiguration', environmentErrors.setMfaConfiguration, 'INVALID_INPUT'),
    args: { input: t.arg({ type: SetMfaConfigurationInput, description: 'The groups of settings to replace.' }) },
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
