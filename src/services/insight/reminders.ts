import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import { traitsOf } from '../../domain/authenticator/strategy.ts';
import type { Person } from '../../domain/insight/population.ts';
import type { SettingsInForce, SimulatedLogins } from '../../domain/insight/simulation.ts';
import { settingsInForce, simulateLogin } from '../../domain/insight/simulation.ts';
import { admitsUnverified } from '../../domain/login/decision.ts';
import { daysLater, isInGrace } from '../../domain/policy/grace.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { EnforcementSchedule, ReminderProgress } from '../../domain/policy/schedule.ts';
import { policiesAfter } from '../../domain/policy/schedule.ts';
import type { Clock, Delivery } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { serverItself } from '../audit/itself.ts';
import type { Audit } from '../audit/recorder.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';

/** Reminders that one turn goes on with, and people whom each of them looks at. */
const [remindersAtOnce, peopleAtOnce] = [10, 100];
/** How long after everybody was looked at a reminder looks for people who have logged in first since. */
const pauseMilliseconds = 3_600_000;
/** How old a first login has to be, so that none comes later whose time is earlier. */
const settledMilliseconds = 60_000;

/** Somebody to remind, and until when an authenticator is to be enrolled. */
interface Due {
  userId: string;
  deadline: Date;
}

interface Needs {
  store: Pick<Store, 'enforcementSchedules' | 'environment' | 'policies' | 'populations' | 'strategySettings' | 'transact'>;
  clock: Clock;
  registry: StrategyRegistry;
  delivery: Delivery;
  notices: SecurityNotices;
  audit: Audit;
}

/**
 * Creates what reminds people by e-mail that their time to enroll ends. Each reminder follows people in the order of their first logins, and
 * the step forward and the mails of those whom it passes are one transaction: so everybody is reminded once, whatever stops or runs twice.
 */
export function createReminders({ store, clock, registry, delivery, notices, audit }: Needs) {
  const traits = traitsOf(registry);
  const itself = serverItself('reminders');

  /** Returns until when the person has to enroll because of the schedule. Null for somebody who does not, or is asked already. */
  const deadlineOf = (person: Person, schedule: EnforcementSchedule, logins: SimulatedLogins, now: SettingsInForce, then: SettingsInForce) => {
    const { outcome } = simulateLogin(person, logins, now);
    if (outcome !== 'NO_SECOND_FACTOR' && outcome !== 'IN_GRACE') return null;
    const at = schedule.startsAt > logins.at ? schedule.startsAt : logins.at;
    const { grace } = simulateLogin(person, { ...logins, at }, then);
    const deadline = isInGrace(grace, at) ? grace.endsAt : at;
    return simulateLogin(person, { ...logins, at: deadline }, then).outcome === 'MUST_ENROLL' ? deadline : null;
  };

  /** Returns those of the people who have to enroll. */
  const dueAmong = async (people: readonly Person[], schedule: EnforcementSchedule, at: Date): Promise<Due[]> => {
    const owners = [...new Set<SettingsOwner>([null, ...people.flatMap(({ open }) => open.map(({ tenantId }) => tenantId))])];
    const [policies, strategies] = [await store.policies.findMany(owners), await store.strategySettings.findMany(owners)];
    const now = settingsInForce({ policies, strategies });
    const then = schedule.startedAt === null ? settingsInForce({ policies: policiesAfter(policies, [schedule]), strategies }) : now;
    const unverifiedMayLogIn = admitsUnverified('PASSWORD', await store.environment.find());
    const logins: SimulatedLogins = { at, tenantId: null, traits, unverifiedMayLogIn, shutOf: () => [] };
    return people.flatMap((person) => {
      const deadline = deadlineOf(person, schedule, logins, now, then);
      return deadline === null ? [] : [{ userId: person.id, deadline }];
    });
  };

  /** Goes on with a reminder. Returns whether more people may be left. */
  const goOn = async (reminder: ReminderProgress): Promise<boolean> => {
    const [schedule] = await store.enforcementSchedules.findMany([reminder.scheduleId]);
    if (schedule === undefined) return false;
    const now = clock.now();
    const { daysBefore, afterLoginAt, afterUserId } = reminder;
    const settled = new Date(now.getTime() - settledMilliseconds);
    const reached = daysLater(now, daysBefore - schedule.graceDays);
    const until = reached < settled ? reached : settled;
    const population = { tenantId: schedule.tenantId, visibleOnly: false };
    const people = await store.populations.readByFirstLogin(population, { afterLoginAt, afterUserId, until, limit: peopleAtOnce }, now);
    const due = await dueAmong(people, schedule, now);
    const last = people.at(-1);
    const more = people.length === peopleAtOnce;
    const to = {
      afterLoginAt: last?.firstLoginAt ?? afterLoginAt,
      afterUserId: last?.id ?? afterUserId,
      nextAt: more ? now : new Date(now.getTime() + pauseMilliseconds),
    };
    await store.transact('NOTHING', async () => {
      if (!(await store.enforcementSchedules.advance(reminder, to))) return;
      for (const { userId, deadline } of due) {
        if (!(await notices.notify(itself, userId, 'ENROLLMENT_DUE', null, deadline))) continue;
        await audit('MFA_REMINDED', itself, { userId, tenantId: schedule.tenantId, reason: `until ${deadline.toISOString()}` });
      }
    });
    notices.wake();
    return more;
  };

  return {
    /** Goes on with some reminders that are due. Returns whether more may be left. While no mail can be sent, everything waits. */
    async remindSome(): Promise<boolean> {
      if (!delivery.email.available) return false;
      const due = await store.enforcementSchedules.dueReminders(clock.now(), remindersAtOnce);
      let more = due.length === remindersAtOnce;
      for (const reminder of due) more = (await goOn(reminder)) || more;
      return more;
    },
  };
}
