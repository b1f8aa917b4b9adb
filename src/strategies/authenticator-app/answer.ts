import { readSixDigits } from '../shared/six-digits.ts';

/** The six digits an app shows. */
export const readAnswer = readSixDigits;
