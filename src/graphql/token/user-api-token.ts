import { z } from 'zod';
import type { CreatedToken } from '../../services/token/creation.ts';
import { userTokenErrors } from '../../services/token/user-tokens.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id } from '../builder/input-rules.ts';
import { globalId, restIdOf } from '../builder/node-ids.ts';
import { UserApiToken } from '../builder/object-refs.ts';
import { userIdDescription, userIdOf } from '../directory/target-user.ts';
import { resultUnion } from '../errors/placement.ts';
import { description, expiresInMinutes, metadata, texts } from './input-rules.ts';

const kind = 'CLIENT_CREDENTIALS';

const CreateUserApiTokenInput = builder.inputType('CreateUserApiTokenInput', {
  description: 'The token to create. Null is refused for every field; leave out what is not needed.',
  validate: z.looseObject({
    ...{ userId: id.optional(), description: description.optional(), tokenMetadata: metadata.optional() },
    expiresInMinutes: expiresInMinutes.optional(),
  }),
  fields: (t) => ({
    userId: t.id({ required: false, description: userIdDescription }),
    description: t.string({ required: false, description: `${texts.description} If absent, it is empty.` }),
    tokenMetadata: t.field({ type: 'JSONObject', required: false, description: `${texts.metadata} If absent, it is empty.` }),
    expiresInMinutes: t.int({ required: false, description: texts.expiresInMinutes }),
  }),
});

const DeleteUserApiTokenInput = builder.inputType('DeleteUserApiTokenInput', {
  description: 'The token to delete.',
  validate: z.looseObject({ id, userId: id.optional() }),
  fields: (t) => ({
    id: t.id({ description: 'The global id or `restId` of the token.' }),
    userId: t.id({
      required: false,
      description: 'The global id or `restId` of the user of the token. An environment token must give it, and others need not. Null is refused.',
    }),
  }),
});

const CreateUserApiTokenSuccess = builder.objectRef<CreatedToken>('CreateUserApiTokenSuccess').implement({
  description: 'The token was created.',
  fields: (t) => ({
    userApiToken: t.expose('token', { type: UserApiToken, description: 'The token. Its `restId` is the client id.' }),
    secret: t.exposeString('secret', { description: 'The secret that goes with the client id. It is shown here and never again.' }),
  }),
});

const DeleteUserApiTokenSuccess = builder.objectRef<{ id: string }>('DeleteUserApiTokenSuccess').implement({
  description: 'The token was deleted. Its JWTs are refused from now on.',
  fields: (t) => ({
    deletedUserApiTokenId: t.id({ description: 'The global id that the token had.', resolve: ({ id: restId }) => globalId('UserApiToken', restId) }),
  }),
});

builder.mutationFields((t) => ({
  createUserApiToken: t.field({
    type: CreateUserApiTokenSuccess,
    description:
      'Creates an API token of a user for the current tenant, and mails the user. An environment token has to name a tenant by the header. A user with a factor has to have proven it lately, and the API token of such a user cannot create another one.',
    access: 'somebodyOrOwnToken',
    errors: resultUnion('createUserApiToken', userTokenErrors.create),
    args: { input: t.arg({ type: CreateUserApiTokenInput, description: 'The token to create.' }) },
    resolve: async (_root, { input }, context) =>
      context.services.userTokens.create(await callerOf(context), {
        ...{ kind, userId: userIdOf(input.userId), description: input.description ?? '', metadata: { ...input.tokenMetadata } },
        expiresInMinutes: input.expiresInMinutes ?? null,
      }),
  }),
  deleteUserApiToken: t.field({
    type: DeleteUserApiTokenSuccess,
    description:
      'Deletes an API token of a user for the current tenant. An environment token has to name a tenant by the header. With `fe.secure.delete.userApiTokens` it may be that of another member.',
    access: 'anyToken',
    errors: resultUnion('deleteUserApiToken', userTokenErrors.remove),
    args: { input: t.arg({ type: DeleteUserApiTokenInput, description: 'The token to delete.' }) },
    resolve: async (_root, { input }, context) =>
      context.services.userTokens.remove(await callerOf(context), { id: restIdOf('UserApiToken', input.id), userId: userIdOf(input.userId), kind }),
  }),
}));
