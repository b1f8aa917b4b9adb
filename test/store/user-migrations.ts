import { describe, expect, test } from 'vitest';
import type { Open } from './fixtures.ts';
import { addPerson, addUserMigration, at, countOf, newId, race, tenantOf, useStore } from './fixtures.ts';

const all = { limit: 100, direction: 'forward', cursor: null } as const;

/** What migrations of users promise. */
export function userMigrationContract(open: Open): void {
  describe('migrations of users', () => {
    const store = useStore(open);
    const find = async (id: string) => (await store().userMigrations.findMany([id, newId()]))[0];
    /** Leaves nothing due for the next test. */
    const settleAll = async () => {
      const { userMigrations } = store();
      for (const row of await userMigrations.claimDue(at(86_400), at(86_460), 1_000)) await userMigrations.fail(row, Uint8Array.of(1), at(86_400));
    };

    test('are found whole, and are under way until the last user is imported or has failed', async () => {
      const { userMigrations } = store();
      const before = await userMigrations.countUnderWay();
      const { added, rows } = await addUserMigration(store(), 2);
      const [first, second = first] = rows;
      expect(await find(added.id)).toEqual({ ...added, total: 2, migrated: 0, failed: 0, finishedAt: null });
      expect(await userMigrations.countUnderWay()).toBe(before + 1);
      const { user } = await addPerson(store());
      expect(await userMigrations.settle(second)).toBe(true);
      expect(await userMigrations.complete(second, user.id, at(5))).toEqual({ ...added, total: 2, migrated: 1, failed: 0, finishedAt: null });
      expect(await userMigrations.fail(first, Uint8Array.of(9), at(6))).toEqual({ ...added, total: 2, migrated: 1, failed: 1, finishedAt: at(6) });
      expect(await find(added.id)).toMatchObject({ migrated: 1, failed: 1, finishedAt: at(6) });
      expect(await userMigrations.countUnderWay()).toBe(before);
      expect(await userMigrations.migratedOf(added.id)).toEqual([{ id: user.id, email: user.email }]);
      expect(await userMigrations.failedOf(added.id, all)).toEqual({ items: [{ ...first, sealed: Uint8Array.of(9) }], hasMore: false });
    });

    test('nothing is kept of who was imported but the id, and who was deleted since is left out', async () => {
      const { added, rows } = await addUserMigration(store(), 1);
      const { userMigrations } = store();
      const [claimed] = await userMigrations.claimDue(at(1), at(61), 1_000);
      expect(claimed).toEqual({ ...rows[0], attempts: 1 });
      await userMigrations.settle(rows[0]);
      await userMigrations.complete(rows[0], newId(), at(5));
      expect(await userMigrations.migratedOf(added.id)).toEqual([]);
      expect(await store().sealedValues.notSealedWith('ffffffff', 'user_migration_rows', '', 1_000)).not.toContainEqual(
        expect.objectContaining({ row: rows[0].id }),
      );
    });

    test('a row is settled or fails once, whatever runs at the same time', async () => {
      const { added, rows } = await addUserMigration(store(), 1);
      const { userMigrations } = store();
      const outcomes = await race(8, (index) =>
        store().transact('NOTHING', async () => {
          if (index % 2 === 0) return (await userMigrations.fail(rows[0], Uint8Array.of(1), at(5))) !== null;
          const settled = await userMigrations.settle(rows[0]);
          if (settled) await userMigrations.complete(rows[0], newId(), at(5));
          return settled;
        }),
      );
      expect(countOf(outcomes, (settled) => settled)).toBe(1);
      const found = await find(added.id);
      expect((found?.migrated ?? 0) + (found?.failed ?? 0)).toBe(1);
    });

    test('due rows are reserved once, in the order of the call, and are due again when the reservation ends', async () => {
      await settleAll();
      const { rows } = await addUserMigration(store(), 25);
      const { userMigrations } = store();
      const claims = (await race(4, () => userMigrations.claimDue(at(1), at(61), 10))).flat();
      expect(claims.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id).sort());
      expect(await userMigrations.claimDue(at(60), at(120), 10)).toEqual([]);
      const again = await userMigrations.claimDue(at(61), at(121), 3);
      expect(again).toEqual(rows.slice(0, 3).map((row) => ({ ...row, attempts: 2 })));
      await settleAll();
    });

    test('a row that is postponed has not been tried, and a reservation by a clock that ran ahead is taken over', async () => {
      await settleAll();
      const { rows } = await addUserMigration(store(), 1);
      const { userMigrations } = store();
      const [claimed] = await userMigrations.claimDue(at(1), at(61), 10);
      if (claimed === undefined) throw new Error('nothing was due');
      await userMigrations.postpone(claimed, at(10));
      expect(await userMigrations.claimDue(at(9), at(69), 10)).toEqual([]);
      expect(await userMigrations.claimDue(at(40_000_000), at(40_000_060), 10)).toEqual([{ ...rows[0], attempts: 1 }]);
      // Another process has it by now.
      await userMigrations.postpone({ ...claimed, attempts: 5 }, at(2));
      expect(await userMigrations.claimDue(at(10), at(70), 10)).toEqual([{ ...rows[0], attempts: 2 }]);
      await settleAll();
    });

    test('who has failed is tried again once, as if never tried, and a settled row is not touched', async () => {
      await settleAll();
      const { added, rows } = await addUserMigration(store(), 3);
      const [first, second = first, third = first] = rows;
      const { userMigrations } = store();
      await userMigrations.claimDue(at(1), at(61), 10);
      await userMigrations.fail(first, Uint8Array.of(7), at(2));
      await userMigrations.settle(second);
      await userMigrations.complete(second, newId(), at(2));
      await userMigrations.fail(third, Uint8Array.of(8), at(2));
      const retried = await race(4, () => store().transact('NOTHING', () => userMigrations.retryFailed(added.id, at(3))));
      expect(retried.sort()).toEqual([0, 0, 0, 2]);
      expect(await find(added.id)).toMatchObject({ total: 3, migrated: 1, failed: 0, finishedAt: null });
      expect(await userMigrations.failedOf(added.id, all)).toEqual({ items: [], hasMore: false });
      expect(await userMigrations.claimDue(at(3), at(63), 10)).toEqual([
        { ...first, sealed: Uint8Array.of(7), attempts: 1 },
        { ...third, sealed: Uint8Array.of(8), attempts: 1 },
      ]);
      expect(await userMigrations.retryFailed(newId(), at(3))).toBe(0);
      await settleAll();
    });

    test('go with the tenant that they were begun in, and with no other', async () => {
      await settleAll();
      const [gone, stays] = [tenantOf(), tenantOf()];
      const { userMigrations } = store();
      for (const tenant of [gone, stays]) await store().tenants.create(tenant);
      const all = await Promise.all([gone.id, stays.id, null].map((tenantId) => addUserMigration(store(), 1, tenantId)));
      const [first] = await userMigrations.claimDue(at(1), at(61), 10);
      await userMigrations.removeAllOfTenant(gone.id);
      expect((await userMigrations.findMany(all.map(({ added }) => added.id))).map(({ tenantId }) => tenantId).sort()).toEqual(
        [stays.id, null].sort(),
      );
      const removed = all[0]?.rows[0];
      if (first === undefined || removed === undefined) throw new Error('nothing was due');
      // Whoever had reserved a row of it does nothing.
      expect([await userMigrations.settle(removed), await userMigrations.fail(removed, Uint8Array.of(1), at(2))]).toEqual([false, null]);
      await settleAll();
    });

    test('those who failed are read in pages, in the order of the call, from both ends', async () => {
      await settleAll();
      const { added } = await addUserMigration(store(), 5);
      await addUserMigration(store(), 2);
      await settleAll();
      const { userMigrations } = store();
      const read = async (page: Parameters<typeof userMigrations.failedOf>[1]) => {
        const { items, hasMore } = await userMigrations.failedOf(added.id, page);
        return [items.map(({ number }) => number), hasMore];
      };
      expect(await read({ limit: 2, direction: 'forward', cursor: null })).toEqual([[0, 1], true]);
      expect(await read({ limit: 3, direction: 'forward', cursor: { at: 1, id: 'any' } })).toEqual([[2, 3, 4], false]);
      expect(await read({ limit: 2, direction: 'backward', cursor: { at: 3, id: 'any' } })).toEqual([[1, 2], true]);
    });
  });
}
