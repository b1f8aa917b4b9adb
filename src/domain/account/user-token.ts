/** What a token lets its holder do, once. */
export const tokenPurposes = ['ACTIVATION', 'LOGIN_CODE', 'PASSWORD_RESET'] as const;
export type TokenPurpose = (typeof tokenPurposes)[number];

/** Failed codes after which a login code is dead. */
export const attemptsPerToken = 5;

/** Seconds each purpose lives. A reset is the strongest and the shortest but for the code, which is short itself. */
export const tokenLifetimeSeconds: Readonly<Record<TokenPurpose, number>> = { ACTIVATION: 86_400, LOGIN_CODE: 300, PASSWORD_RESET: 900 };

/** A single-use token. It is never stored itself, only its hash; only the newest of a purpose and subject counts. */
export interface UserToken {
  id: string;
  purpose: TokenPurpose;
  /** Whom budgets count: the user's id, or for an address nobody has a keyed digest of it. */
  subject: string;
  /** Null where nobody can be admitted: such a row is only there to answer like the others. */
  userId: string | null;
  tokenHash: string;
  /** Keyed digest of the code to be given beside the token; null where the token is proof enough. */
  codeDigest: string | null;
  /** Codes looked at so far, at most `attemptsPerToken`. */
  attempts: number;
  createdAt: Date;
  expiresAt: Date;
}

export interface UserTokenRepository {
  /** Keeps the token in place of any earlier one of the same purpose and subject. */
  replace(token: UserToken): Promise<void>;
  /** An unspent one; expired ones included. */
  find(purpose: TokenPurpose, tokenHash: string): Promise<UserToken | null>;
  /** Pays for one look at the code; the number paid for so far, or null when none is left or the token was spent or replaced. */
  charge(id: string): Promise<number | null>;
  /** Spends the token; false when it was spent or replaced before, or has expired. */
  spend(id: string, now: Date): Promise<boolean>;
  endAllOf(userId: string): Promise<void>;
  purge(before: Date): Promise<void>;
}
