import type { CountryCode, NumberType } from 'libphonenumber-js/max';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { PhoneNumber } from '../../domain/authenticator/phone-number.ts';
import type { Enrollment, SmsShow } from '../../domain/authenticator/strategy.ts';
import { InvalidInput } from '../../domain/errors.ts';
import type { Keyring, Random } from '../../domain/ports.ts';
import { begin, credentialOf, numberIn, provenNumber } from './verify.ts';

/** Countries text messages may be sent to, as two-letter codes (ISO 3166). `*` means all countries. */
export type SmsCountries = '*' | ReadonlySet<string>;

/**
 * Kinds of numbers that can receive a text message at an ordinary price. `FIXED_LINE_OR_MOBILE` is included because some
 * numbering plans, such as North America's, do not distinguish the two. All other kinds cost more, earn money for the
 * receiver, or cannot receive texts.
 */
const reachable: ReadonlySet<NumberType> = new Set<NumberType>(['MOBILE', 'FIXED_LINE_OR_MOBILE']);

/**
 * Tells whether a code may be sent to this number: the numbering plan assigns it, its kind receives texts at an ordinary
 * price, and its country is listed. Numbers without a country (satellite and international networks) are always refused,
 * because they cost the most.
 */
export function maySendTo(number: PhoneNumber, countries: SmsCountries): boolean {
  const parsed = parsePhoneNumberFromString(number.e164);
  // The parser corrects some numbers by dropping a digit. The corrected number could belong to somebody else.
  if (parsed === undefined || parsed.number !== number.e164 || !parsed.isValid()) return false;
  return reachable.has(parsed.getType()) && isListed(parsed.country, countries);
}

const isListed = (country: CountryCode | undefined, countries: SmsCountries): boolean =>
  country !== undefined && (countries === '*' || countries.has(country));

/** Refuses every number with the same text, so that nobody can find out which countries are listed or which numbers exist. */
const refuse = (): never => {
  throw new InvalidInput([{ path: ['phoneNumber'], message: 'phoneNumber must be a valid phone number' }]);
};

/** Makes the enrollment of a phone: it sends a code to the given number and enrolls the number once the code comes back. */
export function createEnrollment(needs: { random: Random; keyring: Keyring; countries: SmsCountries }): Enrollment<SmsShow, string> {
  return {
    async begin({ phoneNumber, settings, enrolled }) {
      const number = PhoneNumber.read(phoneNumber ?? '');
      if (number === null || !maySendTo(number, needs.countries)) return refuse();
      // A second authenticator for the same phone would add no proof, and would remain after the first is removed.
      if (enrolled.some((credential) => numberIn(credential)?.e164 === number.e164)) return refuse();
      return begin(number, settings, needs);
    },
    // There is no code to show again: every call sends a new one.
    show: null,
    async complete(kept, answer) {
      const number = provenNumber(kept, answer, needs.keyring);
      return number === null ? { ok: false, reason: 'wrong' } : { ok: true, credential: credentialOf(number), advance: { consume: true } };
    },
    fromElsewhere(given) {
      const number = PhoneNumber.read(given);
      return number !== null && maySendTo(number, needs.countries) ? credentialOf(number) : null;
    },
  };
}
