import type { AuthenticatorAppShow, Strategy } from '../../domain/authenticator/strategy.ts';
import type { Random } from '../../domain/ports.ts';
import { describeByName } from '../shared/describe.ts';
import { readAnswer } from './answer.ts';
import { createEnrollment } from './enroll.ts';
import { verify } from './verify.ts';

/** Time-based codes of an authenticator app (RFC 6238). What is kept and what is stored is the shared secret itself. */
export const createAuthenticatorApp = ({ random }: { random: Random }): Strategy<AuthenticatorAppShow, string> => ({
  name: 'AUTHENTICATOR_APP',
  amr: ['otp'],
  satisfiesMfa: true,
  enrollment: createEnrollment(random),
  challenge: null,
  readAnswer,
  verify,
  describe: describeByName,
});
