import { z } from 'zod';
import type { CreatedToken } from '../../services/token/creation.ts';
import { tenantTokenErrors } from '../../services/token/tenant-tokens.ts';
import { userTokenErrors } from '../../services/token/user-tokens.ts';
import { builder } from '../builder/builder.ts';
import { connectionOf, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { enumValues } from '../builder/enum-values.ts';
import { id, nonNull } from '../builder/input-rules.ts';
import { globalId, restIdOf } from '../builder/node-ids.ts';
import { AccessToken } from '../builder/object-refs.ts';
import { userIdOf } from '../directory/target-user.ts';
import { resultUnion } from '../errors/placement.ts';
import { description, expiresInMinutes, restIds, roleIds, texts } from './input-rules.ts';

const kind = 'ACCESS_TOKEN';

const AccessTokenOwner = builder.enumType('AccessTokenOwner', {
  description: 'To whom an access token belongs.',
  values: enumValues<'TENANT' | 'USER'>({ TENANT: 'The current tenant.', USER: 'A user, in the current tenant.' }),
});

const AccessTokenConnection = builder.connectionObject({ type: AccessToken, name: 'AccessTokenConnection' });

builder.queryField('tenantAccessTokens', (t) =>
  t.field({
    type: AccessTokenConnection,
    description:
      'The access tokens of the current tenant, oldest first. Empty for an environment token that names no tenant by the header. Others need `fe.secure.read.tenantApiTokens`.',
    access: 'readTenantApiTokens',
    args: t.arg.connectionArgs(),
    resolve: async (_root, args, context) => {
      const caller = await callerOf(context);
      const page = pageRequest(args);
      const tokens = await context.services.tenantTokens.list(caller, { kind, page });
      return { ...connectionOf(tokens, page), count: () => context.services.tenantTokens.count(caller, { kind }) };
    },
  }),
);

const ownerDescription = 'To whom the token belongs. One of the tenant needs the permissions for API tokens of tenants.';
const userDescription =
  'The global id or `restId` of the user of the token. With the owner `USER`, an environment token must give it. Not with `TENANT`. Null is refused.';

const CreateAccessTokenInput = builder.inputType('CreateAccessTokenInput', {
  description: 'The token to create. Null is refused for every field; leave out what is not needed.',
  validate: z.looseObject({
    ...{ owner: nonNull, userId: id.optional(), description: description.optional(), roleIds: roleIds.optional() },
    expiresInMinutes: expiresInMinutes.optional(),
  }),
  fields: (t) => ({
    owner: t.field({ type: AccessTokenOwner, description: ownerDescription }),
    userId: t.id({ required: false, description: userDescription }),
    description: t.string({ required: false, description: `${texts.description} If absent, it is empty.` }),
    roleIds: t.idList({ required: false, description: `${texts.roleIds} Only with the owner \`TENANT\`. If absent, it has none.` }),
    expiresInMinutes: t.int({ required: false, description: texts.expiresInMinutes }),
  }),
});

const DeleteAccessTokenInput = builder.inputType('DeleteAccessTokenInput', {
  description: 'The token to delete.',
  validate: z.looseObject({ owner: nonNull, id, userId: id.optional() }),
  fields: (t) => ({
    owner: t.field({ type: AccessTokenOwner, description: ownerDescription }),
    id: t.id({ description: 'The global id or `restId` of the token.' }),
    userId: t.id({ required: false, description: userDescription }),
  }),
});

const CreateAccessTokenSuccess = builder.objectRef<CreatedToken>('CreateAccessTokenSuccess').implement({
  description: 'The token was created.',
  fields: (t) => ({
    createdToken: t.expose('token', { type: AccessToken, description: 'The token without its JWT.' }),
    secret: t.exposeString('secret', { description: 'The JWT. It is shown here and never again.' }),
  }),
});

const DeleteAccessTokenSuccess = builder.objectRef<{ id: string }>('DeleteAccessTokenSuccess').implement({
  description: 'The token was deleted. Servers of the operator find it no more among the active ones.',
  fields: (t) => ({
    deletedAccessTokenId: t.id({ description: 'The global id that the token had.', resolve: ({ id: restId }) => globalId('AccessToken', restId) }),
  }),
});

builder.mutationFields((t) => ({
  createAccessToken: t.field({
    type: CreateAccessTokenSuccess,
    description:
      "Creates a JWT for the operator's own servers, and mails the user to whom it belongs or who made it. An environment token has to name a tenant by the header. A user with a factor has to have proven it lately.",
    access: 'anyToken',
    errors: resultUnion('createAccessToken', [...new Set([...tenantTokenErrors.create, ...userTokenErrors.create])]),
    args: { input: t.arg({ type: CreateAccessTokenInput, description: 'The token to create.' }) },
    resolve: async (_root, { input }, context) => {
      const caller = await callerOf(context);
      const fields = { kind, description: input.description ?? '', metadata: {}, expiresInMinutes: input.expiresInMinutes ?? null } as const;
      return input.owner === 'USER'
        ? context.services.userTokens.create(caller, { ...fields, userId: userIdOf(input.userId) })
        : context.services.tenantTokens.create(caller, { ...fields, roleIds: restIds('Role', input.roleIds ?? []), permissionIds: [] });
    },
  }),
  deleteAccessToken: t.field({
    type: DeleteAccessTokenSuccess,
    description: 'Deletes an access token of the current tenant or of a user in it. An environment token has to name a tenant by the header.',
    access: 'anyToken',
    errors: resultUnion('deleteAccessToken', [...new Set([...tenantTokenErrors.remove, ...userTokenErrors.remove])]),
    args: { input: t.arg({ type: DeleteAccessTokenInput, description: 'The token to delete.' }) },
    resolve: async (_root, { input }, context) => {
      const caller = await callerOf(context);
      const named = { id: restIdOf('AccessToken', input.id), kind } as const;
      return input.owner === 'USER'
        ? context.services.userTokens.remove(caller, { ...named, userId: userIdOf(input.userId) })
        : context.services.tenantTokens.remove(caller, named);
    },
  }),
}));
