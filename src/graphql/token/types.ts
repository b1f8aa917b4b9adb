import type { ApiToken } from '../../domain/token/api-token.ts';
import { builder } from '../builder/builder.ts';
import { loadAll, loadNodes } from '../builder/loaders.ts';
import { AccessToken, Permission, Role, Tenant, TenantApiToken, User, UserApiToken } from '../builder/object-refs.ts';

const never = 'The secret is shown at creation and never again.';
const validUntil = 'When the token ends by itself. Null if nothing but its deletion ends it.';
const createdByUserId =
  'The `restId` of the user who created the token. Null if an environment token or a token of the tenant did, or the user was deleted.';
const metadataOf = ({ metadata }: ApiToken): object => JSON.parse(metadata) as object;

builder.node(TenantApiToken, {
  name: 'TenantApiToken',
  description: `Credentials by which a program acts in a tenant, without a login and without a second factor. ${never}`,
  access: 'anyToken',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().tenantApiTokens, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The client id, which is also the claim `sub` of the JWT.' }),
    description: t.exposeString('description', { description: 'What the token is for. Empty if nothing was said.' }),
    tokenMetadata: t.field({ type: 'JSONObject', description: 'What programs keep with the token. The JWT carries it.', resolve: metadataOf }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant in which the token acts. Null if the caller may not see it.',
      resolve: ({ tenantId }, _args, { loaders }) => loaders().tenants.load(tenantId),
    }),
    roles: t.field({
      type: [Role],
      description: 'The roles of the token.',
      resolve: ({ roleIds }, _args, { loaders }) => loadAll(loaders().roles, roleIds),
    }),
    permissions: t.field({
      type: [Permission],
      description: 'The permissions of the token beside those of its roles.',
      resolve: ({ permissionIds }, _args, { loaders }) => loadAll(loaders().permissions, permissionIds),
    }),
    createdByUserId: t.exposeString('createdByUserId', { nullable: true, description: createdByUserId }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the token was created.' }),
    validUntil: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: validUntil }),
  }),
});

builder.node(UserApiToken, {
  name: 'UserApiToken',
  description: `Credentials by which a program acts for a user in one tenant, with the present rights of the user there. It is refused while the user is locked or cannot enter the tenant. ${never}`,
  access: 'somebodyOrOwnToken',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().userApiTokensById, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The client id, which is also the claim `sub` of the JWT.' }),
    description: t.exposeString('description', { description: 'What the token is for. Empty if nothing was said.' }),
    tokenMetadata: t.field({ type: 'JSONObject', description: 'What programs keep with the token. The JWT carries it.', resolve: metadataOf }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant in which the token acts. Null if the caller may not see it.',
      resolve: ({ tenantId }, _args, { loaders }) => loaders().tenants.load(tenantId),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the token was created.' }),
    validUntil: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: validUntil }),
  }),
});

builder.node(AccessToken, {
  name: 'AccessToken',
  description:
    'A JWT that programs send to the servers of the operator in the header `X-API-KEY`. This server refuses it. It says neither roles nor permissions: those servers ask this one for them. It is shown at creation and never again.',
  access: 'somebodyOrOwnToken',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().accessTokensById, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id, which is also the claim `sub` of the JWT.' }),
    description: t.exposeString('description', { description: 'What the token is for. Empty if nothing was said.' }),
    userId: t.exposeString('userId', { nullable: true, description: 'The `restId` of the user to whom it belongs. Null for one of a tenant.' }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant for which the token is. Null if the caller may not see it.',
      resolve: ({ tenantId }, _args, { loaders }) => loaders().tenants.load(tenantId),
    }),
    roles: t.field({
      type: [Role],
      description: 'The roles of a token of a tenant. Empty for one of a user, which has the present roles of the user.',
      resolve: ({ roleIds }, _args, { loaders }) => loadAll(loaders().roles, roleIds),
    }),
    createdByUserId: t.exposeString('createdByUserId', { nullable: true, description: createdByUserId }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the token was created.' }),
    validUntil: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: validUntil }),
  }),
});

const ofOthers = 'Empty for another user, unless the caller has the environment token.';

builder.objectField(User, 'apiTokens', (t) =>
  t.field({
    type: [UserApiToken],
    description: `The API tokens of the user, oldest first. ${ofOthers}`,
    resolve: ({ id }, _args, { loaders }) => loaders().userApiTokens.load(id),
  }),
);

builder.objectField(User, 'accessTokens', (t) =>
  t.field({
    type: [AccessToken],
    description: `The access tokens of the user, oldest first. ${ofOthers}`,
    resolve: ({ id }, _args, { loaders }) => loaders().userAccessTokens.load(id),
  }),
);
