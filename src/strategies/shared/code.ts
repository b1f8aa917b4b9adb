import { codeDigits } from '../../domain/bounds.ts';
import { malformedCode } from '../../domain/errors.ts';

const pattern = new RegExp(`^[0-9]{${codeDigits}}$`);

/**
 * Returns the input if it is exactly `codeDigits` ASCII digits, and throws `InvalidCode` otherwise. Nothing is trimmed or
 * normalized: if one code had several spellings, a replay check that compares spellings would let it pass twice
 * (CVE-2025-6014).
 */
export function readCode(input: string): string {
  if (!pattern.test(input)) throw malformedCode();
  return input;
}

/** What an error of a strategy with codes points at. */
export const codeFields = { answer: 'code', token: 'code' } as const;
