import type { ReadPhoneNumber } from '../../domain/authenticator/phone-number.ts';
import { notAPhoneNumber } from '../../domain/authenticator/phone-number.ts';
import type { Enrollment, SmsShow } from '../../domain/authenticator/strategy.ts';
import { InvalidInput } from '../../domain/errors.ts';
import type { Keyring, Random } from '../../domain/ports.ts';
import { begin, credentialOf, numberIn, provenNumber } from './verify.ts';

/** Refuses every number with the same text, so that nobody can find out which countries are listed or which numbers exist. */
const refuse = (): never => {
  throw new InvalidInput([{ path: ['phoneNumber'], message: `phoneNumber ${notAPhoneNumber}` }]);
};

/** Makes the enrollment of a phone: it sends a code to the given number and enrolls the number once the code comes back. */
export function createEnrollment(needs: { random: Random; keyring: Keyring; readPhoneNumber: ReadPhoneNumber }): Enrollment<SmsShow, string> {
  return {
    async begin({ phoneNumber, settings, enrolled }) {
      const number = needs.readPhoneNumber(phoneNumber ?? '');
      if (number === null) return refuse();
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
      const number = needs.readPhoneNumber(given);
      return number === null ? null : credentialOf(number);
    },
  };
}
