import { expect, it } from 'vitest';
import { BoundedMap } from '../../src/domain/bounded-map.ts';

it('endless distinct keys never make it hold more than it may, and the newest are there', () => {
  const map = new BoundedMap<string, number>(100);
  for (let index = 0; index < 100_000; index += 1) {
    map.set(`key ${index}`, index);
    if (map.size > 100) throw new Error(`It holds ${map.size} entries.`);
  }
  expect([map.size, map.get('key 99999'), map.get('key 99900'), map.get('key 99899')]).toEqual([100, 99_999, 99_900, undefined]);
});

it('a key that is there already takes no further place', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('b', 3);
  expect([map.get('a'), map.get('b'), map.size]).toEqual([1, 3, 2]);
});
