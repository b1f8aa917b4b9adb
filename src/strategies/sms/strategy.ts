import type { ReadPhoneNumber } from '../../domain/authenticator/phone-number.ts';
import type { Availability, SmsShow, Strategy } from '../../domain/authenticator/strategy.ts';
import type { Keyring, Random } from '../../domain/ports.ts';
import { codeFields, readCode } from '../shared/code.ts';
import { describeByName } from '../shared/describe.ts';
import { createEnrollment } from './enroll.ts';
import { begin, createVerify, numberIn } from './verify.ts';

/**
 * Makes the strategy that sends a code to an enrolled phone. It satisfies MFA, as existing clients expect, but it is the
 * weakest factor that does: text messages can be read and redirected by others, so NIST 800-63B-4 §3.2.9 calls it
 * restricted. It is off until an operator switches it on.
 */
export const createSms = (needs: {
  random: Random;
  keyring: Keyring;
  readPhoneNumber: ReadPhoneNumber;
  availability: Availability;
}): Strategy<SmsShow, string> => ({
  name: 'SMS',
  defaultName: 'Phone',
  amr: ['sms'],
  satisfiesMfa: true,
  availability: needs.availability,
  channel: 'SMS',
  answerOnce: false,
  errorFields: codeFields,
  enrollment: createEnrollment(needs),
  ceremony: {
    async begin({ credential, settings }) {
      const number = credential === null ? null : numberIn(credential);
      if (number === null) throw new Error('a code can only be sent to an enrolled phone number');
      return begin(number, settings, needs);
    },
  },
  readAnswer: readCode,
  verify: createVerify(needs.keyring),
  describe: (enrolled, credential) => ({ ...describeByName(enrolled), phoneNumber: numberIn(credential())?.masked ?? '' }),
});
