import type { SmsShow, Strategy } from '../../domain/authenticator/strategy.ts';
import type { Keyring, Random } from '../../domain/ports.ts';
import { describeByName } from '../shared/describe.ts';
import { readAnswer } from './answer.ts';
import type { SmsCountries } from './enroll.ts';
import { createEnrollment } from './enroll.ts';
import { begin, createVerify, numberIn } from './verify.ts';

/**
 * A code sent to a phone. It raises a session, as clients expect of it, and is the weakest factor that does: NIST 800-63B-4
 * §3.2.9 calls it restricted, because texts are read and redirected by others. It is off until an operator switches it on.
 */
export const createSms = (needs: { random: Random; keyring: Keyring; countries: SmsCountries }): Strategy<SmsShow, string> => ({
  name: 'SMS',
  amr: ['sms'],
  satisfiesMfa: true,
  enrollment: createEnrollment(needs),
  challenge: {
    async begin({ credential, settings }) {
      const number = credential === null ? null : numberIn(credential);
      if (number === null) throw new Error('a code can be sent to an enrolled number alone');
      return begin(number, settings, needs);
    },
  },
  readAnswer,
  verify: createVerify(needs.keyring),
  describe: (enrolled, credential) => ({ ...describeByName(enrolled), phoneNumber: numberIn(credential())?.masked ?? '' }),
});
