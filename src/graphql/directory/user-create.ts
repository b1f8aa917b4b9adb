import { z } from 'zod';
import { roleKeys } from '../../domain/access/role.ts';
import type { User as UserRecord } from '../../domain/directory/user.ts';
import { userErrors } from '../../services/directory/users.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { email, flag, id, secret, text } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { User } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { Role } from './role.ts';
import { userSuccess } from './user-success.ts';

const CreateUserInput = builder.inputType('CreateUserInput', {
  description: 'A new user in a tenant. Null is refused everywhere; leave out what is not known.',
  validate: z.looseObject({
    email,
    tenantId: id,
    joinExisting: flag.optional(),
    name: text(200).optional(),
    password: secret.optional(),
    roles: z.array(z.string(), { error: 'must not be null' }).max(roleKeys.length, `must have at most ${roleKeys.length} roles`).optional(),
    phoneNumber: text(32).optional(),
    profilePictureUrl: text(2048).optional(),
    externalId: text(200).optional(),
    mfaBypass: flag.optional(),
  }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', description: 'The address the user logs in with.' }),
    tenantId: t.id({ description: 'The tenant to be in: its global id or `restId`.' }),
    joinExisting: t.boolean({
      required: false,
      description:
        'With true, a user already known by this address joins the tenant with `roles`, and the other fields are ignored. Absent or false: `UserExistsError`.',
    }),
    name: t.string({ required: false, description: 'Name to show, at most 200 characters. Absent: the address.' }),
    password: t.string({ required: false, description: 'First password, 8 to 128 characters. Absent: no login by password.' }),
    roles: t.field({ type: [Role], required: false, description: 'Roles in the tenant. Absent: none.' }),
    phoneNumber: t.string({ required: false, description: 'Phone number, at most 32 characters; nothing is sent to it.' }),
    profilePictureUrl: t.string({ required: false, description: 'Address of a picture, at most 2048 characters.' }),
    externalId: t.string({ required: false, description: 'Id of this user in a system of yours, at most 200 characters.' }),
    mfaBypass: t.boolean({ required: false, description: 'Whether to spare this user the second factor at login. Absent: false.' }),
  }),
});

const VerifyUserEmailInput = builder.inputType('VerifyUserEmailInput', {
  description: 'The user whose address was verified.',
  validate: z.looseObject({ userId: id }),
  fields: (t) => ({ userId: t.id({ description: 'The global id or `restId` of the user.' }) }),
});

const CreateUserSuccess = builder.objectRef<{ user: UserRecord; created: boolean }>('CreateUserSuccess').implement({
  description: 'The user exists and is in the tenant. A new one cannot log in before the address is verified.',
  fields: (t) => ({
    user: t.expose('user', { type: User, description: 'The user as it is now.' }),
    created: t.exposeBoolean('created', { description: 'False when a known user joined the tenant.' }),
  }),
});
const VerifyUserEmailSuccess = userSuccess('VerifyUserEmailSuccess', 'The address counts as verified.');

builder.mutationFields((t) => ({
  createUser: t.field({
    type: CreateUserSuccess,
    description: 'Creates a user in a tenant, or lets a known one join it. For the environment token.',
    authScopes: { environment: true },
    errors: resultUnion('What came of `createUser`.', userErrors.createOrJoin),
    args: { input: t.arg({ type: CreateUserInput, description: 'The user.' }) },
    resolve: async (_root, { input }, context) => {
      const { users } = context.services;
      const caller = await callerOf(context);
      const user = {
        email: input.email,
        tenantId: restIdOf('Tenant', input.tenantId),
        name: input.name ?? null,
        password: input.password ?? null,
        roles: [...new Set(input.roles ?? [])],
        phoneNumber: input.phoneNumber ?? null,
        profilePictureUrl: input.profilePictureUrl ?? null,
        externalId: input.externalId ?? null,
        metadata: null,
        vendorMetadata: null,
        mfaBypass: input.mfaBypass ?? false,
      };
      if (input.joinExisting === true) return users.createOrJoin(caller, user);
      return { user: await users.create(caller, user), created: true };
    },
  }),
  verifyUserEmail: t.field({
    type: VerifyUserEmailSuccess,
    description: 'Marks the address of a user as verified, on the word of the caller. For the environment token.',
    authScopes: { environment: true },
    errors: resultUnion('What came of `verifyUserEmail`.', userErrors.markVerified, 'INVALID_INPUT'),
    args: { input: t.arg({ type: VerifyUserEmailInput, description: 'The user.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.users.markVerified(await callerOf(context), { userId: restIdOf('User', input.userId) }),
    }),
  }),
}));
