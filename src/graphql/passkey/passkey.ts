import { z } from 'zod';
import { maxAuthenticatorNameCharacters } from '../../domain/bounds.ts';
import type { PublicPasskey } from '../../domain/passkey/passkey.ts';
import { recentFactorSeconds } from '../../domain/session/session.ts';
import { passkeyErrors } from '../../services/passkey/passkeys.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { enumValues } from '../builder/enum-values.ts';
import { idOf, name } from '../builder/input-rules.ts';
import { loadNodes } from '../builder/loaders.ts';
import { globalId } from '../builder/node-ids.ts';
import { Passkey } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';

/** The enum of where the authenticator of a passkey is. */
export const PasskeyDeviceType = builder.enumType('PasskeyDeviceType', {
  description: 'Where the authenticator of a passkey is.',
  values: enumValues<PublicPasskey['deviceType']>({
    PLATFORM: 'Built into a device, such as a telephone.',
    CROSS_PLATFORM: 'Carried from device to device, such as a security key.',
  }),
});

builder.node(Passkey, {
  name: 'Passkey',
  description:
    'A WebAuthn credential by which a user logs in instead of by a password. A user sees own ones, and the environment token those of the users it sees.',
  access: 'somebody',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().passkeysById, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST uses. Mutations take it as `passkeyId`, and the global id as well.' }),
    name: t.exposeString('name', { description: 'A text by which the person recognizes the passkey.' }),
    deviceType: t.expose('deviceType', {
      type: PasskeyDeviceType,
      description: 'Where its authenticator is, as the client said at the registration or else the browser reported. Nothing depends on it.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the passkey was registered.' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'When the passkey last logged in. Null if it never did.' }),
  }),
});

const RenamePasskeyInput = builder.inputType('RenamePasskeyInput', {
  description: 'The passkey and its new name.',
  validate: z.looseObject({ passkeyId: idOf('Passkey'), name: name(maxAuthenticatorNameCharacters) }),
  fields: (t) => ({
    passkeyId: t.id({ description: 'The global id or `restId` of a passkey of the user.' }),
    name: t.string({ description: `The new name, 1 to ${maxAuthenticatorNameCharacters} characters. Spaces at its ends are kept.` }),
  }),
});

const RenamePasskeySuccess = builder.objectRef<{ passkey: PublicPasskey }>('RenamePasskeySuccess').implement({
  description: 'The passkey is renamed.',
  fields: (t) => ({ passkey: t.expose('passkey', { type: Passkey, description: 'The passkey after the change.' }) }),
});

const RemovePasskeyInput = builder.inputType('RemovePasskeyInput', {
  description: 'The passkey to remove.',
  validate: z.looseObject({ passkeyId: idOf('Passkey') }),
  fields: (t) => ({ passkeyId: t.id({ description: 'The global id or `restId` of a passkey of the user.' }) }),
});

const RemovePasskeySuccess = builder.objectRef<{ removed: PublicPasskey }>('RemovePasskeySuccess').implement({
  description: 'The passkey is removed and does not log in any more. Sessions that it has opened stay.',
  fields: (t) => ({
    removedPasskeyId: t.id({ description: 'The global id that the passkey had.', resolve: ({ removed }) => globalId('Passkey', removed.id) }),
  }),
});

builder.mutationFields((t) => ({
  renamePasskey: t.field({
    type: RenamePasskeySuccess,
    description: 'Renames a passkey of the user.',
    access: 'user',
    errors: resultUnion('renamePasskey', passkeyErrors.rename, 'INVALID_INPUT'),
    args: { input: t.arg({ type: RenamePasskeyInput, description: 'The passkey and its new name.' }) },
    resolve: async (_root, { input }, context) => ({ passkey: await context.services.passkeys.rename(await callerOf(context), input) }),
  }),
  removePasskey: t.field({
    type: RemovePasskeySuccess,
    description: `Removes a passkey of the user and tells the user by mail. A user who has an authenticator must have verified a second factor in this session within the last ${recentFactorSeconds} seconds.`,
    access: 'user',
    errors: resultUnion('removePasskey', passkeyErrors.remove, 'INVALID_INPUT'),
    args: { input: t.arg({ type: RemovePasskeyInput, description: 'The passkey to remove.' }) },
    resolve: async (_root, { input }, context) => ({ removed: await context.services.passkeys.remove(await callerOf(context), input) }),
  }),
}));
