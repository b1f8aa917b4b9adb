import { withoutBlanksAndDashes } from '../text.ts';

/** What people write between the digits, beside blanks and dashes. */
const separators = /[.()[\]]/g;
/** ITU-T E.164: a plus, a country code that never begins with 0, at most 15 digits. */
const e164Pattern = /^\+[1-9][0-9]{6,14}$/;

/**
 * A phone number in E.164 form. It prints and serializes masked, so that log lines and errors do not reveal it. Read
 * `e164` to get all digits.
 */
export class PhoneNumber {
  readonly e164: string;

  private constructor(e164: string) {
    this.e164 = e164;
  }

  /** Reads a number such as `+1 (415) 555-2671`. Null if the text is no E.164 number. It is not checked whether the number is in use. */
  static read(text: string): PhoneNumber | null {
    const bare = withoutBlanksAndDashes(text).replace(separators, '');
    return e164Pattern.test(bare) ? new PhoneNumber(bare) : null;
  }

  /** The first three characters, a star for each hidden digit, and the last four digits, such as `+44*******1234`. */
  get masked(): string {
    return `${this.e164.slice(0, 3)}${'*'.repeat(this.e164.length - 7)}${this.e164.slice(-4)}`;
  }

  toString(): string {
    return this.masked;
  }

  toJSON(): string {
    return this.masked;
  }
}

/**
 * Reads a number that a code may be sent to. Null for every other text. Why a number is refused is not told, so that nobody finds out which
 * countries are listed or which numbers exist.
 */
export type ReadPhoneNumber = (text: string) => PhoneNumber | null;

/** What a number that no code may be sent to is refused with. */
export const notAPhoneNumber = 'must be a valid phone number';
