import { z } from 'zod';
import type { MailStrategy, MailStrategyName, StrategyMail } from '../../domain/environment/mail-strategy.ts';
import { codeLifetimeBounds, defaultMailStrategy } from '../../domain/environment/mail-strategy.ts';
import { mailStrategyErrors } from '../../services/account/mail-strategies.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { enumValues } from '../builder/enum-values.ts';
import { nonNull, wholeNumber } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';

const { minSeconds, maxSeconds } = codeLifetimeBounds;

const ActivationMail = builder.enumType('ActivationMail', {
  description: 'A mail that leads somebody into an account or a tenant.',
  values: enumValues<StrategyMail>({
    ACTIVATION: 'The mail that activates a new account.',
    INVITATION: 'The mail that invites an existing user into a tenant.',
  }),
});

const ActivationStrategyName = builder.enumType('ActivationStrategyName', {
  description: 'What a mail asks for.',
  values: enumValues<MailStrategyName>({
    LINK: 'To follow its link.',
    CODE: 'To bring the token of its link and the code that is in the mail as well.',
  }),
});

const ActivationStrategy = builder.objectRef<MailStrategy>('ActivationStrategy').implement({
  description: 'What one kind of mail asks for.',
  fields: (t) => ({
    strategy: t.expose('strategy', { type: ActivationStrategyName, description: 'The strategy.' }),
    codeLifetimeSeconds: t.exposeInt('codeLifetimeSeconds', { description: 'How many seconds a mail with a code works.' }),
  }),
});

const ActivationStrategies = builder.objectRef<Record<StrategyMail, MailStrategy>>('ActivationStrategies').implement({
  description: 'What each kind of mail asks for that leads somebody into an account or a tenant.',
  fields: (t) => ({
    activation: t.expose('ACTIVATION', { type: ActivationStrategy, description: 'Of the mail that activates a new account.' }),
    invitation: t.expose('INVITATION', { type: ActivationStrategy, description: 'Of the mail that invites an existing user.' }),
  }),
});

const SetActivationStrategyInput = builder.inputType('SetActivationStrategyInput', {
  description: 'The kind of mail, and what it asks for. Null is refused for every field.',
  validate: z.looseObject({ strategy: nonNull.optional(), codeLifetimeSeconds: wholeNumber(minSeconds, maxSeconds).optional() }),
  fields: (t) => ({
    mail: t.field({ type: ActivationMail, description: 'The kind of mail.' }),
    strategy: t.field({ type: ActivationStrategyName, required: false, description: 'The strategy. If absent, it is unchanged.' }),
    codeLifetimeSeconds: t.int({
      required: false,
      description: `How many seconds a mail with a code works, ${minSeconds} to ${maxSeconds}; ${defaultMailStrategy.codeLifetimeSeconds} in a new environment. If absent, it is unchanged.`,
    }),
  }),
});

const SetActivationStrategySuccess = builder.objectRef<{ activationStrategy: MailStrategy }>('SetActivationStrategySuccess').implement({
  description: 'Mails of this kind ask for this from now on. Those that were sent keep what they asked for.',
  fields: (t) => ({
    activationStrategy: t.expose('activationStrategy', { type: ActivationStrategy, description: 'The strategy after the change.' }),
  }),
});

builder.queryField('activationStrategies', (t) =>
  t.field({
    type: ActivationStrategies,
    description: 'What mails ask for that activate accounts and invite users. Requires the environment token.',
    access: 'environment',
    resolve: async (_root, _args, context) => context.services.mailStrategies.all(await callerOf(context)),
  }),
);

builder.mutationField('setActivationStrategy', (t) =>
  t.field({
    type: SetActivationStrategySuccess,
    description: 'Sets what mails ask for that activate accounts, or that invite users. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('setActivationStrategy', mailStrategyErrors.set),
    args: { input: t.arg({ type: SetActivationStrategyInput, description: 'The kind of mail, and what it asks for.' }) },
    resolve: async (_root, { input: { mail, strategy, codeLifetimeSeconds } }, context) => ({
      activationStrategy: await context.services.mailStrategies.set(await callerOf(context), {
        mail,
        change: { ...(strategy == null ? {} : { strategy }), ...(codeLifetimeSeconds == null ? {} : { codeLifetimeSeconds }) },
      }),
    }),
  }),
);
