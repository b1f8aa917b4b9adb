import type { Availability, Strategy } from '../../domain/authenticator/strategy.ts';
import type { Keyring, Random } from '../../domain/ports.ts';
import { codeFields, readCode } from '../shared/code.ts';
import { describeByName } from '../shared/describe.ts';
import { makeOneTimeCode, matchesOneTimeCode } from '../shared/one-time-code.ts';

/** Separates the digests of these codes from all other digests made with the same key. */
const purpose = 'email-code';

/**
 * Makes the strategy that sends a code to the user's e-mail address. There is nothing to enroll, because the address
 * belongs to the user already. The code completes a login but does not satisfy MFA: a mailbox is no authenticator
 * (NIST 800-63B-4 §3.1.3.1).
 */
export const createEmailCode = (needs: { random: Random; keyring: Keyring; availability: Availability }): Strategy<object, string> => ({
  name: 'EMAIL_CODE',
  defaultName: 'E-mail',
  amr: ['otp'],
  satisfiesMfa: false,
  availability: needs.availability,
  channel: 'EMAIL',
  answerOnce: false,
  errorFields: codeFields,
  enrollment: null,
  ceremony: {
    async begin({ user, settings }) {
      const { code, keep } = makeOneTimeCode(purpose, needs);
      const lifetimeSeconds = settings.codeLifetimeSeconds;
      return { keep, show: {}, deliver: { template: 'MFA_CODE', to: user.email, code, lifetimeSeconds }, lifetimeSeconds };
    },
  },
  readAnswer: readCode,
  async verify({ started }, answer) {
    const matches = started !== null && matchesOneTimeCode(purpose, started, answer, needs.keyring);
    // The service checks the expiry of the stored code and lets it be used once.
    return matches ? { ok: true, advance: { consume: true } } : { ok: false, reason: 'wrong' };
  },
  describe: describeByName,
});
