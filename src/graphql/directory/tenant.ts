import { z } from 'zod';
import { maxTextCharacters } from '../../domain/bounds.ts';
import type { Tenant as TenantRecord } from '../../domain/directory/tenant.ts';
import { maxTenantIdCharacters } from '../../domain/directory/tenant.ts';
import { strategyNames } from '../../domain/strategy-name.ts';
import { tenantErrors } from '../../services/directory/tenants.ts';
import { builder } from '../builder/builder.ts';
import { connectionOf, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { name, text } from '../builder/input-rules.ts';
import { loadNodes } from '../builder/loaders.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { EffectiveMfaPolicy, MfaPolicy, MfaStrategy, Tenant } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';

builder.node(Tenant, {
  name: 'Tenant',
  description:
    'A customer organization of the environment. Users are members of tenants. The environment token sees all tenants, and users see those they are members of.',
  access: 'somebody',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().tenants, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST, token claims and the header `frontegg-tenant-id` use.' }),
    name: t.exposeString('name', { description: 'The name given when the tenant was created.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the tenant was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the tenant was last changed.' }),
    mfaPolicy: t.field({
      type: MfaPolicy,
      nullable: true,
      description:
        'The MFA policy stored for this tenant. Null if it has none. Users get an error unless it is their current tenant and their role may read the policy.',
      resolve: ({ id }, _args, { loaders }) => loaders().policies.load(id),
    }),
    effectiveMfaPolicy: t.field({
      type: EffectiveMfaPolicy,
      description: 'The policy that applies in this tenant: its own, merged with the one of the environment.',
      resolve: ({ id }, _args, { loaders }) => loaders().effectivePolicies.load(id),
    }),
    mfaStrategies: t.field({
      type: [MfaStrategy],
      description: `All ${strategyNames.length} strategies, each with whether it is active in this tenant.`,
      resolve: ({ id }, _args, { loaders }) => loaders().strategies.load(id),
    }),
  }),
});

const TenantConnection = builder.connectionObject({ type: Tenant, name: 'TenantConnection' });

builder.queryFields((t) => ({
  tenant: t.field({
    type: Tenant,
    nullable: true,
    description: 'Returns one tenant. Null if it does not exist or the caller is a user who is not a member.',
    access: 'somebody',
    args: { id: t.arg.id({ description: 'The global id or `restId` of the tenant.' }) },
    resolve: async (_root, { id }, context) => context.services.tenants.find(await callerOf(context), { named: restIdOf('Tenant', id) }),
  }),
  tenants: t.field({
    type: TenantConnection,
    description: 'All tenants of the environment, oldest first. Requires the environment token.',
    access: 'environment',
    args: t.arg.connectionArgs(),
    resolve: async (_root, args, context) => {
      const caller = await callerOf(context);
      const page = pageRequest(args);
      const tenants = await context.services.tenants.list(caller, { page });
      return { ...connectionOf(tenants, page), count: () => context.services.tenants.count(caller) };
    },
  }),
}));

const CreateTenantInput = builder.inputType('CreateTenantInput', {
  description: 'The tenant to create.',
  validate: z.looseObject({ name: name(), tenantId: text(maxTenantIdCharacters).optional() }),
  fields: (t) => ({
    name: t.string({ description: `The name of the tenant, 1 to ${maxTextCharacters} characters.` }),
    tenantId: t.string({
      required: false,
      description: `An id of your choice: 1 to ${maxTenantIdCharacters} letters, digits, \`.\`, \`_\`, \`:\` or \`-\`, starting with a letter or digit. If absent, an id is generated. Null is refused.`,
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
    description: 'Creates a tenant. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('createTenant', tenantErrors.create),
    args: { input: t.arg({ type: CreateTenantInput, description: 'The tenant to create.' }) },
    resolve: async (_root, { input }, context) => ({
      tenant: await context.services.tenants.create(await callerOf(context), { id: input.tenantId ?? null, name: input.name }),
    }),
  }),
);
