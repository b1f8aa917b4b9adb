import type { RelyingParty, UserVerification } from '../../domain/environment/relying-party.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { enumValues } from '../builder/enum-values.ts';

const WebAuthnUserVerification = builder.enumType('WebAuthnUserVerification', {
  description: 'Whether an authenticator must verify the person by PIN or fingerprint, in addition to the touch that is always needed.',
  values: enumValues<Uppercase<UserVerification>>({
    REQUIRED: 'The authenticator must verify the person. One that cannot is refused.',
    PREFERRED: 'The authenticator verifies the person if it can.',
    DISCOURAGED: 'The authenticator need not verify the person.',
  }),
});

const verificationWords = { required: 'REQUIRED', preferred: 'PREFERRED', discouraged: 'DISCOURAGED' } as const;

const WebAuthnRelyingParty = builder.objectRef<RelyingParty>('WebAuthnRelyingParty').implement({
  description:
    'The relying party that WebAuthn authenticators are enrolled with. An authenticator that was enrolled under another `rpId` does not work here.',
  fields: (t) => ({
    rpId: t.exposeString('id', { description: 'The domain of the relying party. Authenticators work on this domain and its subdomains only.' }),
    name: t.exposeString('name', { description: 'The name that browsers show during enrollment.' }),
    origins: t.exposeStringList('origins', { description: 'The origins whose pages may use WebAuthn with this server.' }),
    userVerification: t.field({
      type: WebAuthnUserVerification,
      description: 'Whether authenticators must verify the person.',
      resolve: ({ userVerification }) => verificationWords[userVerification],
    }),
    syncedAsHardware: t.exposeBoolean('syncedAsHardware', {
      description: 'Whether the claim `amr` names a synced passkey `hwk` in addition to `swk`, for clients that know only `hwk`.',
    }),
  }),
});

builder.queryField('webAuthnRelyingParty', (t) =>
  t.field({
    type: WebAuthnRelyingParty,
    description: 'The WebAuthn settings of this server, as its operator configured them.',
    access: 'somebody',
    resolve: async (_root, _args, context) => context.services.relyingParty.read(await callerOf(context)),
  }),
);
