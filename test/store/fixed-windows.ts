import { describe, expect, test } from 'vitest';
import type { Open } from './fixtures.ts';
import { at, countOf, newId, race, useStore } from './fixtures.ts';

/** What a quota promises. */
export function fixedWindowContract(open: Open): void {
  describe('quotas', () => {
    const store = useStore(open);
    const take = (key: string, seconds: number, limit = 3) => store().fixedWindows.take(key, { limit, windowSeconds: 3600 }, at(seconds));

    test('of 100 parallel uses exactly as many are allowed as the limit says', async () => {
      const key = newId();
      const answers = await race(100, () => take(key, 0, 17));
      expect(countOf(answers, (answer) => answer === null)).toBe(17);
    });

    test('a refusal says when the window ends; from then on a new one is open', async () => {
      const key = newId();
      for (const seconds of [0, 10, 20]) expect(await take(key, seconds)).toBeNull();
      expect(await take(key, 30)).toEqual(at(3600));
      expect(await take(key, 3599.999)).toEqual(at(3600));
      for (const seconds of [3600, 3601, 3602]) expect(await take(key, seconds)).toBeNull();
      expect(await take(key, 3603)).toEqual(at(7200));
    });

    test('R8 a window that a clock which ran ahead has opened is opened anew, and a refusal names no later end than one window from now', async () => {
      const key = newId();
      for (let used = 0; used < 3; used += 1) expect(await take(key, 86_400)).toBeNull();
      for (let used = 0; used < 3; used += 1) expect(await take(key, 0)).toBeNull();
      expect(await take(key, 1)).toEqual(at(3600));
      const ahead = newId();
      for (let used = 0; used < 3; used += 1) expect(await take(ahead, 30)).toBeNull();
      expect(await take(ahead, 0)).toEqual(at(3600));
    });

    test('one key never pays for another', async () => {
      const [mine, other] = [newId(), newId()];
      for (let used = 0; used < 3; used += 1) await take(mine, 0);
      expect(await take(mine, 1)).not.toBeNull();
      expect(await take(other, 1)).toBeNull();
    });
  });
}
