import { describe, expect, test } from 'vitest';
import { longestWaitSeconds, waitsSeconds, waitsUntil } from '../../src/domain/limits/guesses.ts';
import type { Open } from './fixtures.ts';
import { at, countOf, newId, race, useStore } from './fixtures.ts';

/** What the counters of wrong guesses promise. */
export function guessContract(open: Open): void {
  describe('guesses', () => {
    const store = useStore(open);
    const counterOf = () => ({ account: newId(), client: newId() });
    const waitOf = async ({ account, client }: { account: string; client: string }, seconds: number) => {
      const [count] = await store().guesses.find(account, [client]);
      return count === undefined ? null : waitsUntil(count, at(seconds));
    };

    test('of 100 parallel wrong guesses exactly as many are counted as are free', async () => {
      const counter = counterOf();
      expect(countOf(await race(100, () => store().guesses.chargeFailure(counter, 5, at(0))), (counted) => counted)).toBe(5);
      expect(await waitOf(counter, 0)).toEqual(at(30));
    });

    test('each further one costs the next wait, the last of which repeats, and none is counted or right meanwhile', async () => {
      const counter = counterOf();
      for (let free = 0; free < 3; free += 1) expect(await store().guesses.chargeFailure(counter, 3, at(0))).toBe(true);
      let now = 0;
      for (const wait of [...waitsSeconds, longestWaitSeconds]) {
        expect(await waitOf(counter, now)).toEqual(at(now + wait));
        expect(await store().guesses.recordSuccess(counter, at(now + wait - 0.001))).toBe(false);
        expect(await store().guesses.chargeFailure(counter, 3, at(now + wait - 0.001))).toBe(false);
        now += wait;
        expect(await waitOf(counter, now)).toBeNull();
        expect(await store().guesses.chargeFailure(counter, 3, at(now))).toBe(true);
      }
    });

    test('a single free guess costs a wait at once', async () => {
      const counter = counterOf();
      expect(await store().guesses.chargeFailure(counter, 1, at(0))).toBe(true);
      expect(await store().guesses.chargeFailure(counter, 1, at(29))).toBe(false);
      expect(await store().guesses.chargeFailure(counter, 1, at(30))).toBe(true);
      expect(await waitOf(counter, 30)).toEqual(at(90));
    });

    test('a right guess ends the row and makes the client known; forgiving ends the rows of one account and forgets nobody', async () => {
      const [counter, other] = [counterOf(), counterOf()];
      for (const one of [counter, other]) for (let tries = 0; tries < 4; tries += 1) await store().guesses.chargeFailure(one, 5, at(tries));
      expect(await store().guesses.recordSuccess(counter, at(5))).toBe(true);
      for (const one of [counter, other]) for (let tries = 0; tries < 5; tries += 1) await store().guesses.chargeFailure(one, 5, at(6));
      await store().guesses.forgive(counter.account, at(7));
      const [count] = await store().guesses.find(counter.account, [counter.client, 'somebody else']);
      expect(count).toEqual({ ...counter, failures: 0, freeAt: at(7), lastAt: at(7), knownAt: at(5) });
      expect(await waitOf(other, 7)).not.toBeNull();
    });

    test('R8 nobody waits for a counter that a clock which ran ahead has written', async () => {
      const counter = counterOf();
      for (let tries = 0; tries < 6; tries += 1) await store().guesses.chargeFailure(counter, 5, at(86_400));
      expect(await waitOf(counter, 0)).toBeNull();
      expect(await store().guesses.chargeFailure(counter, 5, at(0))).toBe(true);
      const wait = await waitOf(counter, 0);
      expect(wait).toEqual(at(60));
    });

    test('a purge forgets counters that were last used before its instant, and only those, also of one account', async () => {
      const old = counterOf();
      const young = { account: old.account, client: newId() };
      await store().guesses.chargeFailure(old, 5, at(9));
      await store().guesses.chargeFailure(young, 5, at(10));
      await store().purge('guesses', at(10), 100);
      expect(await store().guesses.find(old.account, [old.client])).toEqual([]);
      expect(await store().guesses.find(young.account, [young.client])).toHaveLength(1);
    });
  });
}
