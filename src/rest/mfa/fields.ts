import { z } from 'zod';
import { codeDigits } from '../../domain/bounds.ts';
import { optionalFlag, text } from '../validation.ts';

/** The field `mfaToken` of a request. */
export const mfaToken = text().describe('The token of the login that needs a second factor.');
/** The field `rememberDevice` of a request. */
export const rememberDevice = optionalFlag().describe('Whether the browser becomes a remembered device, if the policy allows it.');
/** A code of an authenticator app. */
export const totp = text().describe(`A ${codeDigits}-digit code of the authenticator app.`);

/** The answer of every route that sends a code to a phone. */
export const sentCode = z.object({
  otcToken: z.string().describe('The token to send back with the code.'),
  phoneNumber: z.string().describe('The phone number. It is masked unless the request contained it.'),
});

/** The field `otcToken` of a request. */
export const otcToken = text().describe('The token from the answer that sent the code. Only the newest one works.');
/** A code from a text message. */
export const smsCode = text().describe(`The ${codeDigits}-digit code from the text message.`);
