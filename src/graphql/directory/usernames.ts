import { z } from 'zod';
import { maxUsernameCharacters, notAUsername } from '../../domain/directory/username.ts';
import { usernameErrors } from '../../services/directory/usernames.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id, text } from '../builder/input-rules.ts';
import { User } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { changedUser, userIdDescription, userIdOf } from './target-user.ts';

builder.objectField(User, 'username', (t) =>
  t.string({
    nullable: true,
    description: 'A name that the user can log in by in place of an e-mail address, as it was given. Null if there is none.',
    resolve: ({ id }, _args, { loaders }) => loaders().usernames.load(id),
  }),
);

const SetUsernameInput = builder.inputType('SetUsernameInput', {
  description: 'The user and the username.',
  validate: z.looseObject({ userId: id.optional(), username: text(maxUsernameCharacters) }),
  fields: (t) => ({
    userId: t.id({ required: false, description: userIdDescription }),
    username: t.string({ description: `The username, which ${notAUsername}. No two users have the same, and letter case does not matter.` }),
  }),
});

const SetUsernameSuccess = changedUser('SetUsernameSuccess', 'The user can log in by the username.');

const RemoveUsernameInput = builder.inputType('RemoveUsernameInput', {
  description: 'The username to remove.',
  validate: z.looseObject({ username: text(maxUsernameCharacters) }),
  fields: (t) => ({ username: t.string({ description: 'The username, in any letter case. A user removes only their own.' }) }),
});

const RemoveUsernameSuccess = changedUser('RemoveUsernameSuccess', 'The user has no username, and logs in by an e-mail address.');

builder.mutationFields((t) => ({
  setUsername: t.field({
    type: SetUsernameSuccess,
    description: 'Gives a user a username in place of the one before, if there was one.',
    access: 'somebody',
    errors: resultUnion('setUsername', usernameErrors.set),
    args: { input: t.arg({ type: SetUsernameInput, description: 'The user and the username.' }) },
    resolve: async (_root, { input: { userId, username } }, context) => {
      const { user } = await context.services.usernames.set(await callerOf(context), { userId: userIdOf(userId), username });
      return { user };
    },
  }),
  removeUsername: t.field({
    type: RemoveUsernameSuccess,
    description: 'Removes a username, so that another user can have it.',
    access: 'somebody',
    errors: resultUnion('removeUsername', usernameErrors.remove, 'INVALID_INPUT'),
    args: { input: t.arg({ type: RemoveUsernameInput, description: 'The username.' }) },
    resolve: async (_root, { input: { username } }, context) => ({
      user: await context.services.usernames.remove(await callerOf(context), { username }),
    }),
  }),
}));
