import { afterAll, beforeAll } from 'vitest';
import type { Harness } from './harness.ts';
import { openHarness } from './harness.ts';

/** One app for the tests of the file or `describe` that calls this, open from before their first until after their last. */
export function useHarness(open: () => Promise<Harness> = openHarness): Harness {
  let opened: Harness | undefined;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());
  // What is returned has to exist before the app does.
  return new Proxy({} as Harness, {
    get(_, name: keyof Harness) {
      if (opened === undefined) throw new Error('the app opens before the first test, and not earlier');
      return opened[name];
    },
  });
}
