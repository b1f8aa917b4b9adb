import { z } from 'zod';
import { profileBounds } from '../../domain/bounds.ts';
import type { UserChange } from '../../domain/directory/user.ts';
import { userErrors } from '../../services/directory/users.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { bytes, flag, id, userName } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { resultUnion } from '../errors/placement.ts';
import { changedUser } from './target-user.ts';

const UpdateUserInput = builder.inputType('UpdateUserInput', {
  description:
    'The user and the fields to change, at least one. Absent fields keep their value. Null is refused except for fields whose value it removes.',
  validate: z.looseObject({
    userId: id,
    name: userName.optional(),
    phoneNumber: bytes(profileBounds.phoneNumber).nullish(),
    profilePictureUrl: bytes(profileBounds.profilePictureUrl).nullish(),
    externalId: bytes(profileBounds.externalId).nullish(),
    mfaBypass: flag.optional(),
    superUser: flag.optional(),
    invisible: flag.optional(),
  }),
  fields: (t) => ({
    userId: t.id({ description: 'The global id or `restId` of the user.' }),
    name: t.string({ required: false, description: `The display name, at most ${profileBounds.name} bytes in UTF-8. If absent, it is unchanged.` }),
    phoneNumber: t.string({
      required: false,
      description: `A phone number for your records, at most ${profileBounds.phoneNumber} bytes in UTF-8. Nothing is sent to it. If absent, it is unchanged. Null removes it.`,
    }),
    profilePictureUrl: t.string({
      required: false,
      description: `The URL of a picture, at most ${profileBounds.profilePictureUrl} bytes in UTF-8. If absent, it is unchanged. Null removes it.`,
    }),
    externalId: t.string({
      required: false,
      description: `The id of this user in a system of yours, at most ${profileBounds.externalId} bytes in UTF-8. If absent, it is unchanged. Null removes it.`,
    }),
    mfaBypass: t.boolean({
      required: false,
      description:
        'Whether to exempt this user from the second factor from the next login on. An exempt user is neither asked to enroll nor challenged at login, but a step-up still needs a second factor. If absent, it is unchanged.',
    }),
    superUser: t.boolean({
      required: false,
      description: 'Whether front ends show the user as super user. It is a claim of the token and opens no tenant. If absent, it is unchanged.',
    }),
    invisible: t.boolean({ required: false, description: 'Whether lists that other users read leave this user out. If absent, it is unchanged.' }),
  }),
});

const UpdateUserSuccess = changedUser('UpdateUserSuccess', 'The user was changed.');

interface GivenFields {
  name?: string | null | undefined;
  phoneNumber?: string | null | undefined;
  profilePictureUrl?: string | null | undefined;
  externalId?: string | null | undefined;
  mfaBypass?: boolean | null | undefined;
  superUser?: boolean | null | undefined;
  invisible?: boolean | null | undefined;
}

/** Makes the change from the fields that were given. Absent fields are left out, and null removes a value that may be missing. */
const changeOf = ({ name, phoneNumber, profilePictureUrl, externalId, mfaBypass, superUser, invisible }: GivenFields): UserChange => ({
  ...(name == null ? {} : { name }),
  ...(phoneNumber === undefined ? {} : { phoneNumber }),
  ...(profilePictureUrl === undefined ? {} : { profilePictureUrl }),
  ...(externalId === undefined ? {} : { externalId }),
  ...(mfaBypass == null ? {} : { mfaBypass }),
  ...(superUser == null ? {} : { superUser }),
  ...(invisible == null ? {} : { invisible }),
});

builder.mutationField('updateUser', (t) =>
  t.field({
    type: UpdateUserSuccess,
    description: 'Changes fields of a user, in all tenants. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('updateUser', userErrors.update),
    args: { input: t.arg({ type: UpdateUserInput, description: 'The user and the fields to change.' }) },
    resolve: async (_root, { input }, context) => {
      const command = { userId: restIdOf('User', input.userId), change: changeOf(input) };
      return { user: await context.services.users.update(await callerOf(context), command) };
    },
  }),
);
