import { describe, expect, test } from 'vitest';
import type { EnforcementSchedule } from '../../src/domain/policy/schedule.ts';
import type { Open } from './fixtures.ts';
import { addPerson, at, countOf, newId, race, useStore } from './fixtures.ts';

/** What announced enforcements and their reminders promise. */
export function enforcementScheduleContract(open: Open): void {
  describe('announced enforcements', () => {
    const store = useStore(open);
    const scheduleOf = (change: Partial<EnforcementSchedule> = {}): EnforcementSchedule => ({
      ...{ id: newId(), tenantId: null, enforceMfaType: 'FORCE', startsAt: at(100), graceDays: 14, remindDaysBefore: [7, 1] },
      ...{ createdAt: at(0), startedAt: null, cancelledAt: null },
      ...change,
    });
    const reminderOf = (scheduleId: string, daysBefore = 7) => ({
      ...{ scheduleId, daysBefore, afterLoginAt: new Date(0), afterUserId: '', nextAt: at(50) },
    });
    const add = (schedule: EnforcementSchedule) => store().enforcementSchedules.add(schedule, [reminderOf(schedule.id)]);

    /** A new tenant, whose schedules no other test sees. */
    const newTenant = async (): Promise<string> => (await addPerson(store())).tenant.id;
    const remindersOf = async (...ids: string[]) =>
      (await store().enforcementSchedules.dueReminders(at(60), 1_000)).filter(({ scheduleId }) => ids.includes(scheduleId));

    test('are at most one for each owner that waits, whoever adds them at once, and are found as they were added', async () => {
      const added = await race(20, () => add(scheduleOf()));
      expect(countOf(added, (won) => won)).toBe(1);
      const tenantId = await newTenant();
      const own = scheduleOf({ tenantId });
      expect(await add(own)).toBe(true);
      expect(await store().enforcementSchedules.findMany([own.id])).toEqual([own]);
      expect(await store().enforcementSchedules.waiting([tenantId], at(99))).toEqual([]);
      expect(await store().enforcementSchedules.waiting([tenantId, newId()], at(100))).toEqual([own]);
      expect(await store().enforcementSchedules.count(tenantId)).toBe(1);
    });

    test('begin or are cancelled once, and leave room for the next one', async () => {
      const tenantId = await newTenant();
      const first = scheduleOf({ tenantId, startsAt: at(90) });
      await add(first);
      expect(await store().enforcementSchedules.due(at(89), 10)).toEqual([]);
      expect(await store().enforcementSchedules.due(at(90), 10)).toEqual([first]);
      const outcomes = await Promise.all([
        race(10, () => store().enforcementSchedules.start(first, at(100))),
        race(10, () => store().enforcementSchedules.cancel(first.id, at(100))),
      ]);
      expect(countOf(outcomes.flat(), (won) => won)).toBe(1);
      const second = scheduleOf({ tenantId });
      expect(await add(second)).toBe(true);
      expect(await store().enforcementSchedules.cancel(second.id, at(1))).toBe(true);
      expect(await store().enforcementSchedules.findMany([second.id])).toEqual([{ ...second, cancelledAt: at(1) }]);
      expect(await remindersOf(second.id)).toEqual([]);
    });

    test('end the reminders of every earlier one of the owner when they begin', async () => {
      const tenantId = await newTenant();
      const [first, second, other] = [scheduleOf({ tenantId }), scheduleOf({ tenantId }), scheduleOf({ tenantId: await newTenant() })];
      await add(first);
      await store().enforcementSchedules.start(first, at(100));
      await add(second);
      await add(other);
      const all = [first.id, second.id, other.id];
      expect(await store().enforcementSchedules.dueReminders(at(49), 10)).toEqual([]);
      expect(await remindersOf(...all)).toHaveLength(3);
      await store().enforcementSchedules.start(second, at(100));
      expect((await remindersOf(...all)).map(({ scheduleId }) => scheduleId).sort()).toEqual([second.id, other.id].sort());
    });

    test('step forward with a reminder once, whoever tries at once', async () => {
      const schedule = scheduleOf({ tenantId: await newTenant() });
      await add(schedule);
      const reminder = reminderOf(schedule.id);
      const to = { afterLoginAt: at(5), afterUserId: newId(), nextAt: at(60) };
      expect(countOf(await race(20, () => store().enforcementSchedules.advance(reminder, to)), (won) => won)).toBe(1);
      expect(await remindersOf(schedule.id)).toEqual([{ ...reminder, ...to }]);
    });

    test('go with their tenant, newest first in their list', async () => {
      const { tenant } = await addPerson(store());
      const first = scheduleOf({ tenantId: tenant.id });
      await add(first);
      await store().enforcementSchedules.cancel(first.id, at(1));
      const second = scheduleOf({ tenantId: tenant.id, createdAt: at(2) });
      await add(second);
      const page = { limit: 10, direction: 'forward', cursor: null } as const;
      expect((await store().enforcementSchedules.list(tenant.id, page)).items.map(({ id }) => id)).toEqual([second.id, first.id]);
      await store().enforcementSchedules.removeAllOfTenant(tenant.id);
      expect(await store().enforcementSchedules.count(tenant.id)).toBe(0);
      expect(await remindersOf(first.id, second.id)).toEqual([]);
    });
  });

  describe('people by their first logins', () => {
    const store = useStore(open);

    test('come in the order of (first login, id) with everything that decides, only those of the tenant, and none who never logged in', async () => {
      const { tenant, user: never } = await addPerson(store());
      const { user: elsewhere } = await addPerson(store(), { firstLoginAt: at(1) });
      const ids = Array.from({ length: 5 }, () => newId()).sort();
      for (const [index, id] of ids.entries()) {
        const email = `${id}@first.example`;
        const user = { ...never, id, email, emailNormalized: email, firstLoginAt: index < 3 ? at(2) : at(3) };
        await store().users.create(user, { userId: id, tenantId: tenant.id, roleIds: [], createdAt: at(0) }, null);
      }
      const population = { tenantId: tenant.id, visibleOnly: false };
      const range = { afterLoginAt: new Date(0), afterUserId: '', until: at(3), limit: 2 };
      const read: string[] = [];
      for (let place = range; ; ) {
        const people = await store().populations.readByFirstLogin(population, place, at(9));
        const last = people.at(-1);
        if (last?.firstLoginAt == null) break;
        read.push(...people.map(({ id }) => id));
        place = { ...range, afterLoginAt: last.firstLoginAt, afterUserId: last.id };
      }
      expect(read).toEqual(ids);
      const until = await store().populations.readByFirstLogin(population, { ...range, until: at(2), limit: 10 }, at(9));
      expect(until.map(({ id }) => id)).toEqual(ids.slice(0, 3));
      const everybody = await store().populations.readByFirstLogin({ tenantId: null, visibleOnly: false }, { ...range, limit: 10 }, at(9));
      expect(everybody.map(({ id }) => id)).toEqual([elsewhere.id, ...ids]);
      expect(everybody[1]).toMatchObject({ open: [{ tenantId: tenant.id }], authenticators: [], exemptions: [], hasLoggedIn: false });
    });
  });
}
