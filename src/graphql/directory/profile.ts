import { z } from 'zod';
import { profileBounds } from '../../domain/bounds.ts';
import { userErrors } from '../../services/directory/users.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { bytes, id, userName } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { changedUser, userIdDescription, userIdOf } from './target-user.ts';

const UpdateProfileInput = builder.inputType('UpdateProfileInput', {
  description: 'The fields to change, at least one. Absent fields keep their value. Null is refused except for fields whose value it removes.',
  validate: z.looseObject({
    userId: id.optional(),
    name: userName.optional(),
    phoneNumber: bytes(profileBounds.phoneNumber).nullish(),
    profilePictureUrl: bytes(profileBounds.profilePictureUrl).nullish(),
  }),
  fields: (t) => ({
    userId: t.id({ required: false, description: userIdDescription }),
    name: t.string({ required: false, description: `The display name, at most ${profileBounds.name} bytes in UTF-8. If absent, it is unchanged.` }),
    phoneNumber: t.string({
      required: false,
      description: `A phone number for people to read, at most ${profileBounds.phoneNumber} bytes in UTF-8. Nothing is sent to it. If absent, it is unchanged. Null removes it.`,
    }),
    profilePictureUrl: t.string({
      required: false,
      description: `The URL of a picture, at most ${profileBounds.profilePictureUrl} bytes in UTF-8. If absent, it is unchanged. Null removes it.`,
    }),
  }),
});

const UpdateProfileSuccess = changedUser('UpdateProfileSuccess', 'The profile was changed.');

builder.mutationField('updateProfile', (t) =>
  t.field({
    type: UpdateProfileSuccess,
    description: 'Changes fields of the own profile, or with an environment token of that of the user it names.',
    access: 'somebody',
    errors: resultUnion('updateProfile', userErrors.updateProfile),
    args: { input: t.arg({ type: UpdateProfileInput, description: 'The fields to change.' }) },
    resolve: async (_root, { input: { userId, name, phoneNumber, profilePictureUrl } }, context) => ({
      user: await context.services.users.updateProfile(await callerOf(context), {
        userId: userIdOf(userId),
        change: {
          ...(name == null ? {} : { name }),
          ...(phoneNumber === undefined ? {} : { phoneNumber }),
          ...(profilePictureUrl === undefined ? {} : { profilePictureUrl }),
        },
      }),
    }),
  }),
);
