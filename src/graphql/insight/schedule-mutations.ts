import { z } from 'zod';
import { maxGraceDays } from '../../domain/policy/grace.ts';
import { defaultGraceDays, defaultReminderDays, maxDaysAhead, maxReminders } from '../../domain/policy/schedule.ts';
import type { Scheduled } from '../../services/insight/schedules.ts';
import { scheduleErrors } from '../../services/insight/schedules.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { idOf, wholeNumber } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { MfaEnforcementSchedule } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { MfaEnforcement } from '../policy/enums.ts';
import { MfaPolicyImpact } from './simulation.ts';

const ScheduleMfaEnforcementInput = builder.inputType('ScheduleMfaEnforcementInput', {
  description: 'The enforcement to announce.',
  validate: z.looseObject({
    tenantId: idOf('Tenant').nullish(),
    graceDays: wholeNumber(0, maxGraceDays).nullish(),
    remindDaysBefore: z.array(wholeNumber(1)).max(maxReminders, `must have at most ${maxReminders} elements`).nullish(),
    maxLockedOut: wholeNumber(0).nullish(),
  }),
  fields: (t) => ({
    tenantId: t.id({
      required: false,
      description:
        'The tenant whose policy will enforce, by global id or `restId`. If absent or null, it is the current tenant, or the environment if an environment token names none.',
    }),
    enforceMfaType: t.field({
      type: MfaEnforcement,
      description:
        'What the policy will enforce. `DONT_FORCE` is refused. A policy that does not exist is created when the enforcement begins, with the defaults for its other fields.',
    }),
    startsAt: t.field({ type: 'DateTime', description: `When it begins: in the future, at most ${maxDaysAhead} days from now.` }),
    graceDays: t.int({
      required: false,
      defaultValue: defaultGraceDays,
      description: `How many days people have to enroll, 0 to ${maxGraceDays}. Null means the default as well.`,
    }),
    remindDaysBefore: t.intList({
      required: false,
      defaultValue: [...defaultReminderDays],
      description: `How many days before the end of their time people are reminded by e-mail, at most ${maxReminders} different numbers of days. None may be before now. Null means the default as well.`,
    }),
    maxLockedOut: t.int({
      required: false,
      defaultValue: 0,
      description: 'How many people may be newly locked out once the time to enroll has ended. Null means the default as well.',
    }),
  }),
});

const ScheduleMfaEnforcementSuccess = builder.objectRef<Scheduled>('ScheduleMfaEnforcementSuccess').implement({
  description: 'The enforcement was announced. Nothing changes before it begins.',
  fields: (t) => ({
    schedule: t.expose('schedule', { type: MfaEnforcementSchedule, description: 'What was announced.' }),
    impact: t.field({
      type: MfaPolicyImpact,
      description: 'What the enforcement would do to people now if nobody had time to enroll.',
      resolve: ({ impact, counts }) => ({ ...impact, counted: async () => counts }),
    }),
  }),
});

const CancelMfaEnforcementInput = builder.inputType('CancelMfaEnforcementInput', {
  description: 'The enforcement to cancel.',
  validate: z.looseObject({ scheduleId: idOf('MfaEnforcementSchedule') }),
  fields: (t) => ({ scheduleId: t.id({ description: 'The global id or `restId` of the schedule.' }) }),
});

const CancelMfaEnforcementSuccess = builder.objectRef<Pick<Scheduled, 'schedule'>>('CancelMfaEnforcementSuccess').implement({
  description: 'The enforcement will not begin, and nobody is reminded of it any more.',
  fields: (t) => ({ schedule: t.expose('schedule', { type: MfaEnforcementSchedule, description: 'The schedule after the change.' }) }),
});

builder.mutationFields((t) => ({
  scheduleMfaEnforcement: t.field({
    type: ScheduleMfaEnforcementSuccess,
    description:
      'Announces that a second factor is enforced from a time on, with days in which people enroll. It is refused while no administrator who may change the policy has an authenticator, and if more people than `maxLockedOut` could never enroll. `MfaGrace` describes how long people have. REST clients get a complete login meanwhile. Requires the environment token, or a user whose role may change the security policy and whose second factor was verified recently.',
    access: 'writePolicy',
    complexity: 500,
    errors: resultUnion('scheduleMfaEnforcement', scheduleErrors.schedule, 'INVALID_INPUT'),
    args: { input: t.arg({ type: ScheduleMfaEnforcementInput, description: 'The enforcement to announce.' }) },
    resolve: async (_root, { input }, context) => {
      const { tenantId, enforceMfaType, startsAt, graceDays, remindDaysBefore, maxLockedOut } = input;
      const caller = await callerOf(context);
      context.call.mayTakeLong();
      return context.services.schedules.schedule(caller, {
        tenantId: tenantId == null ? null : restIdOf('Tenant', tenantId),
        enforceMfaType,
        startsAt,
        graceDays: graceDays ?? defaultGraceDays,
        remindDaysBefore: remindDaysBefore ?? defaultReminderDays,
        maxLockedOut: maxLockedOut ?? 0,
      });
    },
  }),
  cancelMfaEnforcement: t.field({
    type: CancelMfaEnforcementSuccess,
    description:
      'Cancels an enforcement that has not begun. One that has begun is ended by changing the policy. Requires the environment token, or a user whose role may change the security policy and whose second factor was verified recently.',
    access: 'writePolicy',
    errors: resultUnion('cancelMfaEnforcement', scheduleErrors.cancel, 'INVALID_INPUT'),
    args: { input: t.arg({ type: CancelMfaEnforcementInput, description: 'The enforcement to cancel.' }) },
    resolve: async (_root, { input }, context) => ({
      schedule: await context.services.schedules.cancel(await callerOf(context), {
        scheduleId: restIdOf('MfaEnforcementSchedule', input.scheduleId),
      }),
    }),
  }),
}));
