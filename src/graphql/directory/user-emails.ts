import { z } from 'zod';
import type { UserEmail as UserEmailRecord } from '../../domain/directory/user-email.ts';
import { maxEmailsPerUser } from '../../domain/directory/user-email.ts';
import { chargesPerWindow, windowSeconds } from '../../domain/limits/sliding-window.ts';
import { whatEnds } from '../../domain/session/revocation.ts';
import { userEmailsErrors } from '../../services/directory/user-emails.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { email, flag, id, secret, text } from '../builder/input-rules.ts';
import { User } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { codeDescription } from '../session/types.ts';
import { changedUser, userIdDescription, userIdOf } from './target-user.ts';

const UserEmail = builder.objectRef<UserEmailRecord>('UserEmail').implement({
  description: 'An e-mail address of a user. A verified one can be logged in with. Codes, links and notices go to the primary one alone.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description:
        'The opaque id of the address, which REST uses too. `removeUserEmail` takes it as `emailId`. The primary one has the id of its user.',
    }),
    email: t.expose('email', { type: 'EmailAddress', description: 'The address as it was given.' }),
    verified: t.exposeBoolean('verified', { description: 'Whether the address is verified. Only then nobody else can have it.' }),
    primary: t.exposeBoolean('primary', { description: 'Whether it is the primary address, which `User.email` shows as well.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the address was added, and for the primary one when the user was.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When the address was last changed, and for the primary one when the user was.',
    }),
  }),
});

builder.objectField(User, 'userEmails', (t) =>
  t.field({
    type: [UserEmail],
    description: `All e-mail addresses of the user, at most ${maxEmailsPerUser}: the primary one first, then the others, oldest first.`,
    resolve: ({ id }, _args, { loaders }) => loaders().userEmails.load(id),
  }),
);

const AddUserEmailInput = builder.inputType('AddUserEmailInput', {
  description: 'The address to add.',
  validate: z.looseObject({ userId: id.optional(), email, verified: flag.optional() }),
  fields: (t) => ({
    userId: t.id({ required: false, description: userIdDescription }),
    email: t.field({ type: 'EmailAddress', description: 'The e-mail address.' }),
    verified: t.boolean({
      required: false,
      description: 'Whether the caller vouches for the address, which only an environment token may. If absent, it is not verified. Null is refused.',
    }),
  }),
});

const AddUserEmailSuccess = builder.objectRef<{ userEmail: UserEmailRecord }>('AddUserEmailSuccess').implement({
  description:
    'The address was added. If a user added it, a code is on its way to it, unless another user has the address: the answer does not tell.',
  fields: (t) => ({ userEmail: t.expose('userEmail', { type: UserEmail, description: 'The address.' }) }),
});

const VerifyUserEmailAddressInput = builder.inputType('VerifyUserEmailAddressInput', {
  description: 'An own address, and the code that was sent to it.',
  validate: z.looseObject({ email: text(), code: secret }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', description: 'The e-mail address.' }),
    code: t.string({ description: codeDescription }),
  }),
});

const VerifyUserEmailAddressSuccess = builder.objectRef<{ userEmail: UserEmailRecord }>('VerifyUserEmailAddressSuccess').implement({
  description: 'The address is verified, and the user can log in with it.',
  fields: (t) => ({ userEmail: t.expose('userEmail', { type: UserEmail, description: 'The address.' }) }),
});

const SetPrimaryEmailInput = builder.inputType('SetPrimaryEmailInput', {
  description: 'The user, and which of the addresses is to be the primary one.',
  validate: z.looseObject({ userId: id.optional(), email: text() }),
  fields: (t) => ({
    userId: t.id({ required: false, description: userIdDescription }),
    email: t.field({
      type: 'EmailAddress',
      description: 'One of the addresses of the user. For a user it must be verified. An environment token vouches for it.',
    }),
  }),
});

const SetPrimaryEmailSuccess = changedUser('SetPrimaryEmailSuccess', 'The address is the primary one, and the one before is one of the others.');

const RemoveUserEmailInput = builder.inputType('RemoveUserEmailInput', {
  description: 'The address to remove.',
  validate: z.looseObject({ userId: id.optional(), emailId: id }),
  fields: (t) => ({
    userId: t.id({ required: false, description: userIdDescription }),
    emailId: t.id({ description: 'The `UserEmail.id` of an address that is not the primary one.' }),
  }),
});

const RemoveUserEmailSuccess = changedUser('RemoveUserEmailSuccess', 'The address is no longer one of the user.');

const own = 'A user needs a recent second factor.';

builder.mutationFields((t) => ({
  addUserEmail: t.field({
    type: AddUserEmailSuccess,
    description: `Adds an e-mail address to those of a user. One that a user adds has to be verified by a code, which is sent to it; to add it again sends another. Each user can request this ${chargesPerWindow} times in ${windowSeconds / 60} minutes. ${own}`,
    access: 'somebody',
    errors: resultUnion('addUserEmail', userEmailsErrors.add),
    args: { input: t.arg({ type: AddUserEmailInput, description: 'The address.' }) },
    resolve: async (_root, { input: { userId, email: given, verified } }, context) => {
      const command = { userId: userIdOf(userId), email: given, verified: verified ?? false };
      return { userEmail: await context.services.userEmails.add(await callerOf(context), command) };
    },
  }),
  verifyUserEmailAddress: t.field({
    ...checksCredential,
    type: VerifyUserEmailAddressSuccess,
    description: 'Verifies an own e-mail address by the code that `addUserEmail` sent to it.',
    access: 'user',
    errors: resultUnion('verifyUserEmailAddress', userEmailsErrors.verify),
    args: { input: t.arg({ type: VerifyUserEmailAddressInput, description: 'The address and the code.' }) },
    resolve: async (_root, { input: { email: given, code } }, context) => ({
      userEmail: await context.services.userEmails.verify(await callerOf(context), { email: given, code }),
    }),
  }),
  setPrimaryEmail: t.field({
    type: SetPrimaryEmailSuccess,
    description: `Makes one of the addresses of a user the primary one. Both are told. ${whatEnds('EMAIL_CHANGED')} A user may do this only while \`EnvironmentSettings.allowEmailChange\` is true. ${own}`,
    access: 'somebody',
    errors: resultUnion('setPrimaryEmail', userEmailsErrors.setPrimary),
    args: { input: t.arg({ type: SetPrimaryEmailInput, description: 'The user and the address.' }) },
    resolve: async (_root, { input: { userId, email: given } }, context) => ({
      user: await context.services.userEmails.setPrimary(await callerOf(context), { userId: userIdOf(userId), email: given }),
    }),
  }),
  removeUserEmail: t.field({
    type: RemoveUserEmailSuccess,
    description: `Removes an e-mail address of a user, but not the primary one. ${own}`,
    access: 'somebody',
    errors: resultUnion('removeUserEmail', userEmailsErrors.remove),
    args: { input: t.arg({ type: RemoveUserEmailInput, description: 'The address.' }) },
    resolve: async (_root, { input: { userId, emailId } }, context) => ({
      user: await context.services.userEmails.remove(await callerOf(context), { userId: userIdOf(userId), emailId }),
    }),
  }),
}));
