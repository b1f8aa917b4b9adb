import { malformedCode } from '../../domain/errors.ts';

/**
 * Returns the input if it is exactly six ASCII digits, and throws `InvalidCode` otherwise. Nothing is trimmed or
 * normalized: if one code had several spellings, a replay check that compares spellings would let it pass twice
 * (CVE-2025-6014).
 */
export function readSixDigits(input: string): string {
  if (!/^[0-9]{6}$/.test(input)) throw malformedCode();
  return input;
}

/** What an error of a strategy with codes points at. */
export const codeFields = { answer: 'code', token: 'code' } as const;
