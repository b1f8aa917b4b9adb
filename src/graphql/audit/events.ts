import type { AuditEvent, EventFilter, EventKind } from '../../domain/audit/event.ts';
import { eventKinds } from '../../domain/audit/event.ts';
import { refuse } from '../builder/bad-request.ts';
import { builder } from '../builder/builder.ts';
import { connectionBy, pageRequest } from '../builder/connections.ts';
import { actorOf } from '../builder/context.ts';
import { maxIdCharacters } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { Tenant, User } from '../builder/object-refs.ts';
import { MfaStrategyName } from '../builder/strategy-name.ts';
import { ActorKind, MfaEventKind } from './enums.ts';

const unseen = 'Null where there is none, and where the caller may not see it.';

const MfaEvent = builder.objectRef<AuditEvent>('MfaEvent').implement({
  description:
    'One fact of the audit trail, written together with its effect: either both happened or neither. It never holds a secret, a code or a token. Events are no nodes: nothing changes them, and they go when their time is over.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique over all events; no node has it.' }),
    occurredAt: t.expose('at', { type: 'DateTime', description: 'When it happened, by the clock of the server.' }),
    kind: t.expose('kind', { type: MfaEventKind, description: 'What happened.' }),
    actorKind: t.expose('actorKind', { type: ActorKind, description: 'Who made it happen.' }),
    actorId: t.exposeString('actorId', { nullable: true, description: 'The `restId` of the user who acted. Null unless a user did, by a token.' }),
    actor: t.field({
      type: User,
      nullable: true,
      description: `The user who acted. ${unseen}`,
      resolve: ({ actorId }, _args, { loaders }) => (actorId === null ? null : loaders.users.load(actorId)),
    }),
    userId: t.exposeString('userId', {
      nullable: true,
      description: 'The `restId` of the user concerned. Null where it is about none that is known.',
    }),
    user: t.field({
      type: User,
      nullable: true,
      description: `The user concerned. ${unseen}`,
      resolve: ({ userId }, _args, { loaders }) => (userId === null ? null : loaders.users.load(userId)),
    }),
    tenantId: t.exposeString('tenantId', {
      nullable: true,
      description: 'The `restId` of the tenant it happened in. Null where it concerns no single one.',
    }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: `The tenant it happened in. ${unseen}`,
      resolve: ({ tenantId }, _args, { loaders }) => (tenantId === null ? null : loaders.tenants.load(tenantId)),
    }),
    strategy: t.expose('strategy', {
      type: MfaStrategyName,
      nullable: true,
      description: 'The way of proving a second factor it is about. Null where about none.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'The code of a refusal, or what changed, as the kind says. Null where the kind says all.',
    }),
    address: t.exposeString('address', { description: 'Address of the client, as the server or the proxy it trusts saw it.' }),
    requestId: t.exposeString('requestId', { description: 'Id of the request, as in the header `frontegg-trace-id` and in the log.' }),
  }),
});

const MfaEventConnection = builder.connectionObject(
  { type: MfaEvent, name: 'MfaEventConnection', description: 'One page of the audit trail, newest first.' },
  { name: 'MfaEventEdge', description: 'An event and its place in the trail.' },
);

const MfaEventFilter = builder.inputType('MfaEventFilter', {
  description: 'Conditions that all have to hold. Absent or null ones hold always.',
  fields: (t) => ({
    userId: t.id({ required: false, description: 'Events about this user: global id or `restId`.' }),
    tenantId: t.id({ required: false, description: 'Events in this tenant: global id or `restId`. One the caller may not see has none.' }),
    kinds: t.field({
      type: [MfaEventKind],
      required: false,
      description: `Events of any of these kinds, at most ${eventKinds.length}. An empty list matches nothing.`,
    }),
    occurredFrom: t.field({ type: 'DateTime', required: false, description: 'Events at this instant or later.' }),
    occurredUntil: t.field({ type: 'DateTime', required: false, description: 'Events before this instant.' }),
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

/** Only what was given: an absent condition must not become one. */
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
      'The audit trail, newest first. The environment token sees all of it, or the tenant it names; a user whose role may read audits sees the tenant in force alone.',
    authScopes: { readEvents: true },
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({ type: MfaEventFilter, required: false, description: 'Which events. Absent: all the caller may see.' }),
    },
    resolve: async (_root, { filter, ...args }, context) => {
      const actor = await actorOf(context);
      const { auditTrail } = context.services;
      const [wanted, page] = [filterOf(filter ?? {}), pageRequest(args)];
      const events = await auditTrail.list(actor, wanted, page);
      return { ...connectionBy(events, page, ({ at, id }) => ({ at, id })), count: () => auditTrail.count(actor, wanted) };
    },
  }),
);
