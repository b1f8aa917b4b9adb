import { codeDigits } from '../../domain/bounds.ts';
import { malformedCode } from '../../domain/errors.ts';

const pattern = new RegExp(`^[0-9]{${codeDigits}}$`);

/**
 * Reads a code of `codeDigits` ASCII digits. Blanks in it and around it are dropped, because apps show `123 456` and people copy it
 * so, with blanks of any kind and characters that nobody sees. Throws `InvalidCode` for every other text. What is returned has one
 * spelling, and only that is compared and remembered: a replay check that saw another spelling would let a code pass twice
 * (CVE-2025-6014).
 */
export function readCode(input: string): string {
  const code = input.replace(/[\p{Zs}\t\p{Cf}]/gu, '');
  if (!pattern.test(code)) throw malformedCode();
  return code;
}

/** What an error of a strategy with codes points at. */
export const codeFields = { answer: 'code', token: 'code' } as const;
