import { describe, expect, test } from 'vitest';
import type { Open } from './fixtures.ts';
import { addBulkInvitation, at, countOf, newId, race, useStore } from './fixtures.ts';

/** What bulk invitations promise. */
export function bulkInvitationContract(open: Open): void {
  describe('bulk invitations', () => {
    const store = useStore(open);
    const find = async (id: string) => (await store().bulkInvitations.findMany([id, newId()]))[0];
    /** Leaves nothing due for the next test. */
    const settleAll = async () => {
      for (const entry of await store().bulkInvitations.claimDue(at(86_400), at(86_460), 1_000))
        await store().bulkInvitations.settle(entry, at(86_400));
    };

    test('are found whole, and count under way in their tenant until the last entry is settled', async () => {
      const { added, entries } = await addBulkInvitation(store(), 2);
      const [first, second = first] = entries;
      const { bulkInvitations } = store();
      expect(await find(added.id)).toEqual({ ...added, total: 2, processed: 0, refused: 0, finishedAt: null });
      expect(await bulkInvitations.countUnderWay(added.tenantId)).toBe(1);
      expect(await bulkInvitations.settle(second, at(5))).toBe(true);
      expect(await find(added.id)).toMatchObject({ processed: 1, refused: 0, finishedAt: null });
      expect(await bulkInvitations.refuse(first, Uint8Array.of(9), at(6))).toBe(true);
      expect(await find(added.id)).toMatchObject({ processed: 2, refused: 1, finishedAt: at(6) });
      expect(await bulkInvitations.countUnderWay(added.tenantId)).toBe(0);
      expect(await bulkInvitations.refusedOf([added.id])).toEqual([{ ...first, sealed: Uint8Array.of(9) }]);
      await settleAll();
    });

    test('an entry is settled or refused once, whatever runs at the same time', async () => {
      const { added, entries } = await addBulkInvitation(store(), 1);
      const outcomes = await race(8, (index) =>
        index % 2 === 0 ? store().bulkInvitations.settle(entries[0], at(5)) : store().bulkInvitations.refuse(entries[0], Uint8Array.of(1), at(5)),
      );
      expect(countOf(outcomes, (settled) => settled)).toBe(1);
      expect(await find(added.id)).toMatchObject({ processed: 1, total: 1 });
    });

    test('due entries are reserved once, in the order of the call, and are due again when the reservation ends', async () => {
      await settleAll();
      const { entries } = await addBulkInvitation(store(), 25);
      const { bulkInvitations } = store();
      const claims = (await race(4, () => bulkInvitations.claimDue(at(1), at(61), 10))).flat();
      expect(claims.map(({ id }) => id).sort()).toEqual(entries.map(({ id }) => id).sort());
      expect(new Set(claims.map(({ attempts }) => attempts))).toEqual(new Set([1]));
      expect(await bulkInvitations.claimDue(at(60), at(120), 10)).toEqual([]);
      const again = await bulkInvitations.claimDue(at(61), at(121), 3);
      expect(again).toEqual(entries.slice(0, 3).map((entry) => ({ ...entry, attempts: 2 })));
      await settleAll();
    });

    test('a reservation by a clock that ran ahead is taken over', async () => {
      await settleAll();
      await addBulkInvitation(store(), 1);
      expect(await store().bulkInvitations.claimDue(at(40_000_000), at(40_000_060), 10)).toHaveLength(1);
      expect(await store().bulkInvitations.claimDue(at(10), at(70), 10)).toHaveLength(1);
      await settleAll();
    });
  });
}
