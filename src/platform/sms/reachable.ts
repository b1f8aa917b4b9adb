import type { CountryCode, NumberType } from 'libphonenumber-js/max';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { ReadPhoneNumber } from '../../domain/authenticator/phone-number.ts';
import { PhoneNumber } from '../../domain/authenticator/phone-number.ts';

/** Countries text messages may be sent to, as two-letter codes (ISO 3166). `*` means all countries. */
export type SmsCountries = '*' | ReadonlySet<string>;

/**
 * Kinds of numbers that can receive a text message at an ordinary price. `FIXED_LINE_OR_MOBILE` is included because some
 * numbering plans, such as North America's, do not distinguish the two. All other kinds cost more, earn money for the
 * receiver, or cannot receive texts.
 */
const reachable: ReadonlySet<NumberType> = new Set<NumberType>(['MOBILE', 'FIXED_LINE_OR_MOBILE']);

const isListed = (country: CountryCode | undefined, countries: SmsCountries): boolean =>
  country !== undefined && (countries === '*' || countries.has(country));

/**
 * Tells whether a code may be sent to this number: the numbering plan assigns it, its kind receives texts at an ordinary
 * price, and its country is listed. Numbers without a country (satellite and international networks) are always refused,
 * because they cost the most.
 */
function maySendTo(number: PhoneNumber, countries: SmsCountries): boolean {
  const parsed = parsePhoneNumberFromString(number.e164);
  // The parser corrects some numbers by dropping a digit. The corrected number could belong to somebody else.
  if (parsed === undefined || parsed.number !== number.e164 || !parsed.isValid()) return false;
  return reachable.has(parsed.getType()) && isListed(parsed.country, countries);
}

/** Makes the function that reads the numbers which codes may be sent to. */
export const createPhoneReader =
  (countries: SmsCountries): ReadPhoneNumber =>
  (text) => {
    const number = PhoneNumber.read(text);
    return number !== null && maySendTo(number, countries) ? number : null;
  };
