import { z } from 'zod';
import { profileBounds } from '../../domain/bounds.ts';
import type { User as UserRecord } from '../../domain/directory/user.ts';
import { userErrors } from '../../services/directory/users.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { bytes, email, flag, secret, tenantId, userName } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { User } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { roleIds } from '../role/input-rules.ts';
import { changedUser, targetUserInput } from './target-user.ts';

const CreateUserInput = builder.inputType('CreateUserInput', {
  description: 'The user to create. Null is refused for every field; leave out what is not known.',
  validate: z.looseObject({
    email,
    tenantId,
    joinExisting: flag.optional(),
    name: userName.optional(),
    password: secret.optional(),
    roleIds: roleIds.optional(),
    phoneNumber: bytes(profileBounds.phoneNumber).optional(),
    profilePictureUrl: bytes(profileBounds.profilePictureUrl).optional(),
    externalId: bytes(profileBounds.externalId).optional(),
    mfaBypass: flag.optional(),
  }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', description: 'The e-mail address the user logs in with.' }),
    tenantId: t.id({ description: 'The first tenant of the user, by global id or `restId`.' }),
    joinExisting: t.boolean({
      required: false,
      description:
        'What to do if a user with this address exists. If true, that user joins the tenant with `roleIds`, and all other fields are ignored. If false or absent, the answer is `UserExistsError`.',
    }),
    name: t.string({
      required: false,
      description: `The display name, at most ${profileBounds.name} bytes in UTF-8. If absent, the e-mail address is used.`,
    }),
    password: t.string({
      required: false,
      description: `The first password, as the password policy wants it. If absent, the user cannot log in by password.`,
    }),
    roleIds: t.idList({
      required: false,
      description:
        'The roles of the user in the tenant, by global id or `restId`. If absent or empty, the user gets the roles that are marked for the first user of a tenant, or else the default roles.',
    }),
    phoneNumber: t.string({
      required: false,
      description: `A phone number for your records, at most ${profileBounds.phoneNumber} bytes in UTF-8. Nothing is sent to it.`,
    }),
    profilePictureUrl: t.string({ required: false, description: `The URL of a picture, at most ${profileBounds.profilePictureUrl} bytes in UTF-8.` }),
    externalId: t.string({
      required: false,
      description: `The id of this user in a system of yours, at most ${profileBounds.externalId} bytes in UTF-8.`,
    }),
    mfaBypass: t.boolean({ required: false, description: 'Whether to exempt this user from the second factor at login. If absent, it is false.' }),
  }),
});

const VerifyUserEmailInput = targetUserInput('VerifyUserEmailInput', 'The user whose e-mail address is to be marked as verified.');

const CreateUserSuccess = builder.objectRef<{ user: UserRecord; created: boolean }>('CreateUserSuccess').implement({
  description: 'The user exists and is a member of the tenant. A new user cannot log in before the e-mail address is verified.',
  fields: (t) => ({
    user: t.expose('user', { type: User, description: 'The user after the change.' }),
    created: t.exposeBoolean('created', { description: 'True if the user was created, false if an existing user joined the tenant.' }),
  }),
});
const VerifyUserEmailSuccess = changedUser('VerifyUserEmailSuccess', 'The e-mail address is marked as verified.');

builder.mutationFields((t) => ({
  createUser: t.field({
    type: CreateUserSuccess,
    description: 'Creates a user in a tenant, or lets an existing user join it. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('createUser', userErrors.createOrJoin),
    args: { input: t.arg({ type: CreateUserInput, description: 'The user to create.' }) },
    resolve: async (_root, { input }, context) => {
      const { users } = context.services;
      const caller = await callerOf(context);
      const user = {
        email: input.email,
        tenantId: restIdOf('Tenant', input.tenantId),
        name: input.name ?? null,
        password: input.password ?? null,
        roleIds: (input.roleIds ?? []).map((roleId) => restIdOf('Role', roleId)),
        phoneNumber: input.phoneNumber ?? null,
        profilePictureUrl: input.profilePictureUrl ?? null,
        externalId: input.externalId ?? null,
        metadata: null,
        vendorMetadata: null,
        mfaBypass: input.mfaBypass ?? false,
        expiresInSeconds: null,
      };
      if (input.joinExisting === true) return users.createOrJoin(caller, user);
      return { user: await users.create(caller, user), created: true };
    },
  }),
  verifyUserEmail: t.field({
    type: VerifyUserEmailSuccess,
    description:
      'Marks the e-mail address of a user as verified. The server trusts the caller and does not check the address. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('verifyUserEmail', userErrors.markVerified, 'INVALID_INPUT'),
    args: { input: t.arg({ type: VerifyUserEmailInput, description: 'The user whose address was verified.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.users.markVerified(await callerOf(context), { userId: restIdOf('User', input.userId) }),
    }),
  }),
}));
