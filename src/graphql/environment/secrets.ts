import { z } from 'zod';
import { leastSecretCharacters, mostSecrets } from '../../domain/environment/environment.ts';
import type { AddedSecret, ListedSecret } from '../../services/environment/secrets.ts';
import { secretErrors } from '../../services/environment/secrets.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id, secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';

const EnvironmentSecret = builder.objectRef<ListedSecret>('EnvironmentSecret').implement({
  description: 'A valid client secret of the environment. The secret itself is never shown again.',
  fields: (t) => ({
    secretId: t.exposeString('id', { description: 'Names the secret in lists and when it is retired. It tells nothing about the secret.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the secret became valid.' }),
  }),
});

const AddEnvironmentSecretInput = builder.inputType('AddEnvironmentSecretInput', {
  description: 'The secret to add.',
  validate: z.looseObject({ newSecret: secret.nullish() }),
  fields: (t) => ({
    newSecret: t.string({
      required: false,
      description: `The secret, at least ${leastSecretCharacters} characters. If absent, a secret is generated and shown once.`,
    }),
  }),
});

const AddEnvironmentSecretSuccess = builder.objectRef<AddedSecret>('AddEnvironmentSecretSuccess').implement({
  description: 'A further secret is valid.',
  fields: (t) => ({
    generatedSecret: t.exposeString('secret', {
      nullable: true,
      description: 'The generated secret, which is shown only in this answer. Null if the caller chose the secret.',
    }),
    environmentSecrets: t.expose('secrets', { type: [EnvironmentSecret], description: 'The valid secrets, newest first.' }),
  }),
});

const RetireEnvironmentSecretInput = builder.inputType('RetireEnvironmentSecretInput', {
  description: 'The secret to retire.',
  validate: z.looseObject({ secretId: id }),
  fields: (t) => ({ secretId: t.string({ description: 'The id of a valid secret that is not the only one.' }) }),
});

const RetireEnvironmentSecretSuccess = builder.objectRef<{ secrets: ListedSecret[] }>('RetireEnvironmentSecretSuccess').implement({
  description: 'The secret is no longer valid.',
  fields: (t) => ({ environmentSecrets: t.expose('secrets', { type: [EnvironmentSecret], description: 'The secrets that are still valid.' }) }),
});

builder.queryField('environmentSecrets', (t) =>
  t.field({
    type: [EnvironmentSecret],
    description: 'The valid client secrets of the environment, newest first, by their ids and dates. Requires the environment token.',
    access: 'environment',
    resolve: async (_root, _args, context) => context.services.environmentSecrets.secrets(await callerOf(context)),
  }),
);

builder.mutationField('addEnvironmentSecret', (t) =>
  t.field({
    type: AddEnvironmentSecretSuccess,
    description: `Makes a further client secret valid, so that every client can change to it before the old one is retired. At most ${mostSecrets} are valid at a time. Requires the environment token.`,
    access: 'environment',
    errors: resultUnion('addEnvironmentSecret', secretErrors.addSecret),
    args: { input: t.arg({ type: AddEnvironmentSecretInput, description: 'The secret to add.' }) },
    resolve: async (_root, { input }, context) =>
      context.services.environmentSecrets.addSecret(await callerOf(context), { newSecret: input.newSecret ?? null }),
  }),
);

builder.mutationField('retireEnvironmentSecret', (t) =>
  t.field({
    type: RetireEnvironmentSecretSuccess,
    description:
      'Ends the validity of a client secret. Environment tokens that were issued for it work until they expire. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('retireEnvironmentSecret', secretErrors.retireSecret),
    args: { input: t.arg({ type: RetireEnvironmentSecretInput, description: 'The secret to retire.' }) },
    resolve: async (_root, { input }, context) => ({
      secrets: await context.services.environmentSecrets.retireSecret(await callerOf(context), { secretId: input.secretId }),
    }),
  }),
);
