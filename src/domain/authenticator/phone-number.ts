/** What people write between the digits: blanks, hyphens, dots and brackets. */
const separators = /[\s\-.()[\]]/g;
/** ITU-T E.164: a plus, a country code that never begins with 0, at most 15 digits. */
const e164Pattern = /^\+[1-9][0-9]{6,14}$/;

/**
 * A phone number in the form of E.164. It prints and serializes masked, so that a log line or an error that happens to
 * hold one gives nobody's number away; whoever needs the digits asks for `e164`.
 */
export class PhoneNumber {
  readonly e164: string;

  private constructor(e164: string) {
    this.e164 = e164;
  }

  /** Reads `+1 (415) 555-2671` and the like; null for what is no E.164 number. Whether anybody has the number is not asked. */
  static read(text: string): PhoneNumber | null {
    const bare = text.replace(separators, '');
    return e164Pattern.test(bare) ? new PhoneNumber(bare) : null;
  }

  /** First three characters, a star for each digit between, last four digits: `+44*******1234`. */
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
