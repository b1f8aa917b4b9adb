import type { RelyingParty, UserVerification } from '../../domain/environment/relying-party.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { enumValues } from '../builder/enum-values.ts';

const WebAuthnUserVerification = builder.enumType('WebAuthnUserVerification', {
  description: 'Whether an authenticator has to know its person, by PIN or fingerprint, besides being touched.',
  values: enumValues<Uppercase<UserVerification>>({
    REQUIRED: 'It has to; others are refused.',
    PREFERRED: 'It does if it can.',
    DISCOURAGED: 'A touch is enough.',
  }),
});

const verificationWords = { required: 'REQUIRED', preferred: 'PREFERRED', discouraged: 'DISCOURAGED' } as const;

const WebAuthnRelyingParty = builder.objectRef<RelyingParty>('WebAuthnRelyingParty').implement({
  description: 'What WebAuthn authenticators are bound to. One that was enrolled under another `rpId` is useless here.',
  fields: (t) => ({
    rpId: t.exposeString('id', { description: 'A domain: credentials work on its pages and on those below it, nowhere else.' }),
    name: t.exposeString('name', { description: 'What browsers show while a credential is made.' }),
    origins: t.exposeStringList('origins', { description: 'The pages that may ask for a credential.' }),
    userVerification: t.field({
      type: WebAuthnUserVerification,
      description: 'What is asked of authenticators.',
      resolve: ({ userVerification }) => verificationWords[userVerification],
    }),
    syncedAsHardware: t.exposeBoolean('syncedAsHardware', {
      description: 'Whether tokens name a synced passkey `hwk` in `amr` beside `swk`, for clients that know no other word.',
    }),
  }),
});

builder.queryField('webAuthnRelyingParty', (t) =>
  t.field({
    type: WebAuthnRelyingParty,
    description: 'Domain, pages and rules of WebAuthn here, as the operator of this server set them.',
    authScopes: { somebody: true },
    resolve: async (_root, _args, context) => context.services.relyingParty.read(await callerOf(context)),
  }),
);
