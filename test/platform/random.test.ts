import { describe, expect, it } from 'vitest';
import { nodeRandom } from '../../src/platform/random.ts';

const codes = Array.from({ length: 100_000 }, () => nodeRandom.digits(6));

/** χ² of the digits against the uniform distribution: nine degrees of freedom, above 60 once in 10^9 runs. */
function chiSquare(digits: string): number {
  const counts = new Array<number>(10).fill(0);
  for (const digit of digits) counts[Number(digit)] = (counts[Number(digit)] ?? 0) + 1;
  const expected = digits.length / 10;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('one-time codes (T10 f)', () => {
  it('have six digits, leading zeros kept', () => {
    expect(codes.every((code) => /^[0-9]{6}$/.test(code))).toBe(true);
    const withZero = codes.filter((code) => code.startsWith('0')).length;
    expect(withZero).toBeGreaterThan(9_300);
    expect(withZero).toBeLessThan(10_700);
  });

  it('have uniform digits, at each place and over all', () => {
    for (const place of [0, 1, 2, 3, 4, 5]) expect(chiSquare(codes.map((code) => code.charAt(place)).join(''))).toBeLessThan(60);
    expect(chiSquare(codes.join(''))).toBeLessThan(60);
  });

  it('would fail this test if made as byte modulo ten', () => {
    expect(chiSquare(Array.from(nodeRandom.bytes(600_000), (byte) => byte % 10).join(''))).toBeGreaterThan(60);
  });
});

describe('tokens and ids', () => {
  it('a token is 256 bits in base64url and never the same', () => {
    const tokens = Array.from({ length: 1000 }, () => nodeRandom.token());
    expect(tokens.every((token) => /^[A-Za-z0-9_-]{43}$/.test(token))).toBe(true);
    expect(new Set(tokens).size).toBe(1000);
  });

  it('an id is a lower-case UUID of version 4', () => {
    expect(nodeRandom.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('bytes come in the length asked for', () => {
    expect(nodeRandom.bytes(20)).toHaveLength(20);
  });
});
