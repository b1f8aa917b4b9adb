import { describe, expect, test } from 'vitest';
import type { TenantPlace, TenantSort } from '../../src/domain/directory/tenant.ts';
import { tenantDetailNames, tenantSortKeys } from '../../src/domain/directory/tenant.ts';
import type { Page, PageRequest } from '../../src/domain/page.ts';
import type { Open } from './fixtures.ts';
import { addSession, at, countOf, newId, race, tenantOf, userOf, useStore } from './fixtures.ts';

/** What the repository of tenants promises about fields, orders, and the deletion in parts. */
export function tenantContract(open: Open): void {
  describe('fields of tenants', () => {
    const store = useStore(open);
    const whole = {
      ...Object.fromEntries(tenantDetailNames.map((name) => [name, `${name} \u{1f600}`])),
      ...{ metadata: '{"a":"é"}', isReseller: true },
    };

    test('are stored as they are, and changed one by one', async () => {
      const tenant = tenantOf(whole);
      await store().tenants.create(tenant);
      expect(await store().tenants.find(tenant.id)).toEqual(tenant);
      const changed = await store().tenants.update(tenant.id, { name: 'New', alias: null, metadata: '[]', isReseller: false }, at(9));
      expect(changed).toEqual({ ...tenant, name: 'New', alias: null, metadata: '[]', isReseller: false, updatedAt: at(9) });
      expect(await store().tenants.find(tenant.id)).toEqual(changed);
      expect(await store().tenants.update(newId(), { name: 'Nobody' }, at(9))).toBeNull();
    });

    test('an alias finds the oldest tenant that has it, and no other spelling does', async () => {
      const alias = newId();
      for (const [id, seconds] of [
        ['younger', 2],
        ['older', 1],
      ] as const) {
        await store().tenants.create(tenantOf({ id, alias, createdAt: at(seconds) }));
      }
      expect(await store().tenants.findByAlias(alias)).toMatchObject({ id: 'older' });
      expect(await store().tenants.findByAlias(alias.toUpperCase())).toBeNull();
    });

    test('a name is looked up by its id alone', async () => {
      await store().tenants.create(tenantOf({ id: 'Named' }));
      expect([await store().tenants.idOf('named'), await store().tenants.idOf('Named'), await store().tenants.idOf('name')]).toEqual([
        'Named',
        'Named',
        null,
      ]);
    });
  });

  describe('lists of tenants', () => {
    const store = useStore(open);
    // Times and names are shared, so that the id has to decide.
    const tenants = [
      { id: 'a', name: 'beta', createdAt: at(2) },
      { id: 'b', name: 'Alpha', createdAt: at(1) },
      { id: 'c', name: 'alpha', createdAt: at(1) },
      { id: 'd', name: 'BETA 100%', createdAt: at(0) },
      { id: 'e', name: 'gamma_1', createdAt: at(2) },
    ];
    const orders: Readonly<Record<TenantSort['by'], string>> = { createdAt: 'dbcae', name: 'bcade', id: 'abcde' };
    test('are filled', async () => {
      for (const tenant of tenants) await store().tenants.create(tenantOf(tenant));
    });

    test.each(tenantSortKeys)('by %s have no gap and no repetition, in both orders and both directions', async (by) => {
      for (const descending of [false, true]) {
        const sort = { by, descending };
        const expected = descending ? [...orders[by]].reverse() : [...orders[by]];
        expect((await store().tenants.search({ filter: {}, sort, offset: 0, limit: 10 })).map(({ id }) => id)).toEqual(expected);
        expect((await store().tenants.search({ filter: {}, sort, offset: 3, limit: 1 })).map(({ id }) => id)).toEqual(expected.slice(3, 4));
        for (const direction of ['forward', 'backward'] as const) {
          const read: string[] = [];
          for (let cursor: PageRequest<TenantPlace>['cursor'] = null; ; ) {
            const page: Page<(typeof tenants)[number]> = await store().tenants.list({}, { limit: 2, direction, cursor }, sort);
            const ids = page.items.map(({ id }) => id);
            if (direction === 'forward') read.push(...ids);
            else read.unshift(...ids);
            const end = direction === 'forward' ? page.items.at(-1) : page.items[0];
            if (!page.hasMore || end === undefined) break;
            cursor = { at: end[by], id: end.id };
          }
          expect(read, `${by} ${direction}`).toEqual(expected);
        }
      }
    });

    test('have what the filter says, and are counted by it', async () => {
      for (const [filter, ids] of [
        [{ text: 'BET' }, 'ad'],
        [{ text: '0%' }, 'd'],
        [{ text: 'a_1' }, 'e'],
        [{ text: '_' }, 'e'],
        [{ text: 'C' }, 'c'],
        [{ ids: ['a', 'B'] }, 'a'],
        [{ named: ['A', 'b', 'x'] }, 'ab'],
        [{ named: [] }, ''],
        [{ ids: ['a', 'b'], named: ['B'], text: 'alp' }, 'b'],
      ] as const) {
        const sort = { by: 'id', descending: false } as const;
        expect((await store().tenants.search({ filter, sort, offset: 0, limit: 10 })).map(({ id }) => id).join(''), JSON.stringify(filter)).toBe(ids);
        expect(await store().tenants.count(filter)).toBe(ids.length);
      }
    });
  });

  describe('a tenant that is being deleted', () => {
    const store = useStore(open);

    test('is found by nothing but what finishes the deletion', async () => {
      const tenant = tenantOf({ id: 'Doomed', alias: 'doomed' });
      await store().tenants.create(tenant);
      expect(countOf(await race(10, () => store().tenants.beginDeletion('Doomed', at(5))), (begun) => begun)).toBe(1);
      const page: PageRequest<TenantPlace> = { limit: 10, direction: 'forward', cursor: null };
      expect([
        await store().tenants.find('Doomed'),
        await store().tenants.idOf('Doomed'),
        await store().tenants.findByAlias('doomed'),
        await store().tenants.update('Doomed', { name: 'x' }, at(6)),
        (await store().tenants.findMany(['Doomed'])).length,
        (await store().tenants.list({}, page)).items.length,
        (await store().tenants.search({ filter: {}, sort: { by: 'id', descending: false }, offset: 0, limit: 10 })).length,
        await store().tenants.count(),
      ]).toEqual([null, null, null, null, 0, 0, 0, 0]);
      expect([await store().tenants.beingDeleted(null), await store().tenants.beingDeleted('DOOMED')]).toEqual([['Doomed'], ['Doomed']]);
      expect(await store().tenants.create(tenant)).toBe(false);
      await store().tenants.finishDeletion('Doomed');
      expect(await store().tenants.beingDeleted(null)).toEqual([]);
      expect(await store().tenants.create(tenant)).toBe(true);
      // The end of a deletion that another instance has finished before does nothing to the new tenant.
      await store().tenants.finishDeletion('Doomed');
      expect(await store().tenants.find('Doomed')).toEqual(tenant);
    });

    test('loses what belongs to it, and its users enter the oldest tenant that is left', async () => {
      const [old, newer, doomed] = [tenantOf(), tenantOf(), tenantOf()];
      for (const tenant of [old, newer, doomed]) await store().tenants.create(tenant);
      const users = Array.from({ length: 3 }, () => userOf(doomed.id)).sort((one, other) => (one.id < other.id ? -1 : 1));
      const [both, alone] = users;
      if (both === undefined || alone === undefined) throw new Error('there are three users');
      for (const user of users) await store().users.create(user, { userId: user.id, tenantId: doomed.id, roleIds: [], createdAt: at(0) }, null);
      await store().users.addMembership({ userId: both.id, tenantId: newer.id, roleIds: [], createdAt: at(2) });
      await store().users.addMembership({ userId: both.id, tenantId: old.id, roleIds: [], createdAt: at(1) });
      await addSession(store(), { userId: both.id, tenantId: doomed.id });
      await addSession(store(), { userId: both.id, tenantId: doomed.id });
      await addSession(store(), { userId: both.id, tenantId: old.id });

      await store().tenants.beginDeletion(doomed.id, at(5));
      await store().users.removeAllOfTenant(doomed.id);
      expect((await store().users.memberships(users.map(({ id }) => id))).map(({ tenantId }) => tenantId)).toEqual([old.id, newer.id]);
      expect((await store().tenants.usersLeftIn(doomed.id, 2)).map(({ id }) => id)).toEqual([both.id, alone.id]);
      await store().tenants.enterOldestTenant([both.id, alone.id]);
      expect((await store().users.findMany([both.id]))[0]?.activeTenantId).toBe(old.id);
      expect((await store().users.findMany([alone.id]))[0]?.activeTenantId).toBe(doomed.id);
      expect((await store().tenants.usersLeftIn(doomed.id, 5)).map(({ id }) => id)).not.toContain(both.id);

      const removed: number[] = [];
      for (let number = 1; number > 0; ) {
        number = await store().tenants.removeSessions(doomed.id, 1);
        removed.push(number);
      }
      // Two sessions and their refresh tokens, one row at a time.
      expect(removed.reduce((sum, number) => sum + number, 0)).toBe(4);
      expect(Math.max(...removed)).toBeLessThanOrEqual(2);
    });
  });
}
