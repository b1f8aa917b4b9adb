import { builder } from '../builder/builder.ts';
import { connectionOf, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { loadNodes } from '../builder/loaders.ts';
import { MfaEnforcementSchedule, Tenant } from '../builder/object-refs.ts';
import { MfaEnforcement } from '../policy/enums.ts';

builder.node(MfaEnforcementSchedule, {
  name: 'MfaEnforcementSchedule',
  description:
    'An enforcement of a second factor that was announced. It begins by itself, within seconds of `startsAt`, and changes the policy then: the policy enforces, and people have `graceDays` to enroll.',
  access: 'readPolicy',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().enforcementSchedules, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id without its type. `cancelMfaEnforcement` takes it, and the global id as well.' }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant whose policy will enforce. Null for that of the environment.',
      resolve: ({ tenantId }, _args, { loaders }) => (tenantId === null ? null : loaders().tenants.load(tenantId)),
    }),
    enforceMfaType: t.expose('enforceMfaType', { type: MfaEnforcement, description: 'What the policy will enforce.' }),
    startsAt: t.expose('startsAt', { type: 'DateTime', description: 'When it begins.' }),
    graceDays: t.exposeInt('graceDays', {
      description: 'How many days people have to enroll: from `startsAt` on, or from their first login if that is later.',
    }),
    remindDaysBefore: t.intList({
      description: 'How many days before the end of their time people are reminded by e-mail, once each.',
      resolve: ({ remindDaysBefore }) => [...remindDaysBefore],
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was announced.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true, description: 'When it began. Null if it has not.' }),
    cancelledAt: t.expose('cancelledAt', { type: 'DateTime', nullable: true, description: 'When it was cancelled. Null if it was not.' }),
  }),
});

const MfaEnforcementScheduleConnection = builder.connectionObject({
  type: MfaEnforcementSchedule,
  name: 'MfaEnforcementScheduleConnection',
  description: 'Announced enforcements, newest first.',
});

builder.queryField('mfaEnforcementSchedules', (t) =>
  t.field({
    type: MfaEnforcementScheduleConnection,
    description:
      'The enforcements that were announced for the current tenant, or for the environment if an environment token names none, newest first: those that wait, have begun or were cancelled. At most one waits.',
    access: 'readPolicy',
    args: t.arg.connectionArgs(),
    resolve: async (_root, args, context) => {
      const caller = await callerOf(context);
      const page = pageRequest(args);
      const { schedules } = context.services;
      return { ...connectionOf(await schedules.list(caller, { page }), page), count: () => schedules.count(caller) };
    },
  }),
);
