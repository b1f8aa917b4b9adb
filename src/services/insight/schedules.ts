import type { Caller } from '../../domain/access/actor.ts';
import { coveringKeys } from '../../domain/access/permission.ts';
import { DomainError, fail, InvalidInput } from '../../domain/errors.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import { daysLater, maxGraceDays } from '../../domain/policy/grace.ts';
import type { MfaEnforcement, SettingsOwner } from '../../domain/policy/policy.ts';
import type { EnforcementSchedule } from '../../domain/policy/schedule.ts';
import { maxDaysAhead, maxReminders } from '../../domain/policy/schedule.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { tenantNamed } from '../access/named-tenant.ts';
import { may, readSecurityPolicy, requirePermission, requireSomebody, writeSecurityPolicy } from '../access/permissions.ts';
import { serverItself } from '../audit/itself.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { Policies } from '../policy/policies.ts';
import type { AuthorityRules } from '../role/authority.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { ImpactCounts, SimulatedImpact, Simulation } from './simulation.ts';

/** Schedules that one turn begins. */
const startedAtOnce = 10;

/** An enforcement to announce. */
export interface ScheduleEnforcement extends Pick<EnforcementSchedule, 'startsAt' | 'graceDays' | 'remindDaysBefore'> {
  enforceMfaType: MfaEnforcement;
  /** Null for the tenant in force, or without one for the environment. */
  tenantId: string | null;
  /** How many people the enforcement may lock out. */
  maxLockedOut: number;
}

/** An enforcement that was announced, and what it does to people once the time to enroll has ended. */
export interface Scheduled {
  schedule: EnforcementSchedule;
  impact: SimulatedImpact;
  counts: ImpactCounts;
}

interface Needs {
  store: Pick<Store, 'enforcementSchedules' | 'policies' | 'populations' | 'strategySettings' | 'tenants' | 'transact'>;
  clock: Clock;
  random: Random;
  authority: Pick<AuthorityRules, 'withAuthority'>;
  recentFactor: RecentFactor;
  policies: Pick<Policies, 'enforce'>;
  simulation: Pick<Simulation, 'countOf' | 'impactOf'>;
  audit: Audit;
}

/** Errors of each use case. */
export const scheduleErrors = {
  schedule: [
    ...(['INVALID_INPUT', 'TENANT_NOT_FOUND', 'STEP_UP_REQUIRED', 'IMPACT_EXCEEDS_LIMIT'] as const),
    ...(['ALREADY_ENFORCED', 'ENFORCEMENT_SCHEDULED', 'NO_ADMINISTRATOR_ENROLLED'] as const),
  ],
  cancel: ['SCHEDULE_NOT_FOUND', 'SCHEDULE_NOT_WAITING', 'STEP_UP_REQUIRED'],
} as const;

/** Returns the fields that are wrong. */
function problemsIn({ startsAt, graceDays, remindDaysBefore }: ScheduleEnforcement, now: Date): { path: string[]; message: string }[] {
  const days = (startsAt.getTime() - now.getTime()) / 86_400_000 + graceDays;
  const checks: [field: string, holds: boolean, message: string][] = [
    ['startsAt', startsAt > now && startsAt <= daysLater(now, maxDaysAhead), `startsAt must be in the future, at most ${maxDaysAhead} days from now`],
    ['graceDays', Number.isInteger(graceDays) && graceDays >= 0 && graceDays <= maxGraceDays, `graceDays must be 0 to ${maxGraceDays}`],
    [
      'remindDaysBefore',
      remindDaysBefore.length <= maxReminders && new Set(remindDaysBefore).size === remindDaysBefore.length,
      `remindDaysBefore must have at most ${maxReminders} different days`,
    ],
    [
      'remindDaysBefore',
      remindDaysBefore.every((before) => Number.isInteger(before) && before >= 1 && before <= days),
      'remindDaysBefore must have days from 1 to the days that are left until the end of the grace',
    ],
  ];
  return checks.filter(([, holds]) => !holds).map(([field, , message]) => ({ path: [field], message }));
}

/**
 * Creates the service that announces from when on a second factor is enforced, and begins what was announced. It is refused unless somebody
 * who may write the policy has a factor, so that whoever announces it knows what people are asked for, and as long as it would lock out more
 * people than allowed.
 */
export function createSchedules({ store, clock, random, authority, recentFactor, policies, simulation, audit }: Needs) {
  /** Tells what the enforcement does to people once the time to enroll has ended. */
  const impactOf = async (caller: Caller, owner: SettingsOwner, { enforceMfaType }: ScheduleEnforcement) => {
    const reader = requirePermission(caller.actor, writeSecurityPolicy);
    const owners = owner === null ? [null] : [null, owner];
    const records = { policies: await store.policies.findMany(owners), strategies: await store.strategySettings.findMany(owners) };
    const impact = simulation.impactOf(owner, new Map([[owner, { fields: { enforceMfaType }, strategies: [] }]]), records);
    return { impact, counts: await simulation.countOf(reader, impact) };
  };

  /** Refuses what would change nothing, and what nobody among the administrators could live with. */
  const refuseUseless = async (owner: SettingsOwner): Promise<void> => {
    const [policy] = await store.policies.findMany([owner]);
    if (policy !== undefined && policy.enforceMfaType !== 'DONT_FORCE') fail('ALREADY_ENFORCED');
    if (!(await store.populations.hasEnrolledHolder(coveringKeys(writeSecurityPolicy), owner))) fail('NO_ADMINISTRATOR_ENROLLED');
  };

  const start = async (schedule: EnforcementSchedule): Promise<void> => {
    const caller = serverItself('schedules');
    await store.transact('SETTINGS', async () => {
      if (!(await store.enforcementSchedules.start(schedule, clock.now()))) return;
      await policies.enforce(caller, schedule);
      const { tenantId, enforceMfaType } = schedule;
      await audit('MFA_ENFORCEMENT_STARTED', caller, { tenantId, reason: enforceMfaType });
    });
  };

  /** Whether the caller reads the schedules of the owner. */
  const shows = ({ actor }: Caller, owner: SettingsOwner): boolean => {
    const { tenantId } = requireSomebody(actor);
    return may(actor, readSecurityPolicy) && (tenantId === null || tenantId === owner);
  };

  return {
    /** Begins some enforcements that are due. Returns whether more may be left. */
    async startSome(): Promise<boolean> {
      const due = await store.enforcementSchedules.due(clock.now(), startedAtOnce);
      for (const schedule of due) await start(schedule);
      return due.length === startedAtOnce;
    },

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', scheduleErrors, {
        /** Announces an enforcement, which begins by itself. Nothing changes before. */
        async schedule(caller: Caller, announced: ScheduleEnforcement): Promise<Scheduled> {
          const { tenantId } = requirePermission(caller.actor, writeSecurityPolicy);
          // It is asked again when the schedule is written. Here it comes before everybody is looked at.
          await recentFactor.requireRecentFactor(caller);
          const owner = announced.tenantId === null ? tenantId : await tenantNamed(store, tenantId, announced.tenantId);
          const problems = problemsIn(announced, clock.now());
          const { enforceMfaType, startsAt, graceDays } = announced;
          if (enforceMfaType === 'DONT_FORCE') problems.push({ path: ['enforceMfaType'], message: 'enforceMfaType must enforce a second factor' });
          if (enforceMfaType === 'DONT_FORCE' || problems.length > 0) throw new InvalidInput(problems);
          await refuseUseless(owner);
          const { impact, counts } = await impactOf(caller, owner, announced);
          if (counts.newlyLockedOut > announced.maxLockedOut) throw new DomainError('IMPACT_EXCEEDS_LIMIT', undefined, 'maxLockedOut');
          const schedule = await authority.withAuthority(caller, writeSecurityPolicy, async () => {
            await refuseUseless(owner);
            const now = clock.now();
            const remindDaysBefore = [...announced.remindDaysBefore].sort((one, other) => other - one);
            const id = random.uuid();
            const added = { ...{ id, tenantId: owner, enforceMfaType, startsAt, graceDays, remindDaysBefore }, createdAt: now };
            const waiting = { ...added, startedAt: null, cancelledAt: null };
            const reminders = remindDaysBefore.map((daysBefore) => ({
              ...{ scheduleId: id, daysBefore, afterLoginAt: new Date(0), afterUserId: '' },
              nextAt: daysLater(startsAt, graceDays - daysBefore),
            }));
            if (!(await store.enforcementSchedules.add(waiting, reminders))) fail('ENFORCEMENT_SCHEDULED');
            const reason = `${enforceMfaType} from ${startsAt.toISOString()}, ${graceDays} days of grace`;
            await audit('MFA_ENFORCEMENT_SCHEDULED', caller, { tenantId: owner, reason });
            return waiting;
          });
          return { schedule, impact, counts };
        },

        /** Cancels an enforcement that has not begun. One that has begun is ended by changing the policy. */
        async cancel(caller: Caller, { scheduleId }: { scheduleId: string }): Promise<EnforcementSchedule> {
          return authority.withAuthority(caller, writeSecurityPolicy, async ({ tenantId }) => {
            const [found] = await store.enforcementSchedules.findMany([scheduleId]);
            if (found === undefined || (tenantId !== null && found.tenantId !== tenantId)) fail('SCHEDULE_NOT_FOUND');
            const cancelledAt = clock.now();
            if (!(await store.enforcementSchedules.cancel(scheduleId, cancelledAt))) fail('SCHEDULE_NOT_WAITING');
            await audit('MFA_ENFORCEMENT_CANCELLED', caller, { tenantId: found.tenantId, reason: found.startsAt.toISOString() });
            return { ...found, cancelledAt };
          });
        },
      }),

      ...reads(audit, {
        /** Returns those of the schedules that exist and that the caller may read. */
        async findMany(caller: Caller, { ids }: { ids: readonly string[] }): Promise<EnforcementSchedule[]> {
          requireSomebody(caller.actor);
          return (await store.enforcementSchedules.findMany(ids)).filter(({ tenantId }) => shows(caller, tenantId));
        },

        /** Returns a page of those of the tenant in force, or without one of the environment, newest first. */
        async list({ actor }: Caller, { page }: { page: PageRequest }): Promise<Page<EnforcementSchedule>> {
          return store.enforcementSchedules.list(requirePermission(actor, readSecurityPolicy).tenantId, page);
        },

        /** Returns how many `list` has. */
        async count({ actor }: Caller): Promise<number> {
          return store.enforcementSchedules.count(requirePermission(actor, readSecurityPolicy).tenantId);
        },
      }),
    },
  };
}
