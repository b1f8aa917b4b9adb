import { readSixDigits } from '../shared/six-digits.ts';

/** The six digits of the text message. */
export const readAnswer = readSixDigits;
