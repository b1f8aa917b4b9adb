import type { CountryCode, NumberType } from 'libphonenumber-js/max';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { PhoneNumber } from '../../domain/phone/phone-number.ts';

/** Where texts may go: countries by two letters (ISO 3166), or all of them. */
export type SmsCountries = '*' | ReadonlySet<string>;

/**
 * Kinds of numbers a person receives texts on. In North America and elsewhere the plan does not tell mobile from fixed
 * lines. All others cost the sender more than a text should, pay the one who is called, or cannot receive texts: premium
 * rate, shared cost, toll free, personal numbers, pagers, voicemail, services.
 */
const reachable: ReadonlySet<NumberType> = new Set<NumberType>(['MOBILE', 'FIXED_LINE_OR_MOBILE']);

/**
 * Whether a code may be sent there: assigned by the numbering plan, of a kind that receives texts at an ordinary price, and in a
 * country on the list. Numbers of no country (satellites, international networks) are the dearest and never are.
 */
export function maySendTo(number: PhoneNumber, countries: SmsCountries): boolean {
  const parsed = parsePhoneNumberFromString(number.e164);
  // Some plans drop a digit people put before the number; a code to another number than was typed would go to a stranger.
  if (parsed === undefined || parsed.number !== number.e164 || !parsed.isValid()) return false;
  return reachable.has(parsed.getType()) && isListed(parsed.country, countries);
}

const isListed = (country: CountryCode | undefined, countries: SmsCountries): boolean =>
  country !== undefined && (countries === '*' || countries.has(country));
