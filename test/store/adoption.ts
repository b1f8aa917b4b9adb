import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { dayOf, daysAfter } from '../../src/domain/insight/adoption.ts';
import type { Store } from '../../src/domain/store.ts';
import type { Open } from './fixtures.ts';
import { addAuthenticator, addPerson, at, newId, race, tenantOf, useStore } from './fixtures.ts';

/** What the counts of users promise beside what is tested through the whole app. */
export function adoptionContract(open: Open): void {
  describe('counts of adoption', () => {
    const store = useStore(open);
    const settled = async (): Promise<void> => {
      while (await store().adoption.settle());
    };
    const day = dayOf(at(0));

    test('a change in a tenant waits for another change of the same person, so that both are counted', async () => {
      const { user, tenant } = await addPerson(store());
      const other = tenantOf();
      await store().tenants.create(other);
      const enrolling = store().transact({ user: user.id }, async () => {
        await addAuthenticator(store(), { userId: user.id });
        await sleep(100);
      });
      const joining = store().transact({ subject: 'somebody joins by an address' }, () =>
        store().users.addMembership({ userId: user.id, tenantId: other.id, roleIds: [], createdAt: at(0) }),
      );
      await Promise.all([enrolling, joining]);
      expect(await store().adoption.recount([null, tenant.id, other.id], at(0))).toEqual([]);
      expect(await store().adoption.countsOf([other.id], at(0))).toMatchObject([{ users: 1, enrolled: 1 }]);
    });

    test('changes are added up once, whoever does it at the same time', async () => {
      const tenantId = newId();
      await race(30, () => store().transact('NOTHING', () => store().adoption.countEvent({ tenantId, began: at(0), as: 'abandoned' })));
      await race(4, settled);
      expect(await store().adoption.funnel(tenantId, { from: day, until: daysAfter(day, 1) })).toMatchObject({ abandoned: 30, failed: 0 });
    });

    test('what was rolled back is not counted', async () => {
      const { user, tenant } = await addPerson(store());
      const work = async (): Promise<void> => {
        await store().users.setLocked(user.id, true, at(0));
        throw new Error('a later step failed');
      };
      await expect(store().transact({ user: user.id }, work)).rejects.toThrow();
      expect(await store().adoption.countsOf([tenant.id], at(0))).toMatchObject([{ users: 1, locked: 0 }]);
    });

    test('days are purged by their beginning, and those that are left still count', async () => {
      const own: Store = await open();
      const tenantId = newId();
      for (const days of [0, 1, 2]) await own.adoption.countEvent({ tenantId, began: daysAfter(at(0), days), as: 'challenged' });
      await own.adoption.settle();
      // Each day has a row of the tenant and one of the environment.
      expect(await own.purge('adoptionDays', daysAfter(day, 1), 10)).toBe(2);
      expect(await own.purge('adoptionDays', daysAfter(day, 2), 1)).toBe(1);
      expect(await own.purge('adoptionDays', daysAfter(day, 2), 10)).toBe(1);
      expect(await own.adoption.funnel(tenantId, { from: day, until: daysAfter(day, 9) })).toMatchObject({ challenged: 1 });
      await own.close();
    });

    test('the points of a day are kept once, and purged by their day', async () => {
      const own: Store = await open();
      const { tenant } = await addPerson(own);
      await own.adoption.settle();
      for (const days of [0, 0, 1]) await own.adoption.keepPoints(daysAfter(at(days), days), '');
      const days = async () => (await own.adoption.points(tenant.id, { from: day, until: daysAfter(day, 9) })).map((point) => point.day);
      expect(await days()).toEqual([day, daysAfter(day, 1)]);
      expect(await own.purge('adoptionPoints', daysAfter(day, 1), 10)).toBe(2);
      expect(await days()).toEqual([daysAfter(day, 1)]);
      await own.close();
    });
  });
}
