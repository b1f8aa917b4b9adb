import { z } from 'zod';
import type { CaptchaPolicy as Policy } from '../../domain/environment/captcha-policy.ts';
import { captchaBounds } from '../../domain/environment/captcha-policy.ts';
import { captchaPolicyErrors } from '../../services/environment/captcha-policy.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { email, flag, text } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';

type Shown = Omit<Policy, 'secretKey'>;

const CaptchaPolicy = builder.objectRef<Shown>('CaptchaPolicy').implement({
  description:
    'The captcha policy. Where it is switched on, a captcha stands before every first factor, before a sign-up, and before a message to somebody who is not signed in, and never before a second factor. Its secret is never shown here.',
  fields: (t) => ({
    enabled: t.exposeBoolean('enabled', { description: 'Whether a captcha is asked for.' }),
    siteKey: t.exposeString('siteKey', { description: 'The key that pages show to the provider.' }),
    minScore: t.exposeFloat('minScore', {
      description: 'The least score that counts as a person, 0 to 1. It says nothing where the provider gives no score.',
    }),
    ignoredEmails: t.field({
      type: ['EmailAddress'],
      description: 'Addresses that are never asked.',
      resolve: ({ ignoredEmails }) => [...ignoredEmails],
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the policy was first set.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the policy was last set.' }),
  }),
});

const SetCaptchaPolicyInput = builder.inputType('SetCaptchaPolicyInput', {
  description: 'The whole policy.',
  validate: z.looseObject({
    enabled: flag,
    siteKey: text(captchaBounds.keyCharacters),
    secretKey: text(captchaBounds.keyCharacters),
    minScore: z.number().min(0, 'must not be less than 0').max(1, 'must not be greater than 1'),
    ignoredEmails: z.array(email).max(captchaBounds.ignoredEmails, `must have at most ${captchaBounds.ignoredEmails} entries`),
  }),
  fields: (t) => ({
    enabled: t.boolean({ description: 'Whether a captcha is asked for. True is refused where the server has no `CAPTCHA_VERIFY_URL`.' }),
    siteKey: t.string({ description: 'The key that pages show to the provider.' }),
    secretKey: t.string({ description: 'The key by which a server asks the provider. It is sealed.' }),
    minScore: t.float({ description: 'The least score that counts as a person, 0 to 1. It says nothing where the provider gives no score.' }),
    ignoredEmails: t.field({ type: ['EmailAddress'], description: `Addresses that are never asked, at most ${captchaBounds.ignoredEmails}.` }),
  }),
});

const SetCaptchaPolicySuccess = builder.objectRef<{ captchaPolicy: Shown }>('SetCaptchaPolicySuccess').implement({
  description: 'The policy was stored.',
  fields: (t) => ({ captchaPolicy: t.expose('captchaPolicy', { type: CaptchaPolicy, description: 'The policy.' }) }),
});

const PublicCaptchaPolicy = builder.objectRef<Pick<Policy, 'siteKey' | 'enabled'>>('PublicCaptchaPolicy').implement({
  description: 'What a form needs to ask for a captcha.',
  fields: (t) => ({
    enabled: t.exposeBoolean('enabled', { description: 'Whether a captcha is asked for.' }),
    siteKey: t.exposeString('siteKey', { description: 'The key that the form shows to the provider.' }),
  }),
});

builder.queryField('publicCaptchaPolicy', (t) =>
  t.field({
    type: PublicCaptchaPolicy,
    nullable: true,
    description: 'Whether a captcha is asked for, and the key to ask by. Null if no policy was set. Anybody may read it.',
    access: 'public',
    resolve: (_root, _args, { call, services }) => services.captchaPolicy.forForms(call.stranger),
  }),
);

builder.queryField('captchaPolicy', (t) =>
  t.field({
    type: CaptchaPolicy,
    nullable: true,
    description: 'The captcha policy. Null if none was set. Requires the environment token.',
    access: 'environment',
    resolve: async (_root, _args, context) => context.services.captchaPolicy.withoutSecret(await callerOf(context)),
  }),
);

builder.mutationField('setCaptchaPolicy', (t) =>
  t.field({
    type: SetCaptchaPolicySuccess,
    description: 'Stores the captcha policy. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('setCaptchaPolicy', captchaPolicyErrors.upsert),
    args: { input: t.arg({ type: SetCaptchaPolicyInput, description: 'The policy.' }) },
    resolve: async (_root, { input }, context) => ({ captchaPolicy: await context.services.captchaPolicy.upsert(await callerOf(context), input) }),
  }),
);
