import { describe, expect, test } from 'vitest';
import type { Open } from './fixtures.ts';
import { at, newId, race, useStore } from './fixtures.ts';

/** What messages waiting for delivery promise. */
export function outboxContract(open: Open): void {
  describe('outbox', () => {
    // A store a test: what is due is asked of the whole table.
    const entryOf = (seconds = 0) => ({
      id: newId(),
      channel: 'EMAIL' as const,
      userId: null,
      sealed: new Uint8Array([1, 2, 3]),
      attempts: 0,
      createdAt: at(seconds),
    });

    describe('parallel claims', () => {
      const store = useStore(open);
      test('of 20 claimers no two get the same entry, and every entry is claimed', async () => {
        for (let added = 0; added < 30; added += 1) await store().outbox.add(entryOf());
        const claimed = (await race(20, () => store().outbox.claimDue('EMAIL', at(1), at(61), 5))).flat();
        const rest = await store().outbox.claimDue('EMAIL', at(1), at(61), 30);
        const ids = [...claimed, ...rest].map((entry) => entry.id);
        expect(ids).toHaveLength(30);
        expect(new Set(ids).size).toBe(30);
        expect(await store().outbox.claimDue('EMAIL', at(60.999), at(120), 30)).toEqual([]);
      });
    });

    describe('one entry', () => {
      const store = useStore(open);
      test('an entry is claimed once a lease, counted at each claim, and free again when the lease ends', async () => {
        const entry = entryOf();
        await store().outbox.add(entry);
        expect(await store().outbox.claimDue('EMAIL', at(-0.001), at(60), 10)).toEqual([]);
        expect(await store().outbox.claimDue('EMAIL', at(0), at(60), 10)).toEqual([{ ...entry, attempts: 1 }]);
        expect(await store().outbox.claimDue('EMAIL', at(59), at(120), 10)).toEqual([]);
        expect(await store().outbox.claimDue('EMAIL', at(60), at(120), 10)).toEqual([{ ...entry, attempts: 2 }]);
        await store().outbox.markFailed(entry.id, at(90), at(70));
        expect(await store().outbox.claimDue('EMAIL', at(89), at(150), 10)).toEqual([]);
        expect(await store().outbox.claimDue('EMAIL', at(90), at(150), 10)).toEqual([{ ...entry, attempts: 3 }]);
        await store().outbox.markSent(entry.id, at(91));
        expect(await store().outbox.claimDue('EMAIL', at(100_000), at(200_000), 10)).toEqual([]);
      });

      test('an entry sent or given up never comes back, not even by a late failure of another process', async () => {
        const [sent, givenUp] = [entryOf(), entryOf()];
        for (const entry of [sent, givenUp]) await store().outbox.add(entry);
        await store().outbox.claimDue('EMAIL', at(1), at(60), 10);
        await store().outbox.markSent(sent.id, at(2));
        expect(await store().outbox.markFailed(givenUp.id, null, at(2))).toBe(true);
        for (const { id } of [sent, givenUp]) expect(await store().outbox.markFailed(id, at(3), at(3))).toBe(false);
        expect(await store().outbox.claimDue('EMAIL', at(100), at(200), 10)).toEqual([]);
      });

      test('R8 an entry that a clock which ran ahead has added or scheduled is due at once, and claimed once a lease', async () => {
        const [added, scheduled] = [entryOf(86_400), entryOf()];
        for (const entry of [added, scheduled]) await store().outbox.add(entry);
        await store().outbox.markFailed(scheduled.id, at(86_400), at(1));
        const claimed = await store().outbox.claimDue('EMAIL', at(10), at(70), 10);
        expect(claimed).toEqual([
          { ...scheduled, attempts: 1 },
          { ...added, createdAt: at(10), attempts: 1 },
        ]);
        expect(await store().outbox.claimDue('EMAIL', at(60), at(130), 10)).toEqual([]);
        expect(await store().outbox.claimDue('EMAIL', at(70), at(140), 10)).toHaveLength(2);
        for (const { id } of claimed) await store().outbox.markSent(id, at(80));
      });

      test('a claim takes entries of its channel alone', async () => {
        const [mail, text] = [entryOf(), { ...entryOf(), channel: 'SMS' as const }];
        for (const entry of [mail, text]) await store().outbox.add(entry);
        expect(await store().outbox.claimDue('SMS', at(1), at(60), 10)).toEqual([{ ...text, attempts: 1 }]);
        expect(await store().outbox.claimDue('EMAIL', at(1), at(60), 10)).toEqual([{ ...mail, attempts: 1 }]);
        for (const { id } of [mail, text]) await store().outbox.markSent(id, at(2));
      });

      test('a limit takes the longest due first, in order of creation', async () => {
        const entries = [3, 1, 2, 0].map((seconds) => entryOf(seconds));
        for (const entry of entries) await store().outbox.add(entry);
        const claimed = await store().outbox.claimDue('EMAIL', at(10), at(70), 2);
        expect(claimed.map((entry) => entry.createdAt)).toEqual([at(0), at(1)]);
      });

      test('an entry added in a transaction that rolls back is never due', async () => {
        await store().outbox.claimDue('EMAIL', at(10), at(3600), 100);
        await expect(
          store().transact('NOTHING', async () => {
            await store().outbox.add(entryOf());
            throw new Error('undone');
          }),
        ).rejects.toThrow('undone');
        expect(await store().outbox.claimDue('EMAIL', at(20), at(30), 100)).toEqual([]);
      });
    });
  });
}
