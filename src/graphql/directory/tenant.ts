import { z } from 'zod';
import type { Tenant as TenantRecord } from '../../domain/directory/tenant.ts';
import { builder } from '../builder/builder.ts';
import { connectionOf, pageRequest } from '../builder/connections.ts';
import { actorOf } from '../builder/context.ts';
import { text } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { EffectiveMfaPolicy, MfaPolicy, MfaStrategy, Tenant } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';

builder.node(Tenant, {
  name: 'Tenant',
  description: 'A customer of the environment. Users are members of tenants. Seen by the environment token and by its members.',
  authScopes: { somebody: true },
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) =>
    loaders.tenants.loadMany(ids).then((found) => found.map((tenant) => (tenant instanceof Error ? null : tenant))),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id REST, token claims and the header `frontegg-tenant-id` use.' }),
    name: t.exposeString('name', { description: 'The name its creator gave it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    mfaPolicy: t.field({
      type: MfaPolicy,
      nullable: true,
      description:
        'The policy stored for this tenant. Null where none is set. An error for users, unless it is the tenant in force and their role may read it.',
      resolve: ({ id }, _args, { loaders }) => loaders.policies.load(id),
    }),
    effectiveMfaPolicy: t.field({
      type: EffectiveMfaPolicy,
      description: 'The rule that holds in this tenant, merged with that of the environment.',
      resolve: ({ id }, _args, { loaders }) => loaders.effectivePolicies.load(id),
    }),
    mfaStrategies: t.field({
      type: [MfaStrategy],
      description: 'All five strategies as they are in force in this tenant.',
      resolve: ({ id }, _args, { loaders }) => loaders.strategies.load(id),
    }),
  }),
});

const TenantConnection = builder.connectionObject({ type: Tenant, name: 'TenantConnection' });

builder.queryFields((t) => ({
  tenant: t.field({
    type: Tenant,
    nullable: true,
    description: 'One tenant. Null for an unknown one, and for a user who is no member.',
    authScopes: { somebody: true },
    args: { id: t.arg.id({ description: 'Its global id, or its `restId`.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.tenants.load(restIdOf('Tenant', id)),
  }),
  tenants: t.field({
    type: TenantConnection,
    description: 'All tenants of the environment, oldest first. For the environment token.',
    authScopes: { environment: true },
    args: t.arg.connectionArgs(),
    resolve: async (_root, args, context) => {
      const actor = await actorOf(context);
      const page = pageRequest(args);
      const tenants = await context.services.tenants.list(actor, page);
      return { ...connectionOf(tenants, page), count: () => context.services.tenants.count(actor) };
    },
  }),
}));

const CreateTenantInput = builder.inputType('CreateTenantInput', {
  description: 'A new tenant.',
  validate: z.looseObject({ name: text(), tenantId: text(100).optional() }),
  fields: (t) => ({
    name: t.string({ description: 'Its name, 1 to 200 characters.' }),
    tenantId: t.string({
      required: false,
      description:
        'An id of your own, 1 to 100 letters, digits, `.`, `_`, `:` or `-`, starting with a letter or digit. Absent: generated. Null is refused.',
    }),
  }),
});

const CreateTenantSuccess = builder.objectRef<{ tenant: TenantRecord }>('CreateTenantSuccess').implement({
  description: 'The tenant was created.',
  fields: (t) => ({ tenant: t.expose('tenant', { type: Tenant, description: 'The new tenant.' }) }),
});

builder.mutationField('createTenant', (t) =>
  t.field({
    type: CreateTenantSuccess,
    description: 'Creates a tenant. For the environment token.',
    authScopes: { environment: true },
    errors: resultUnion('What came of `createTenant`.', 'INVALID_INPUT', 'TENANT_EXISTS'),
    args: { input: t.arg({ type: CreateTenantInput, description: 'The tenant.' }) },
    resolve: async (_root, { input }, context) => {
      const { call, services } = context;
      return { tenant: await services.tenants.create(await actorOf(context), { id: input.tenantId ?? null, name: input.name }, call.origin) };
    },
  }),
);
