import { z } from 'zod';
import { text } from '../validation.ts';

/** What sending a code to a phone answers. */
export const sentCode = z.object({
  otcToken: z.string().describe('To be sent back with the code'),
  phoneNumber: z.string().describe('Masked, except where the caller has just given it'),
});

export const otcToken = text().describe('From the answer that sent the code; only the newest counts');
export const smsCode = text().describe('Six digits from the text message');
