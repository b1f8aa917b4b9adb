import { z } from 'zod';
import type { ToStranger } from '../../services/login/login-messages.ts';
import { captchaToken, optionalId, optionalText, requiringOne } from '../validation.ts';

/** The ways in which somebody who is not logged in names a user, of which one is enough, and the answer to a captcha. */
export const loginNames = requiringOne(
  z.object({ email: optionalText(), username: optionalText(), userId: optionalId(), recaptchaToken: captchaToken() }),
  'email',
  'username',
  'userId',
);

/** Returns for whom a body asks for a message. */
export function askedIn({ email, username, userId, recaptchaToken }: z.output<typeof loginNames>): ToStranger {
  const address = email || username;
  return { named: address ? { email: address } : { userId: userId ?? '' }, captchaToken: recaptchaToken ?? null };
}
