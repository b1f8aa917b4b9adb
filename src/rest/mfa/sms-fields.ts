import { z } from 'zod';
import { text } from '../validation.ts';

/** The answer of every route that sends a code to a phone. */
export const sentCode = z.object({
  otcToken: z.string().describe('The token to send back with the code.'),
  phoneNumber: z.string().describe('The phone number. It is masked unless the request contained it.'),
});

/** The field `otcToken` of a request. */
export const otcToken = text().describe('The token from the answer that sent the code. Only the newest one works.');
/** A code from a text message. */
export const smsCode = text().describe('The six-digit code from the text message.');
