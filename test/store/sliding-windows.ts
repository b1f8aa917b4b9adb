import { describe, expect, test } from 'vitest';
import { consecutiveCap } from '../../src/domain/limits/sliding-window.ts';
import type { Open } from './fixtures.ts';
import { at, countOf, newId, race, useStore } from './fixtures.ts';

/** What a budget of guesses or messages promises. */
export function slidingWindowContract(open: Open): void {
  describe('budgets', () => {
    const store = useStore(open);
    const charge = (key: string, seconds: number) => store().slidingWindows.charge(key, at(seconds), 'CONSECUTIVE_CAP');

    test('of 100 parallel charges exactly five are allowed', async () => {
      const key = newId();
      const answers = await race(100, () => charge(key, 0));
      expect(countOf(answers, (answer) => answer.allowed)).toBe(5);
      const remaining = answers.flatMap((answer) => (answer.allowed ? [answer.remaining] : []));
      expect(remaining.sort()).toEqual([0, 1, 2, 3, 4]);
    });

    test('of 100 parallel charges, each in a transaction, exactly five are allowed', async () => {
      const key = newId();
      const answers = await race(100, () => store().transact('NOTHING', () => charge(key, 0)));
      expect(countOf(answers, (answer) => answer.allowed)).toBe(5);
    });

    test('the window slides: a place is free once the oldest charge is 900 seconds old, and only that place', async () => {
      const key = newId();
      for (const seconds of [0, 100, 200, 300, 400]) expect((await charge(key, seconds)).allowed).toBe(true);
      expect(await charge(key, 899.999)).toEqual({ allowed: false, freeAt: at(900) });
      expect(await charge(key, 900)).toEqual({ allowed: true, remaining: 0 });
      expect(await charge(key, 901)).toEqual({ allowed: false, freeAt: at(1000) });
    });

    test('what remains counts charges inside the window alone', async () => {
      const key = newId();
      expect(await charge(key, 0)).toEqual({ allowed: true, remaining: 4 });
      expect(await charge(key, 600)).toEqual({ allowed: true, remaining: 3 });
      expect(await charge(key, 900)).toEqual({ allowed: true, remaining: 3 });
    });

    test('a refused charge costs nothing', async () => {
      const key = newId();
      for (let charged = 0; charged < 5; charged += 1) await charge(key, 0);
      for (let refused = 0; refused < 50; refused += 1) await charge(key, 1);
      expect(await charge(key, 900)).toEqual({ allowed: true, remaining: 4 });
    });

    test('what is exhausted is told without a charge: until when, or for good', async () => {
      const [free, waits, ended, unknown] = [newId(), newId(), newId(), newId()];
      for (const seconds of [0, 1, 2, 3]) await charge(free, seconds);
      for (const seconds of [0, 1, 2, 3, 4]) await charge(waits, seconds);
      const noSpacing = { windowSeconds: 0, gapSeconds: 0 };
      for (let made = 0; made < consecutiveCap; made += 1) await store().slidingWindows.charge(ended, at(0), 'CONSECUTIVE_CAP', noSpacing);
      const exhausted = async (seconds: number) => {
        const found = await store().slidingWindows.exhausted([free, waits, ended, unknown], at(seconds));
        return Object.fromEntries(found.map(({ key, freeAt }) => [key, freeAt]));
      };
      for (let asked = 0; asked < 3; asked += 1) expect(await exhausted(899.999)).toEqual({ [waits]: at(900), [ended]: null });
      expect(await exhausted(900)).toEqual({ [ended]: null });
      expect((await charge(free, 5)).allowed).toBe(true);
      expect((await charge(waits, 5)).allowed).toBe(false);
      expect(await store().slidingWindows.exhausted([], at(5))).toEqual([]);
    });

    test('a charge that was given back is free again, and counts neither in the window nor in the row', async () => {
      const key = newId();
      await store().slidingWindows.giveBack(key);
      for (let charged = 0; charged < 5; charged += 1) await charge(key, charged);
      await store().slidingWindows.giveBack(key);
      expect(await charge(key, 10)).toEqual({ allowed: true, remaining: 0 });
      expect((await charge(key, 11)).allowed).toBe(false);
      for (let given = 0; given < 9; given += 1) await store().slidingWindows.giveBack(key);
      expect(await charge(key, 12)).toEqual({ allowed: true, remaining: 4 });
    });

    test('R8 a clock set back allows nothing more, and nobody waits for longer than one window from now', async () => {
      const key = newId();
      for (let charged = 0; charged < 5; charged += 1) await charge(key, 0);
      expect(await charge(key, -3600)).toEqual({ allowed: false, freeAt: at(-2700) });
      expect(await charge(key, -2700.001)).toEqual({ allowed: false, freeAt: at(-2700) });
      expect(await charge(key, -2700)).toEqual({ allowed: true, remaining: 4 });
    });

    test('after a hundred charges in a row waiting does not help; a reset does', async () => {
      const key = newId();
      for (let charged = 0; charged < consecutiveCap; charged += 1) expect((await charge(key, charged * 200)).allowed).toBe(true);
      const later = consecutiveCap * 200 + 1_000_000;
      expect(await charge(key, later)).toEqual({ allowed: false, freeAt: null });
      await store().slidingWindows.reset(key);
      expect(await charge(key, later)).toEqual({ allowed: true, remaining: 4 });
    });

    test('the last charges before the cap tell that no more remain', async () => {
      const key = newId();
      for (let charged = 1; charged < consecutiveCap; charged += 1) await charge(key, charged * 1000);
      expect(await charge(key, 1_000_000)).toEqual({ allowed: true, remaining: 0 });
    });

    test('without the cap a window frees a place however many charges went before', async () => {
      const key = newId();
      for (let charged = 0; charged <= consecutiveCap; charged += 1) {
        expect(await store().slidingWindows.charge(key, at(charged * 1000), 'NO_CAP')).toEqual({ allowed: true, remaining: 4 });
      }
    });

    test('a spacing of its own sets window and gap: the later of the two says when a place is free', async () => {
      const key = newId();
      const send = (seconds: number) => store().slidingWindows.charge(key, at(seconds), 'NO_CAP', { windowSeconds: 3600, gapSeconds: 30 });
      expect(await send(0)).toEqual({ allowed: true, remaining: 4 });
      expect(await send(29.999)).toEqual({ allowed: false, freeAt: at(30) });
      for (const [index, seconds] of [30, 60, 90, 120].entries()) expect(await send(seconds)).toEqual({ allowed: true, remaining: 3 - index });
      expect(await send(150)).toEqual({ allowed: false, freeAt: at(3600) });
      expect(await send(3600)).toEqual({ allowed: true, remaining: 0 });
      expect(await send(3610)).toEqual({ allowed: false, freeAt: at(3630) });
    });

    test('of 100 parallel charges with a gap exactly one is allowed', async () => {
      const key = newId();
      const answers = await race(100, () => store().slidingWindows.charge(key, at(0), 'NO_CAP', { windowSeconds: 3600, gapSeconds: 30 }));
      expect(countOf(answers, (answer) => answer.allowed)).toBe(1);
    });

    test('one key never pays for another, and a reset clears one alone', async () => {
      const [mine, other] = [newId(), newId()];
      for (let charged = 0; charged < 5; charged += 1) await Promise.all([charge(mine, 0), charge(other, 0)]);
      await store().slidingWindows.reset(mine);
      expect((await charge(mine, 1)).allowed).toBe(true);
      expect((await charge(other, 1)).allowed).toBe(false);
    });

    test('a charge of its own outlives the transaction beside it that rolls back', async () => {
      const key = newId();
      await charge(key, 0);
      await expect(
        store().transact('NOTHING', async () => {
          await store().slidingWindows.reset(key);
          throw new Error('wrong code');
        }),
      ).rejects.toThrow('wrong code');
      expect(await charge(key, 1)).toEqual({ allowed: true, remaining: 3 });
    });
  });
}
