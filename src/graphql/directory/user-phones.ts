import { z } from 'zod';
import type { UserPhone as UserPhoneRecord } from '../../domain/directory/user-phone.ts';
import { maxPhonesPerUser } from '../../domain/directory/user-phone.ts';
import type { AddedUserPhone } from '../../services/directory/user-phones.ts';
import { userPhonesErrors } from '../../services/directory/user-phones.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { flag, id, phone, secret } from '../builder/input-rules.ts';
import { User } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { codeDescription } from '../session/types.ts';
import { changedUser, userIdDescription, userIdOf } from './target-user.ts';

const UserPhone = builder.objectRef<UserPhoneRecord>('UserPhone').implement({
  description: 'A phone number that a user logs in by, once it is verified. It is no second factor: an SMS authenticator is enrolled for itself.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The opaque id of the number, which REST uses too. `removePhoneNumber` takes it as `phoneId`.' }),
    phoneNumber: t.expose('phoneNumber', { type: 'PhoneNumber', description: 'The number in E.164 form.' }),
    verified: t.exposeBoolean('verified', { description: 'Whether the number is verified. Only then nobody else can have it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the number was added.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the number was last changed.' }),
  }),
});

builder.objectField(User, 'phoneNumbers', (t) =>
  t.field({
    type: [UserPhone],
    description: `The phone numbers that the user logs in by, at most ${maxPhonesPerUser}, oldest first. Codes go to the verified one that was added last.`,
    resolve: ({ id }, _args, { loaders }) => loaders().userPhones.load(id),
  }),
);

const AddPhoneNumberInput = builder.inputType('AddPhoneNumberInput', {
  description: 'The phone number to add.',
  validate: z.looseObject({ userId: id.optional(), phoneNumber: phone, verify: flag.optional() }),
  fields: (t) => ({
    userId: t.id({ required: false, description: userIdDescription }),
    phoneNumber: t.field({ type: 'PhoneNumber', description: 'A mobile number in a country to which this deployment sends text messages.' }),
    verify: t.boolean({
      required: false,
      description:
        'Whether a code is sent to the number, which is the default. Without one, the number of a user stays unverified, and an environment token vouches for it. Null is refused.',
    }),
  }),
});

const AddPhoneNumberSuccess = builder.objectRef<AddedUserPhone>('AddPhoneNumberSuccess').implement({
  description: 'The number was added. If a user added it, the answer is the same if another user has verified it; then nobody gets a code.',
  fields: (t) => ({
    userPhone: t.field({ type: UserPhone, description: 'The number.', resolve: (added) => added.phone }),
    otcToken: t.exposeString('otcToken', {
      nullable: true,
      description: 'An opaque token. `verifyPhoneNumber` takes it together with the code. Null if no code was sent.',
    }),
  }),
});

const VerifyPhoneNumberInput = builder.inputType('VerifyPhoneNumberInput', {
  description: 'The code that was sent to an own phone number.',
  validate: z.looseObject({ otcToken: secret, code: secret }),
  fields: (t) => ({
    otcToken: t.string({ description: 'The `otcToken` that `addPhoneNumber` returned.' }),
    code: t.string({ description: codeDescription }),
  }),
});

const VerifyPhoneNumberSuccess = builder.objectRef<{ userPhone: UserPhoneRecord }>('VerifyPhoneNumberSuccess').implement({
  description: 'The number is verified, and the user can log in by it where the environment has `SMS_CODE` as its `authStrategy`.',
  fields: (t) => ({ userPhone: t.expose('userPhone', { type: UserPhone, description: 'The number.' }) }),
});

const RemovePhoneNumberInput = builder.inputType('RemovePhoneNumberInput', {
  description: 'The phone number to remove.',
  validate: z.looseObject({ userId: id.optional(), phoneId: id }),
  fields: (t) => ({
    userId: t.id({ required: false, description: userIdDescription }),
    phoneId: t.id({ description: 'The `UserPhone.id` of the number.' }),
  }),
});

const RemovePhoneNumberSuccess = changedUser(
  'RemovePhoneNumberSuccess',
  'The number is no longer one of the user. Codes that went to it do not count any more.',
);

const own = 'A user needs a recent second factor.';

builder.mutationFields((t) => ({
  addPhoneNumber: t.field({
    type: AddPhoneNumberSuccess,
    description: `Adds a phone number to log in by to those of a user. One that a user adds has to be verified by a code, which is sent to it; to add it again sends another. How often texts are sent is limited for each user, number, client address and tenant. ${own}`,
    access: 'somebody',
    errors: resultUnion('addPhoneNumber', userPhonesErrors.add),
    args: { input: t.arg({ type: AddPhoneNumberInput, description: 'The number.' }) },
    resolve: async (_root, { input: { userId, phoneNumber, verify } }, context) => {
      const caller = await callerOf(context);
      if (caller.actor.kind === 'USER') await context.call.takeFromAddress('PHONE_CODE_SEND');
      return context.services.userPhones.add(caller, { userId: userIdOf(userId), phoneNumber, sendCode: verify ?? true });
    },
  }),
  verifyPhoneNumber: t.field({
    ...checksCredential,
    type: VerifyPhoneNumberSuccess,
    description: 'Verifies an own phone number by the code that `addPhoneNumber` sent to it.',
    access: 'user',
    errors: resultUnion('verifyPhoneNumber', userPhonesErrors.verify, 'INVALID_INPUT'),
    args: { input: t.arg({ type: VerifyPhoneNumberInput, description: 'The `otcToken` and the code.' }) },
    resolve: async (_root, { input }, context) => {
      await context.call.takeFromAddress('PHONE_CODE_VERIFY');
      return { userPhone: await context.services.userPhones.verify(await callerOf(context), input) };
    },
  }),
  removePhoneNumber: t.field({
    type: RemovePhoneNumberSuccess,
    description: `Removes a phone number of a user. No code is needed, because the phone may be lost. ${own}`,
    access: 'somebody',
    errors: resultUnion('removePhoneNumber', userPhonesErrors.remove),
    args: { input: t.arg({ type: RemovePhoneNumberInput, description: 'The number.' }) },
    resolve: async (_root, { input: { userId, phoneId } }, context) => ({
      user: await context.services.userPhones.remove(await callerOf(context), { userId: userIdOf(userId), phoneId }),
    }),
  }),
}));
