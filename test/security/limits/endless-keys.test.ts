import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { identity } from '../../support/builders.ts';
import type { Harness } from '../../support/harness.ts';
import { dialect } from '../../support/harness.ts';
import { useHarness } from '../../support/use-harness.ts';

/** More of each kind than is kept of it. */
const [documents, tokens] = [2_600, 5_500];
/** Without its bound, each kind grows by at least twice as much. */
const toleratedMegabytes = 1.2;
const atOnce = 50;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function heapMegabytes(harness: Harness): Promise<number> {
  // The app keeps these for the tests alone.
  harness.logged.length = 0;
  harness.queries.length = 0;
  // What hangs on keys that are held weakly is freed by a later collection than the keys.
  for (const _ of [1, 2, 3]) {
    await pause(20);
    collectGarbage();
  }
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Does the piece of work of each number from `from` on, some at a time. */
async function each(from: number, count: number, work: (number: number) => Promise<unknown>): Promise<void> {
  for (let first = from; first < from + count; first += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, from + count - first) }, (_, index) => work(first + index)));
  }
}

// What is kept for a key is kept in the memory of the process, whatever the database is.
describe.runIf(dialect === 'sqlite')('what is remembered stops growing', () => {
  const harness = useHarness();

  /** Once as many different keys were seen as are kept, as many others must take their places and not more memory. */
  async function staysBounded(count: number, work: (number: number) => Promise<unknown>): Promise<void> {
    await each(0, count, work);
    const before = await heapMegabytes(harness);
    await each(count, count, work);
    expect((await heapMegabytes(harness)) - before).toBeLessThan(toleratedMegabytes);
  }

  test('of GraphQL documents that were compiled', async () => {
    // The worker of the tests keeps what earlier files have loaded, so only what is added counts.
    const empty = await heapMegabytes(harness);
    await staysBounded(documents, async (number) => {
      const query = `query Q${number} { __typename }`;
      for (const _ of [1, 2, 3]) expect(await harness.graphql(query)).toEqual({ data: { __typename: 'Query' } });
    });
    const kept = (await heapMegabytes(harness)) - empty;
    expect(kept, 'all kept documents together').toBeLessThan(60);
  }, 120_000);

  test('of tokens whose signature was right', async () => {
    await staysBounded(tokens, async () => {
      const headers = { authorization: `Bearer ${await harness.environmentToken()}` };
      expect((await harness.send({ url: `${identity}/configurations/v1/mfa-policy`, headers })).statusCode).toBe(404);
    });
  }, 120_000);
});
