import { median } from '../../trust/support/statistics.ts';

/** What is compared: its name, one measurement, and what a reader has to know about it. */
export interface Contestant {
  name: string;
  measure(): Promise<number>;
  note?: string;
}

/** The measurements of one contestant, and their ratios to the first one of the same round. */
export interface Standing {
  name: string;
  note?: string;
  median: number;
  ratio: { median: number; min: number; max: number };
}

/**
 * Measures everybody in each round, in an order that rotates, so that a machine that becomes slower or faster is so for all of
 * them. Ratios are taken within a round and compare with the first contestant.
 */
export async function compare(contestants: readonly Contestant[], rounds: number, progress: (text: string) => void): Promise<Standing[]> {
  const values = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (let step = 0; step < contestants.length; step += 1) {
      const index = (round + step) % contestants.length;
      const contestant = contestants[index];
      if (contestant === undefined) continue;
      progress(`round ${round + 1} of ${rounds}: ${contestant.name}`);
      values[index]?.push(await contestant.measure());
    }
  }
  const first = values[0] ?? [];
  return contestants.map(({ name, note }, index) => {
    const own = values[index] ?? [];
    const ratios = own.map((value, round) => value / (first[round] ?? Number.NaN));
    return {
      name,
      ...(note === undefined ? {} : { note }),
      median: median(own),
      ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
    };
  });
}
