import { z } from 'zod';
import type { UserChange } from '../../domain/directory/user.ts';
import { userErrors } from '../../services/directory/users.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { flag, id, text } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { resultUnion } from '../errors/placement.ts';
import { userSuccess } from './user-success.ts';

const UpdateUserInput = builder.inputType('UpdateUserInput', {
  description: 'The user and the fields to change, at least one. Absent fields keep their value; null is refused except where it takes a value away.',
  validate: z.looseObject({
    userId: id,
    name: text(200).optional(),
    phoneNumber: text(32).nullish(),
    profilePictureUrl: text(2048).nullish(),
    externalId: text(200).nullish(),
    mfaBypass: flag.optional(),
  }),
  fields: (t) => ({
    userId: t.id({ description: 'The global id or `restId` of the user.' }),
    name: t.string({ required: false, description: 'Name to show, 1 to 200 characters. Absent: unchanged.' }),
    phoneNumber: t.string({
      required: false,
      description: 'Phone number, at most 32 characters; nothing is sent to it. Absent: unchanged. Null takes it away.',
    }),
    profilePictureUrl: t.string({
      required: false,
      description: 'Address of a picture, at most 2048 characters. Absent: unchanged. Null takes it away.',
    }),
    externalId: t.string({
      required: false,
      description: 'Id of this user in a system of yours, at most 200 characters. Absent: unchanged. Null takes it away.',
    }),
    mfaBypass: t.boolean({
      required: false,
      description:
        'Whether to spare this user the second factor from the next login on: neither asked to enroll nor challenged. A step-up still needs a factor. Absent: unchanged.',
    }),
  }),
});

const UpdateUserSuccess = userSuccess('UpdateUserSuccess', 'The user is as asked.');

interface GivenFields {
  name?: string | null | undefined;
  phoneNumber?: string | null | undefined;
  profilePictureUrl?: string | null | undefined;
  externalId?: string | null | undefined;
  mfaBypass?: boolean | null | undefined;
}

/** Answers the fields given alone: an absent field must not become a change, and null takes away what may be missing. */
const changeOf = ({ name, phoneNumber, profilePictureUrl, externalId, mfaBypass }: GivenFields): UserChange => ({
  ...(name == null ? {} : { name }),
  ...(phoneNumber === undefined ? {} : { phoneNumber }),
  ...(profilePictureUrl === undefined ? {} : { profilePictureUrl }),
  ...(externalId === undefined ? {} : { externalId }),
  ...(mfaBypass == null ? {} : { mfaBypass }),
});

builder.mutationField('updateUser', (t) =>
  t.field({
    type: UpdateUserSuccess,
    description: 'Changes facts about a user in all tenants, `mfaBypass` included. For the environment token.',
    authScopes: { environment: true },
    errors: resultUnion('What came of `updateUser`.', userErrors.update),
    args: { input: t.arg({ type: UpdateUserInput, description: 'The user and the changes.' }) },
    resolve: async (_root, { input }, context) => {
      const command = { userId: restIdOf('User', input.userId), change: changeOf(input) };
      return { user: await context.services.users.update(await callerOf(context), command) };
    },
  }),
);
