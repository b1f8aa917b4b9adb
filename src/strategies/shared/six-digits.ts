import { malformedCode } from '../../domain/errors.ts';

/**
 * Exactly six ASCII digits, taken as they are. Whoever trims or normalizes lets one code have several spellings, and a
 * guard that compares spellings lets it through twice (CVE-2025-6014).
 */
export function readSixDigits(input: string): string {
  if (!/^[0-9]{6}$/.test(input)) throw malformedCode();
  return input;
}
