import type { Strategy } from '../../domain/authenticator/strategy.ts';
import { describeByName } from '../shared/describe.ts';
import type { WebAuthnAnswer, WebAuthnNeeds } from '../webauthn/strategy.ts';
import { webAuthnChallenge } from '../webauthn/strategy.ts';
import { readAnswer } from './answer.ts';
import { createEnrollment } from './enroll.ts';
import { createVerify } from './verify.ts';

/** An authenticator carried from device to device, such as a security key (WebAuthn). */
export const createWebAuthnCrossPlatform = (needs: WebAuthnNeeds): Strategy<object, WebAuthnAnswer> => ({
  name: 'WEBAUTHN_CROSS_PLATFORM',
  amr: ['hwk'],
  satisfiesMfa: true,
  enrollment: createEnrollment(needs),
  challenge: webAuthnChallenge(needs),
  readAnswer,
  verify: createVerify(needs),
  describe: describeByName,
});
