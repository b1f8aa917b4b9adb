import { readSixDigits } from '../shared/six-digits.ts';

/** The six digits of the message. */
export const readAnswer = readSixDigits;
