import type { Strategy } from '../../domain/authenticator/strategy.ts';
import { describeByName } from '../shared/describe.ts';
import type { WebAuthnAnswer, WebAuthnNeeds } from '../webauthn/strategy.ts';
import { webAuthnChallenge } from '../webauthn/strategy.ts';
import { readAnswer } from './answer.ts';
import { createEnrollment } from './enroll.ts';
import { createVerify } from './verify.ts';

/** An authenticator built into a device, such as a fingerprint reader (WebAuthn). */
export const createWebAuthnPlatform = (needs: WebAuthnNeeds): Strategy<object, WebAuthnAnswer> => ({
  name: 'WEBAUTHN_PLATFORM',
  amr: ['hwk'],
  satisfiesMfa: true,
  enrollment: createEnrollment(needs),
  challenge: webAuthnChallenge(needs),
  readAnswer,
  verify: createVerify(needs),
  describe: describeByName,
});
