const sorted = (values: readonly number[]): number[] => [...values].sort((one, other) => one - other);

/** The value that so great a share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const order = sorted(values);
  return order[Math.min(order.length - 1, Math.floor(order.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** How probable it is that two samples this different come from one distribution (two-sample Kolmogorov–Smirnov, asymptotic). */
export function kolmogorovSmirnov(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [sorted(one), sorted(other)];
  let [i, j, distance] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    while (i < a.length && (a[i] ?? 0) <= value) i += 1;
    while (j < b.length && (b[j] ?? 0) <= value) j += 1;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  const size = Math.sqrt((a.length * b.length) / (a.length + b.length));
  const lambda = (size + 0.12 + 0.11 / size) * distance;
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k += 1) sum += 2 * (-1) ** (k - 1) * Math.exp(-2 * (k * lambda) ** 2);
  return Math.max(0, Math.min(1, sum));
}

/**
 * How often somebody is right who tells two kinds of answer apart by one limit of time. The limit is learned from one half of the
 * samples, every second one, and tried on the other: on the samples it was learned from, chance alone would look like skill.
 */
export function classifierAccuracy(one: readonly number[], other: readonly number[]): number {
  const half = (values: readonly number[], rest: number): number[] => values.filter((_, index) => index % 2 === rest);
  const right = (a: readonly number[], b: readonly number[], limit: number): number =>
    (a.filter((value) => value < limit).length + b.filter((value) => value >= limit).length) / (a.length + b.length);
  const [learnOne, learnOther, tryOne, tryOther] = [half(one, 0), half(other, 0), half(one, 1), half(other, 1)];
  let best = { limit: 0, share: 0.5, swapped: false };
  for (const limit of [...learnOne, ...learnOther]) {
    const share = right(learnOne, learnOther, limit);
    if (share > best.share) best = { limit, share, swapped: false };
    if (1 - share > best.share) best = { limit, share: 1 - share, swapped: true };
  }
  const share = right(tryOne, tryOther, best.limit);
  return best.swapped ? 1 - share : share;
}
