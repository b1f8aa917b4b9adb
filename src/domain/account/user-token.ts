import { newestPossible } from '../bounds.ts';

/** What a single-use token allows its holder to do. */
export const tokenPurposes = [
  'ACTIVATION',
  'LOGIN_CODE',
  'MAGIC_LINK',
  'SMS_LOGIN_CODE',
  'PASSWORD_RESET',
  'PASSWORD_RESET_CODE',
  'PHONE_VERIFICATION',
  'PHONE_REMOVAL',
  'INVITATION',
  'EMAIL_VERIFICATION',
  'EMAIL_CHANGE',
  'MAILBOX_PROOF',
  'UNLOCK',
] as const;
/** One of `tokenPurposes`. */
export type TokenPurpose = (typeof tokenPurposes)[number];

/** The purposes of tokens to log in by. The settings of the environment say how long they last. */
export type LoginPurpose = Extract<TokenPurpose, 'LOGIN_CODE' | 'MAGIC_LINK' | 'SMS_LOGIN_CODE'>;

/** Wrong codes after which a login code no longer works. */
export const attemptsPerToken = 5;

/**
 * Lifetime in seconds for each purpose but logging in.
 * Reset links are short because they set a password, and invitations long because they give nothing but a membership.
 */
export const tokenLifetimeSeconds: Readonly<Record<Exclude<TokenPurpose, LoginPurpose>, number>> = {
  ACTIVATION: 86_400,
  PASSWORD_RESET: 900,
  PASSWORD_RESET_CODE: 300,
  PHONE_VERIFICATION: 300,
  PHONE_REMOVAL: 300,
  INVITATION: 604_800,
  EMAIL_VERIFICATION: 300,
  EMAIL_CHANGE: 300,
  MAILBOX_PROOF: 300,
  UNLOCK: 3600,
};

/** A single-use token. Only its hash is stored, and only the newest token of a purpose and subject is valid. */
export interface UserToken {
  id: string;
  purpose: TokenPurpose;
  /** Rate-limit key: the user's id, or a keyed digest of the e-mail address if no user has it. */
  subject: string;
  /** Null if no user matches. Such a token exists only so that the response does not reveal whether the user exists. */
  userId: string | null;
  /** The tenant that an invitation is to. Null for every other purpose. */
  tenantId: string | null;
  tokenHash: string;
  /** Keyed digest of the code that must be sent with the token. Null if the token alone is enough. */
  codeDigest: string | null;
  /** Number of codes checked so far, at most `attemptsPerToken`. */
  attempts: number;
  createdAt: Date;
  expiresAt: Date;
}

/** Returns a token that was just made for a user, or for nobody. */
export const newToken = (
  made: Pick<UserToken, 'id' | 'purpose' | 'subject' | 'userId' | 'tokenHash' | 'codeDigest'>,
  now: Date,
  lifetimeSeconds: number,
): UserToken => ({ ...made, tenantId: null, attempts: 0, createdAt: now, expiresAt: new Date(now.getTime() + lifetimeSeconds * 1000) });

/** Whether the token is no longer valid, or was made in the future by a clock that ran ahead. */
export const hasEnded = ({ createdAt, expiresAt }: UserToken, now: Date): boolean => expiresAt <= now || createdAt > newestPossible(now);

/** Stores single-use tokens, at most one for each purpose and subject. */
export interface UserTokenRepository {
  /** Adds the token and deletes any earlier one of the same purpose and subject. */
  replace(token: UserToken): Promise<void>;
  /** Returns the unused token, even if it has expired. */
  find(purpose: TokenPurpose, tokenHash: string): Promise<UserToken | null>;
  /** Returns the unused token of a subject, even if it has expired. */
  findOf(purpose: TokenPurpose, subject: string): Promise<UserToken | null>;
  /** Counts one check of the code before it is made. Returns the number counted so far, or null if none is left or the token is gone. */
  charge(id: string): Promise<number | null>;
  /** Uses up the token. False if it was used or replaced before, or has expired. */
  spend(id: string, now: Date): Promise<boolean>;
  /** Deletes every token of the user. */
  endAllOf(userId: string): Promise<void>;
}
