import type { CountryCode, NumberType } from 'libphonenumber-js/max';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { PhoneNumber } from '../../domain/authenticator/phone-number.ts';
import type { Enrollment, SmsShow } from '../../domain/authenticator/strategy.ts';
import { InvalidInput } from '../../domain/errors.ts';
import type { Keyring, Random } from '../../domain/ports.ts';
import { begin, credentialOf, numberIn, provenNumber } from './verify.ts';

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

/** One text for every number refused: which countries are open and which numbers exist is not for strangers to probe. */
const refuse = (): never => {
  throw new InvalidInput([{ path: ['phoneNumber'], message: 'phoneNumber must be a valid phone number' }]);
};

/** Sends a code to the number given, and enrolls the number once the person has answered with it. */
export function createEnrollment(needs: { random: Random; keyring: Keyring; countries: SmsCountries }): Enrollment<SmsShow, string> {
  return {
    async begin({ phoneNumber, settings, enrolled }) {
      const number = PhoneNumber.read(phoneNumber ?? '');
      if (number === null || !maySendTo(number, needs.countries)) return refuse();
      // The same phone twice proves nothing more, and its second entry would outlive a removal of the first.
      if (enrolled.some((credential) => numberIn(credential)?.e164 === number.e164)) return refuse();
      return begin(number, settings, needs);
    },
    // Codes are never shown twice: every call sends a new one.
    show: null,
    async complete(kept, answer) {
      const number = provenNumber(kept, answer, needs.keyring);
      return number === null ? { ok: false, reason: 'wrong' } : { ok: true, credential: credentialOf(number), advance: { consume: true } };
    },
  };
}
