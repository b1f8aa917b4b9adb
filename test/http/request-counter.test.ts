import { expect, test } from 'vitest';
import { countedNetworks, createRequestCounter } from '../../src/http/request-counter.ts';
import { nodeRandom } from '../../src/platform/random.ts';
import { HandClock } from '../support/clock.ts';

const windowMilliseconds = 60_000;
const open = (max = 5) => {
  const clock = new HandClock(new Date('2026-03-02T09:00:00.000Z'));
  return { clock, count: createRequestCounter({ max, windowMilliseconds }, { clock, random: nodeRandom }) };
};
const allowed = (count: (network: string) => number | null, network: string, tries: number): number =>
  Array.from({ length: tries }, () => count(network)).filter((wait) => wait === null).length;
const foreign = (index: number): string => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

test('a network has so many requests in a window, and hears how long the window lasts', () => {
  const { clock, count } = open();
  expect(allowed(count, 'a', 4)).toBe(4);
  clock.advance({ seconds: 20 });
  expect(allowed(count, 'a', 3)).toBe(1);
  expect(count('a')).toBe(40_000);
  expect(count('b')).toBeNull();
  clock.advance({ seconds: 40 });
  expect(allowed(count, 'a', 9)).toBe(5);
});

test.each([6_000, 1_000_000])('T44 %i foreign networks give nobody a spent budget back, in bounded memory', (foreigners) => {
  const { clock, count } = open();
  for (const network of ['spent', 'half']) allowed(count, network, network === 'spent' ? 5 : 3);
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < foreigners; index += 1) count(foreign(index));
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
  expect(count('spent')).toBe(60_000);
  expect(allowed(count, 'half', 9), 'what was counted before the flood goes on as it was').toBe(2);
  clock.advance({ seconds: 60 });
  expect(allowed(count, 'spent', 9)).toBe(5);
});

test('T44 a network that arrives in the flood has no more than its budget, also when room for it comes back', () => {
  const { clock, count } = open();
  // Half of the windows open half a minute later, so that the first half makes room while the second is open.
  for (let index = 0; index < countedNetworks; index += 1) {
    if (index === countedNetworks / 2) clock.advance({ seconds: 30 });
    count(foreign(index));
  }
  const newcomers = Array.from({ length: 50 }, (_, index) => `2001:db8:0:${index}`);
  const total = newcomers.map((network) => allowed(count, network, 9));
  for (const free of total) expect(free).toBeLessThanOrEqual(5);
  clock.advance({ seconds: 30 });
  for (const network of newcomers) expect(allowed(count, network, 9), network).toBe(0);
  clock.advance({ seconds: 30 });
  for (const network of newcomers) expect(allowed(count, network, 9), network).toBe(5);
});

test('a clock that is set back keeps no window open for longer than its length', () => {
  const { clock, count } = open();
  clock.advance({ seconds: 86_400 });
  allowed(count, 'a', 9);
  clock.advance({ seconds: -86_400 });
  expect(allowed(count, 'a', 9)).toBe(5);
  expect(count('a')).toBe(60_000);
});
