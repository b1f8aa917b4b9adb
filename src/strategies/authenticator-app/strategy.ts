import type { AuthenticatorAppShow, Strategy } from '../../domain/authenticator/strategy.ts';
import type { Random } from '../../domain/ports.ts';
import { codeFields, readCode } from '../shared/code.ts';
import { describeByName } from '../shared/describe.ts';
import { createEnrollment } from './enroll.ts';
import { verify } from './verify.ts';

/** Makes the strategy for time-based codes of an authenticator app (RFC 6238). The stored credential is the shared secret. */
export const createAuthenticatorApp = ({ random }: { random: Random }): Strategy<AuthenticatorAppShow, string> => ({
  name: 'AUTHENTICATOR_APP',
  defaultName: 'Authenticator app',
  amr: ['otp'],
  satisfiesMfa: true,
  availability: { available: true },
  channel: null,
  answerOnce: false,
  errorFields: codeFields,
  enrollment: createEnrollment(random),
  ceremony: null,
  readAnswer: readCode,
  verify,
  describe: describeByName,
});
