import { z } from 'zod';
import type { ApiToken } from '../../domain/token/api-token.ts';
import type { CreatedToken } from '../../services/token/creation.ts';
import type { TenantTokenChange } from '../../services/token/tenant-tokens.ts';
import { tenantTokenErrors } from '../../services/token/tenant-tokens.ts';
import { builder } from '../builder/builder.ts';
import { connectionOf, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { id } from '../builder/input-rules.ts';
import { globalId, restIdOf } from '../builder/node-ids.ts';
import { TenantApiToken } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { description, expiresInMinutes, metadata, permissionIds, restIds, roleIds, texts } from './input-rules.ts';

const kind = 'CLIENT_CREDENTIALS';
const TenantApiTokenConnection = builder.connectionObject({ type: TenantApiToken, name: 'TenantApiTokenConnection' });

builder.queryField('tenantApiTokens', (t) =>
  t.field({
    type: TenantApiTokenConnection,
    description:
      'The API tokens of the current tenant, oldest first. Empty for an environment token that names no tenant by the header. Others need `fe.secure.read.tenantApiTokens`.',
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

const changeable = {
  description: description.optional(),
  tokenMetadata: metadata.optional(),
  roleIds: roleIds.optional(),
  permissionIds: permissionIds.optional(),
};

const CreateTenantApiTokenInput = builder.inputType('CreateTenantApiTokenInput', {
  description: 'The token to create. Null is refused for every field; leave out what is not needed.',
  validate: z.looseObject({ ...changeable, expiresInMinutes: expiresInMinutes.optional() }),
  fields: (t) => ({
    description: t.string({ required: false, description: `${texts.description} If absent, it is empty.` }),
    tokenMetadata: t.field({ type: 'JSONObject', required: false, description: `${texts.metadata} If absent, it is empty.` }),
    roleIds: t.idList({ required: false, description: `${texts.roleIds} If absent, it has none.` }),
    permissionIds: t.idList({ required: false, description: `${texts.permissionIds} If absent, it has none.` }),
    expiresInMinutes: t.int({ required: false, description: texts.expiresInMinutes }),
  }),
});

const UpdateTenantApiTokenInput = builder.inputType('UpdateTenantApiTokenInput', {
  description: 'The token and the fields to change, at least one. Absent fields keep their value. Null is refused.',
  validate: z.looseObject({ id, ...changeable }),
  fields: (t) => ({
    id: t.id({ description: 'The global id or `restId` of the token.' }),
    description: t.string({ required: false, description: texts.description }),
    tokenMetadata: t.field({ type: 'JSONObject', required: false, description: `${texts.metadata} It replaces all that was there.` }),
    roleIds: t.idList({ required: false, description: `${texts.roleIds} They replace all others.` }),
    permissionIds: t.idList({ required: false, description: `${texts.permissionIds} They replace all others.` }),
  }),
});

const DeleteTenantApiTokenInput = builder.inputType('DeleteTenantApiTokenInput', {
  description: 'The token to delete.',
  validate: z.looseObject({ id }),
  fields: (t) => ({ id: t.id({ description: 'The global id or `restId` of the token.' }) }),
});

const CreateTenantApiTokenSuccess = builder.objectRef<CreatedToken>('CreateTenantApiTokenSuccess').implement({
  description: 'The token was created.',
  fields: (t) => ({
    tenantApiToken: t.expose('token', { type: TenantApiToken, description: 'The token. Its `restId` is the client id.' }),
    secret: t.exposeString('secret', { description: 'The secret that goes with the client id. It is shown here and never again.' }),
  }),
});

const UpdateTenantApiTokenSuccess = builder.objectRef<{ token: ApiToken }>('UpdateTenantApiTokenSuccess').implement({
  description: 'The token was changed. What it may do counts at its next request.',
  fields: (t) => ({ tenantApiToken: t.expose('token', { type: TenantApiToken, description: 'The token after the change.' }) }),
});

const DeleteTenantApiTokenSuccess = builder.objectRef<{ id: string }>('DeleteTenantApiTokenSuccess').implement({
  description: 'The token was deleted. Its JWTs are refused from now on.',
  fields: (t) => ({
    deletedTenantApiTokenId: t.id({
      description: 'The global id that the token had.',
      resolve: ({ id: restId }) => globalId('TenantApiToken', restId),
    }),
  }),
});

const permitted = (permission: string): string =>
  `An environment token has to name a tenant by the header. Others need \`${permission}\`, and give a token no role that is more powerful and no permission that they lack.`;

builder.mutationFields((t) => ({
  createTenantApiToken: t.field({
    type: CreateTenantApiTokenSuccess,
    description: `Creates an API token of the current tenant, and mails the user who did. ${permitted('fe.secure.write.tenantApiTokens')} A user with a factor has to have proven it lately.`,
    access: 'writeTenantApiTokens',
    errors: resultUnion('createTenantApiToken', tenantTokenErrors.create),
    args: { input: t.arg({ type: CreateTenantApiTokenInput, description: 'The token to create.' }) },
    resolve: async (_root, { input }, context) =>
      context.services.tenantTokens.create(await callerOf(context), {
        ...{ kind, description: input.description ?? '', metadata: { ...input.tokenMetadata }, expiresInMinutes: input.expiresInMinutes ?? null },
        ...{ roleIds: restIds('Role', input.roleIds ?? []), permissionIds: restIds('Permission', input.permissionIds ?? []) },
      }),
  }),
  updateTenantApiToken: t.field({
    type: UpdateTenantApiTokenSuccess,
    description: `Changes an API token of the current tenant. ${permitted('fe.secure.write.tenantApiTokens')} A user with a factor has to have proven it lately.`,
    access: 'writeTenantApiTokens',
    errors: resultUnion('updateTenantApiToken', tenantTokenErrors.update),
    args: { input: t.arg({ type: UpdateTenantApiTokenInput, description: 'The token and its new fields.' }) },
    resolve: async (_root, { input }, context) => {
      const change: TenantTokenChange = {
        ...(input.description == null ? {} : { description: input.description }),
        ...(input.tokenMetadata == null ? {} : { metadata: { ...input.tokenMetadata } }),
        ...(input.roleIds == null ? {} : { roleIds: restIds('Role', input.roleIds) }),
        ...(input.permissionIds == null ? {} : { permissionIds: restIds('Permission', input.permissionIds) }),
      };
      return { token: await context.services.tenantTokens.update(await callerOf(context), { id: restIdOf('TenantApiToken', input.id), change }) };
    },
  }),
  deleteTenantApiToken: t.field({
    type: DeleteTenantApiTokenSuccess,
    description:
      'Deletes an API token of the current tenant. An environment token has to name a tenant by the header. Others need `fe.secure.delete.tenantApiTokens`.',
    access: 'deleteTenantApiTokens',
    errors: resultUnion('deleteTenantApiToken', tenantTokenErrors.remove, 'INVALID_INPUT'),
    args: { input: t.arg({ type: DeleteTenantApiTokenInput, description: 'The token to delete.' }) },
    resolve: async (_root, { input }, context) =>
      context.services.tenantTokens.remove(await callerOf(context), { id: restIdOf('TenantApiToken', input.id), kind }),
  }),
}));
