import { z } from 'zod';
import { maxTextCharacters } from '../../domain/bounds.ts';
import type { TenantSort as Sort, TenantSortKey as SortKey, TenantPlace } from '../../domain/directory/tenant.ts';
import { jsonObject, jsonValue, oldestTenantFirst } from '../../domain/directory/tenant.ts';
import { strategyNames } from '../../domain/strategy-name.ts';
import { builder } from '../builder/builder.ts';
import type { CursorForm } from '../builder/connections.ts';
import { byTime, connectionBy, cursorsIn, pageRequestIn } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { storable, tenantId } from '../builder/input-rules.ts';
import { loadNodes } from '../builder/loaders.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { EffectiveMfaPolicy, MfaPolicy, MfaStrategy, Tenant } from '../builder/object-refs.ts';
import { SortDirection } from '../builder/sort-direction.ts';
import { detailFields } from './tenant-details.ts';

/** Most ids in one filter. */
const maxIdsOfAFilter = 100;
const tenantIds = z.array(tenantId).max(maxIdsOfAFilter, `must have at most ${maxIdsOfAFilter} ids`);

builder.node(Tenant, {
  name: 'Tenant',
  description:
    'A customer organization of the environment. Users are members of tenants. The environment token sees all tenants, and users see those they are members of.',
  access: 'anyToken',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().tenants, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST, token claims and the header `frontegg-tenant-id` use.' }),
    name: t.exposeString('name', { description: 'The name of the tenant.' }),
    metadata: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'What the operator keeps with the tenant. Null if it is a value other than an object, which only REST can store.',
      resolve: ({ metadata }) => jsonObject(jsonValue(metadata)),
    }),
    ...detailFields((name, description) => t.exposeString(name, { nullable: true, description: `${description} Null if none was given.` })),
    reseller: t.exposeBoolean('isReseller', { description: 'Whether the tenant is a reseller. It has no effect.' }),
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

const TenantFilter = builder.inputType('TenantFilter', {
  description: 'Conditions on the tenants to return. A tenant must meet all of them. Absent and null conditions are ignored.',
  validate: z.looseObject({ text: storable.max(maxTextCharacters).nullish(), ids: tenantIds.nullish() }),
  fields: (t) => ({
    ids: t.idList({ required: false, description: `Only these tenants, by global id or \`restId\`, at most ${maxIdsOfAFilter}.` }),
    text: t.string({ required: false, description: 'Only tenants whose name or id contains this text. The case of ASCII letters does not matter.' }),
  }),
});

const TenantSortKey = builder.enumType('TenantSortKey', {
  description: 'What a list of tenants can be ordered by. Tenants with the same value follow each other by their ids.',
  values: {
    CREATED_AT: { value: 'createdAt', description: 'When the tenant was created.' },
    NAME: { value: 'name', description: 'The name. The case of ASCII letters does not matter.' },
    ID: { value: 'id', description: 'The `restId`.' },
  } as const satisfies Record<string, { value: SortKey; description: string }>,
});

const TenantSort = builder.inputType('TenantSort', {
  description: 'The order of a list of tenants.',
  fields: (t) => ({
    by: t.field({ type: TenantSortKey, description: 'What the tenants are ordered by.' }),
    direction: t.field({ type: SortDirection, required: false, description: 'The direction. If absent or null, it is `ASCENDING`.' }),
  }),
});

/** Returns the form of the cursors in an order. */
function cursorsOf({ by, descending }: Sort): CursorForm<TenantPlace> {
  if (by === 'createdAt') return byTime;
  // No tenant lacks a name or an id, so no place is null.
  return cursorsIn(`${by} ${descending ? 'descending' : 'ascending'}`, 'TEXT') as CursorForm<TenantPlace>;
}

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
    description: 'The tenants of the environment, oldest first unless `sort` says otherwise. Requires the environment token.',
    access: 'environment',
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({ type: TenantFilter, required: false, description: 'Conditions on the tenants.' }),
      sort: t.arg({
        type: TenantSort,
        required: false,
        description:
          'The order. If absent or null, the oldest tenant is first. A cursor is valid in the order in which it was read, and refused in another.',
      }),
    },
    resolve: async (_root, args, context) => {
      const caller = await callerOf(context);
      const sort: Sort = args.sort == null ? oldestTenantFirst : { by: args.sort.by, descending: args.sort.direction === 'DESCENDING' };
      const form = cursorsOf(sort);
      const page = pageRequestIn(args, form);
      const filter = {
        ...(args.filter?.ids == null ? {} : { named: args.filter.ids.map((id) => restIdOf('Tenant', id)) }),
        ...(args.filter?.text == null ? {} : { text: args.filter.text }),
      };
      const tenants = await context.services.tenants.list(caller, { page, filter, sort });
      return {
        ...connectionBy(tenants, page, (tenant) => ({ at: tenant[sort.by], id: tenant.id }), form),
        count: () => context.services.tenants.count(caller, { filter }),
      };
    },
  }),
}));
