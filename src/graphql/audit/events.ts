import type { EventFilter, EventKind } from '../../domain/audit/event.ts';
import { eventKinds } from '../../domain/audit/event.ts';
import { maxIdCharacters } from '../../domain/ids.ts';
import { refuse } from '../builder/bad-request.ts';
import { builder } from '../builder/builder.ts';
import { byTime, connectionBy, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { MfaEvent, Tenant, User } from '../builder/object-refs.ts';
import { MfaStrategyName } from '../builder/strategy-name.ts';
import { ActorKind, MfaEventKind } from './enums.ts';

const unseen = 'Null if there is none or the caller may not see it.';

builder.node(MfaEvent, {
  name: 'MfaEvent',
  description:
    'One entry of the audit trail. It is written in the same transaction as its effect, so either both exist or neither does. It never holds a secret, a code or a token. It never changes, and it is deleted when its retention time is over. Whoever may list it finds it by its id.',
  access: 'anyToken',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) =>
    loaders()
      .events.loadMany(ids)
      .then((found) => found.map((event) => (event instanceof Error ? null : event))),
  fields: (t) => ({
    occurredAt: t.expose('at', { type: 'DateTime', description: 'When it happened, by the clock of the server.' }),
    kind: t.expose('kind', { type: MfaEventKind, description: 'What happened.' }),
    actorKind: t.expose('actorKind', { type: ActorKind, description: 'The kind of caller that caused it.' }),
    actorId: t.exposeString('actorId', {
      nullable: true,
      description: 'The `restId` of the user who acted, or of the API token. Null for the other kinds of caller.',
    }),
    actor: t.field({
      type: User,
      nullable: true,
      description: `The user who acted. ${unseen}`,
      resolve: ({ actorKind, actorId }, _args, { loaders }) => (actorKind !== 'USER' || actorId === null ? null : loaders().users.load(actorId)),
    }),
    userId: t.exposeString('userId', {
      nullable: true,
      description: 'The `restId` of the user the event is about. Null if it is about no known user.',
    }),
    user: t.field({
      type: User,
      nullable: true,
      description: `The user the event is about. ${unseen}`,
      resolve: ({ userId }, _args, { loaders }) => (userId === null ? null : loaders().users.load(userId)),
    }),
    tenantId: t.exposeString('tenantId', {
      nullable: true,
      description: 'The `restId` of the tenant it happened in. Null if it does not belong to a single tenant.',
    }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: `The tenant it happened in. ${unseen}`,
      resolve: ({ tenantId }, _args, { loaders }) => (tenantId === null ? null : loaders().tenants.load(tenantId)),
    }),
    mfaStrategy: t.expose('strategy', {
      type: MfaStrategyName,
      nullable: true,
      description: 'The strategy the event is about. Null if it is about none.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'The error code of a refusal, or what changed. The description of each kind says which. Null if the kind says everything.',
    }),
    address: t.exposeString('address', { description: 'The IP address of the client, as seen by the server or by the proxy it trusts.' }),
    requestId: t.exposeString('requestId', { description: 'The id of the request. The header `frontegg-trace-id` and the log show the same id.' }),
  }),
});

const MfaEventConnection = builder.connectionObject(
  { type: MfaEvent, name: 'MfaEventConnection', description: 'One page of the audit trail, newest event first.' },
  { name: 'MfaEventEdge', description: 'An event and its position in the audit trail.' },
);

const MfaEventFilter = builder.inputType('MfaEventFilter', {
  description: 'Conditions on the events to return. An event must meet all of them. Absent and null conditions are ignored.',
  fields: (t) => ({
    userId: t.id({ required: false, description: 'Only events about this user, by global id or `restId`.' }),
    tenantId: t.id({
      required: false,
      description: 'Only events in this tenant, by global id or `restId`. The list is empty for a tenant the caller may not see.',
    }),
    kinds: t.field({
      type: [MfaEventKind],
      required: false,
      description: `Only events of these kinds, at most ${eventKinds.length} kinds. An empty list matches no event.`,
    }),
    occurredFrom: t.field({ type: 'DateTime', required: false, description: 'Only events at this time or later.' }),
    occurredUntil: t.field({ type: 'DateTime', required: false, description: 'Only events before this time.' }),
  }),
});

interface Given {
  userId?: string | null | undefined;
  tenantId?: string | null | undefined;
  kinds?: readonly EventKind[] | null | undefined;
  occurredFrom?: Date | null | undefined;
  occurredUntil?: Date | null | undefined;
}

const idOf = (typename: string, given: string): string =>
  given !== '' && given.length <= maxIdCharacters && !given.includes('\0')
    ? restIdOf(typename, given)
    : refuse(`An id has 1 to ${maxIdCharacters} characters.`);

/** Makes the filter from the conditions that were given. Absent ones are left out, because a filter must not test for them. */
function filterOf({ userId, tenantId, kinds, occurredFrom, occurredUntil }: Given): EventFilter {
  if (kinds != null && kinds.length > eventKinds.length) refuse(`At most ${eventKinds.length} kinds.`);
  return {
    ...(userId == null ? {} : { userId: idOf('User', userId) }),
    ...(tenantId == null ? {} : { tenantId: idOf('Tenant', tenantId) }),
    ...(kinds == null ? {} : { kinds }),
    ...(occurredFrom == null ? {} : { from: occurredFrom }),
    ...(occurredUntil == null ? {} : { until: occurredUntil }),
  };
}

builder.queryField('mfaEvents', (t) =>
  t.field({
    type: MfaEventConnection,
    description:
      'The audit trail, newest event first. The environment token sees all events, or those of the tenant it names. A user whose role may read audits sees the events of the current tenant only.',
    access: 'readEvents',
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({
        type: MfaEventFilter,
        required: false,
        description: 'Which events to return. If absent, all events the caller may see are returned.',
      }),
    },
    resolve: async (_root, { filter, ...args }, context) => {
      const caller = await callerOf(context);
      const { auditLog } = context.services;
      const [wanted, page] = [filterOf(filter ?? {}), pageRequest(args)];
      const events = await auditLog.list(caller, { filter: wanted, page });
      return { ...connectionBy(events, page, ({ at, id }) => ({ at, id }), byTime), count: () => auditLog.count(caller, { filter: wanted }) };
    },
  }),
);
