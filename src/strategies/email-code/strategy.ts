import type { Strategy } from '../../domain/authenticator/strategy.ts';
import type { Keyring, Random } from '../../domain/ports.ts';
import { describeByName } from '../shared/describe.ts';
import { makeOneTimeCode } from '../shared/one-time-code.ts';
import { readAnswer } from './answer.ts';
import { enrollment } from './enroll.ts';
import { createVerify, purpose } from './verify.ts';

/** A code sent to the user's address. It completes a login but never raises it: a mailbox is no authenticator (NIST 800-63B-4 §3.1.3.1). */
export const createEmailCode = (needs: { random: Random; keyring: Keyring }): Strategy<object, string> => ({
  name: 'EMAIL_CODE',
  amr: ['otp'],
  satisfiesMfa: false,
  enrollment,
  challenge: {
    async begin({ user, settings }) {
      const { code, keep } = makeOneTimeCode(purpose, needs);
      return { keep, show: {}, deliver: { template: 'MFA_CODE', to: user.email, code, lifetimeSeconds: settings.codeLifetimeSeconds } };
    },
  },
  readAnswer,
  verify: createVerify(needs.keyring),
  describe: describeByName,
});
