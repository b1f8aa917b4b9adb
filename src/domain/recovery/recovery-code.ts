import { withoutBlanksAndDashes } from '../text.ts';

/** Number of codes in a new set of recovery codes. */
export const recoveryCodesPerSet = 10;

/** Crockford's base 32, which leaves out I, L, O and U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Makes a recovery code from 25 random bytes. It has five groups of five characters, and 125 bits of entropy. */
export function formatRecoveryCode(bytes: Uint8Array): string {
  if (bytes.length !== 25) throw new RangeError('a recovery code is made from 25 bytes');
  const characters = [...bytes].map((byte) => alphabet.charAt(byte & 31));
  return [0, 5, 10, 15, 20].map((start) => characters.slice(start, start + 5).join('')).join('-');
}

const readable = new RegExp(`^[${alphabet}]{25}$`);

/** Returns the form of a recovery code that is digested and compared: capital letters without blanks and dashes, I and L as 1, O as 0. */
export const normalizeRecoveryCode = (code: string): string =>
  withoutBlanksAndDashes(code)
    // Letters of other scripts stay as they are, because some become ASCII letters when they are written large.
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/[IL]/g, '1')
    .replaceAll('O', '0');

/** Reads a recovery code as a person types or pastes it, and returns its normal form. Null if the text cannot be a recovery code. */
export function readRecoveryCode(text: string): string | null {
  const code = normalizeRecoveryCode(text);
  return readable.test(code) ? code : null;
}

/** The purpose that keeps digests of recovery codes apart from all others made with the same key. */
export const recoveryCodePurpose = 'recovery-code';

/** A stored recovery code. */
export interface RecoveryCode {
  id: string;
  userId: string;
  /** Keyed digest of the normalized code. */
  digest: string;
  createdAt: Date;
}

/** Stores recovery codes. A used code is deleted. */
export interface RecoveryCodeRepository {
  add(code: RecoveryCode): Promise<void>;
  /** Returns the unused codes of the user. */
  ofUser(userId: string): Promise<RecoveryCode[]>;
  /** Returns the number of unused codes of each user, in the order of `userIds`. */
  count(userIds: readonly string[]): Promise<number[]>;
  /** Uses up a code. False if it was used or replaced before. */
  spend(code: Pick<RecoveryCode, 'id' | 'userId'>): Promise<boolean>;
  /** Replaces all codes of the user with `codes`. */
  replaceAll(userId: string, codes: readonly RecoveryCode[]): Promise<void>;
  endAllOf(userId: string): Promise<void>;
}
