import type { Page, PageRequest } from '../page.ts';
import { policyAtStart } from './grace-change.ts';
import type { MfaEnforcement, MfaPolicy, SettingsOwner } from './policy.ts';
import { defaultPolicyFields } from './policy.ts';

/** An enforcement of a second factor that begins at a day that was announced. */
export interface EnforcementSchedule {
  id: string;
  tenantId: SettingsOwner;
  enforceMfaType: Exclude<MfaEnforcement, 'DONT_FORCE'>;
  startsAt: Date;
  /** How many days people have from then on, or from their first login if that is later. */
  graceDays: number;
  /** How many days before the end of their grace people are reminded, most days first. */
  remindDaysBefore: readonly number[];
  createdAt: Date;
  /** When it began. Null if it has not. */
  startedAt: Date | null;
  /** When it was cancelled. Null if it was not. */
  cancelledAt: Date | null;
}

/** The latest start of an enforcement, in days from when it is scheduled. */
export const maxDaysAhead = 366;
/** Most reminders of one enforcement. */
export const maxReminders = 5;
/** Days before the end of the grace on which people are reminded if nothing else is said. */
export const defaultReminderDays: readonly number[] = [7, 1];
/** The days of grace if nothing else is said. */
export const defaultGraceDays = 14;

/** How far one reminder has come: everybody up to this place was looked at, in the order of their first logins. */
export interface ReminderProgress {
  scheduleId: string;
  daysBefore: number;
  afterLoginAt: Date;
  afterUserId: string;
  /** When to go on. */
  nextAt: Date;
}

/** Returns the policies as they are when these enforcements, each of another owner, have begun. A new policy has no id. */
export function policiesAfter(policies: readonly MfaPolicy[], schedules: readonly EnforcementSchedule[]): MfaPolicy[] {
  const begun = new Map(schedules.map((schedule) => [schedule.tenantId, schedule]));
  const changed = policies.map((policy) => {
    const schedule = begun.get(policy.tenantId);
    return schedule === undefined ? policy : { ...policy, ...policyAtStart(policy, schedule) };
  });
  const owners = new Set(policies.map(({ tenantId }) => tenantId));
  const created = schedules
    .filter(({ tenantId }) => !owners.has(tenantId))
    .map((schedule): MfaPolicy => {
      const { tenantId, startsAt } = schedule;
      return { id: '', tenantId, createdAt: startsAt, updatedAt: startsAt, ...defaultPolicyFields, ...policyAtStart(null, schedule) };
    });
  return [...changed, ...created];
}

/** Stores scheduled enforcements, of which each owner has at most one that waits. */
export interface EnforcementScheduleRepository {
  /** Adds a schedule with its reminders. False if one of the same owner waits. */
  add(schedule: EnforcementSchedule, reminders: readonly ReminderProgress[]): Promise<boolean>;
  findMany(ids: readonly string[]): Promise<EnforcementSchedule[]>;
  /** Returns a page of those of the owner. */
  list(owner: SettingsOwner, page: PageRequest): Promise<Page<EnforcementSchedule>>;
  /** Returns how many the owner has. */
  count(owner: SettingsOwner): Promise<number>;
  /** Returns those of these owners that begin until the time and neither have begun nor were cancelled. */
  waiting(owners: readonly SettingsOwner[], until: Date): Promise<EnforcementSchedule[]>;
  /** Returns some of everybody that are due. */
  due(now: Date, limit: number): Promise<EnforcementSchedule[]>;
  /** Marks it as begun, and ends the reminders of every earlier one of the owner. False if it has begun or was cancelled. */
  start(schedule: Pick<EnforcementSchedule, 'id' | 'tenantId'>, now: Date): Promise<boolean>;
  /** Cancels it, with its reminders. False if it has begun or was cancelled. */
  cancel(id: string, now: Date): Promise<boolean>;
  /** Returns some reminders that are to go on. */
  dueReminders(now: Date, limit: number): Promise<ReminderProgress[]>;
  /** Records how far a reminder has come. False if another process got there first, or the reminder has ended. */
  advance(from: ReminderProgress, to: Pick<ReminderProgress, 'afterLoginAt' | 'afterUserId' | 'nextAt'>): Promise<boolean>;
  /** Removes everything of the tenant. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}
