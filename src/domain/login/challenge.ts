import type { User } from '../directory/user.ts';
import type { FirstFactor } from '../session/first-factor.ts';

/** What a challenge is for: to complete a login, or to step up a session. */
export const challengePurposes = ['LOGIN', 'STEP_UP'] as const;
/** One of `challengePurposes`. */
export type ChallengePurpose = (typeof challengePurposes)[number];

/** Wrong codes after which an mfaToken no longer works. */
export const attemptsPerChallenge = 5;
/** Lifetime of an mfaToken in seconds. */
export const challengeLifetimeSeconds = 600;

/** A login or a step-up that waits for its second factor. Only the hash of its mfaToken is stored. */
export interface LoginChallenge {
  id: string;
  tokenHash: string;
  userId: string;
  /** The tenant the user logs in to. */
  tenantId: string;
  purpose: ChallengePurpose;
  firstFactor: FirstFactor;
  /** The session to step up. Null for a login. */
  sessionId: string | null;
  /** The link by which the user joins a tenant when the login is complete. Null if none was brought, and for a step-up. */
  invitationLinkId: string | null;
  /** Number of checks counted so far, at most `attemptsPerChallenge`. */
  attempts: number;
  createdAt: Date;
  expiresAt: Date;
}

/** A challenge that was looked up, and its user as of now. */
export interface FoundChallenge {
  challenge: LoginChallenge;
  user: User;
  /** Whether this is the challenge of a step-up whose session has ended. */
  sessionEnded: boolean;
}

/** Stores challenges. */
export interface ChallengeRepository {
  /** Adds and counts the challenge. Runs in the caller's transaction. */
  add(challenge: LoginChallenge): Promise<void>;
  /**
   * Returns the challenge, its user, and whether its session has ended, if it is unused, unexpired and has attempts left. One statement
   * reads them, because every answer to a challenge begins with them.
   */
  find(tokenHash: string, now: Date): Promise<FoundChallenge | null>;
  /** Counts one attempt. Returns the number counted so far, or null if `find` would not return the challenge. */
  charge(id: string, now: Date): Promise<number | null>;
  /** Takes back one counted attempt. Does nothing if none is counted. */
  giveBack(id: string): Promise<void>;
  /**
   * Uses up the challenge, and counts it as a success. False if it was used before or has expired.
   * The last attempt can still use it. Runs in the caller's transaction.
   */
  consume(id: string, now: Date): Promise<boolean>;
  /** Ends every challenge of the user. */
  endAllOf(userId: string, now: Date): Promise<void>;
  /** Ends all of them in the tenant: those of one user, or with null those of everybody. */
  endAllIn(tenantId: string, userId: string | null, now: Date): Promise<void>;
}
