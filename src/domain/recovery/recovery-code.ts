/** How many codes a user gets when asking for a new set. */
export const recoveryCodesPerSet = 10;

/** Crockford's base 32: no I, L, O, U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 25 characters of 5 bits: 125 bits of entropy, in five groups of five. Takes 25 random bytes. */
export function formatRecoveryCode(bytes: Uint8Array): string {
  if (bytes.length !== 25) throw new RangeError('a recovery code is made from 25 bytes');
  const characters = [...bytes].map((byte) => alphabet.charAt(byte & 31));
  return [0, 5, 10, 15, 20].map((start) => characters.slice(start, start + 5).join('')).join('-');
}

/** What is digested and compared: without case and hyphens, I and L read as 1, O as 0. */
export const normalizeRecoveryCode = (code: string): string => code.toUpperCase().replaceAll('-', '').replace(/[IL]/g, '1').replaceAll('O', '0');

export interface RecoveryCode {
  id: string;
  userId: string;
  /** Keyed digest of the normalized code. */
  digest: string;
  createdAt: Date;
}

export interface RecoveryCodeRepository {
  add(code: RecoveryCode): Promise<void>;
  /** Unspent codes of the user. */
  ofUser(userId: string): Promise<RecoveryCode[]>;
  /** Unspent codes of each of the users, in the order asked. */
  count(userIds: readonly string[]): Promise<number[]>;
  /** Spends a code; false when somebody else did or it was replaced. */
  spend(id: string): Promise<boolean>;
  /** Puts `codes` in the place of whatever the user had. */
  replaceAll(userId: string, codes: readonly RecoveryCode[]): Promise<void>;
  endAllOf(userId: string): Promise<void>;
}
