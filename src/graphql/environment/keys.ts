import { z } from 'zod';
import { signsAfterBounds } from '../../domain/environment/environment.ts';
import { keyErrors } from '../../services/environment/keys.ts';
import type { MasterKeyState } from '../../services/environment/reseal.ts';
import type { SigningKeyState } from '../../services/environment/signing-keys.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { enumValues } from '../builder/enum-values.ts';
import { wholeNumber } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';

const { minSeconds, maxSeconds } = signsAfterBounds;

const SigningKeyStatus = builder.enumType('SigningKeyStatus', {
  description: 'What a signing key is used for at the moment.',
  values: enumValues<SigningKeyState['state']>({
    NEXT: 'It is published and will sign from `activeAt` on.',
    CURRENT: 'It signs new tokens.',
    PREVIOUS: 'It signs no longer, and is published while tokens that it signed may be valid.',
  }),
});

const SigningKey = builder.objectRef<SigningKeyState>('SigningKey').implement({
  description: 'A key that signs tokens. Its public half is in the key set of `/.well-known/jwks.json`.',
  fields: (t) => ({
    keyId: t.exposeString('id', { description: 'The `kid` in the header of its tokens (RFC 7638).' }),
    status: t.expose('state', { type: SigningKeyStatus, description: 'What the key is used for now.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the key was made and published.' }),
    activeAt: t.expose('signsFrom', { type: 'DateTime', description: 'When the key begins to sign.' }),
    publishedUntil: t.expose('publishedUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'When the key is withdrawn, because no token that it signed can be valid any more. Null while no other key is to follow it.',
    }),
  }),
});

const MasterKeyStatus = builder.enumType('MasterKeyStatus', {
  description: 'What a master key is used for.',
  values: enumValues<MasterKeyState['state']>({
    CURRENT: 'It seals new values.',
    OLD: 'It is set and opens values that it sealed.',
    RETAINED: 'It is not set any more. What checks the digests and passwords of its time is kept, sealed with the current key.',
    MISSING: 'It is neither set nor retained, so what it sealed or made cannot be used.',
  }),
});

const MasterKey = builder.objectRef<MasterKeyState>('MasterKey').implement({
  description: 'A master key that is set or in use, by its id. The key itself is never shown.',
  fields: (t) => ({
    keyId: t.exposeString('id', { description: 'Eight hexadecimal characters, which tell nothing about the key.' }),
    status: t.expose('state', { type: MasterKeyStatus, description: 'What the key is used for now.' }),
    sealedValues: t.exposeInt('sealedValues', { description: 'How many stored values are sealed with it. For old keys this falls to 0.' }),
    digests: t.exposeInt('digests', { description: 'How many passwords, codes and secrets are checked with it.' }),
    removable: t.exposeBoolean('removable', {
      description: 'Whether it can be removed from `SALLYPORT_KEYS`. Every instance must have the current key first by then.',
    }),
  }),
});

const RotateSigningKeyInput = builder.inputType('RotateSigningKeyInput', {
  description: 'When the new key begins to sign.',
  validate: z.looseObject({ signsAfterSeconds: wholeNumber(minSeconds, maxSeconds).nullish() }),
  fields: (t) => ({
    signsAfterSeconds: t.int({
      required: false,
      description: `How many seconds the new key is published before it signs, ${minSeconds} to ${maxSeconds}. Choose more than clients keep the key set. The default is ${minSeconds}.`,
    }),
  }),
});

const RotateSigningKeySuccess = builder.objectRef<{ keys: readonly SigningKeyState[] }>('RotateSigningKeySuccess').implement({
  description: 'A new signing key is published.',
  fields: (t) => ({ signingKeys: t.expose('keys', { type: [SigningKey], description: 'All published keys, the one that signs last first.' }) }),
});

builder.queryField('signingKeys', (t) =>
  t.field({
    type: [SigningKey],
    description: 'The published signing keys, the one that signs last first. Requires the environment token.',
    access: 'environment',
    resolve: async (_root, _args, context) => context.services.keys.signingKeys(await callerOf(context)),
  }),
);

builder.queryField('masterKeys', (t) =>
  t.field({
    type: [MasterKey],
    description:
      'The master keys that are set or in use, and how much still needs each of them. After a new key was put in front, this shows how far the server has come with sealing everything with it. Requires the environment token.',
    access: 'environment',
    resolve: async (_root, _args, context) => context.services.keys.masterKeys(await callerOf(context)),
  }),
);

builder.mutationField('rotateSigningKey', (t) =>
  t.field({
    type: RotateSigningKeySuccess,
    description:
      'Makes the next signing key. It is published at once and signs later; the key before it stays published for the longest life of a token. While a key waits to sign, nothing changes. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('rotateSigningKey', keyErrors.rotateSigningKey, 'INVALID_INPUT'),
    args: { input: t.arg({ type: RotateSigningKeyInput, description: 'When the new key begins to sign.' }) },
    resolve: async (_root, { input }, context) => ({
      keys: await context.services.keys.rotateSigningKey(await callerOf(context), { signsAfterSeconds: input.signsAfterSeconds ?? null }),
    }),
  }),
);
