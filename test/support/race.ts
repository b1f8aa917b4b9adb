import { expect } from 'vitest';
import type { Answer } from './requests.ts';

/** Starts all requests before any is answered. */
export const race = (count: number, request: (index: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => request(index)));

/** How many answers there were of each status. */
export function tally(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { statusCode } of answers) counts[statusCode] = (counts[statusCode] ?? 0) + 1;
  return counts;
}

/** Exactly one of the racers got tokens, all others were refused, none met a fault of the server. */
export function expectOneWinner(answers: readonly Answer[]): Answer {
  const winners = answers.filter((answer) => answer.statusCode < 300);
  expect(winners, JSON.stringify(tally(answers))).toHaveLength(1);
  expectOnlyRefusals(answers.filter((answer) => answer.statusCode >= 300));
  const [winner] = winners as [Answer];
  expect(winner.json()).toHaveProperty('accessToken');
  return winner;
}

export function expectOnlyRefusals(answers: readonly Answer[]): void {
  const others = answers.filter(({ statusCode }) => statusCode < 400 || statusCode >= 500);
  expect(others.map((answer) => `${answer.statusCode} ${answer.body}`)).toEqual([]);
  for (const answer of answers) expect(answer.body).not.toMatch(/accessToken|refreshToken/);
}
