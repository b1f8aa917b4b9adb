import type { FirstFactor } from '../session/first-factor.ts';

export const challengePurposes = ['LOGIN', 'STEP_UP'] as const;
export type ChallengePurpose = (typeof challengePurposes)[number];

/** Failed codes after which an mfaToken is dead. */
export const attemptsPerChallenge = 5;
export const challengeLifetimeSeconds = 600;

/** A login, or a session about to be raised, that waits for its second factor. The mfaToken itself is never stored, only its hash. */
export interface LoginChallenge {
  id: string;
  tokenHash: string;
  userId: string;
  /** The tenant being entered. */
  tenantId: string;
  purpose: ChallengePurpose;
  firstFactor: FirstFactor;
  /** The session to raise; null where a login waits. */
  sessionId: string | null;
  /** Checks charged so far, at most `attemptsPerChallenge`. */
  attempts: number;
  createdAt: Date;
  expiresAt: Date;
}

export interface ChallengeRepository {
  add(challenge: LoginChallenge): Promise<void>;
  /** Only a living one: not spent, not expired, attempts left. */
  find(tokenHash: string, now: Date): Promise<LoginChallenge | null>;
  /** Takes one attempt; the number taken so far, or null when the challenge is dead. */
  charge(id: string, now: Date): Promise<number | null>;
  /** Spends the challenge; false when somebody else did or it is dead. The last attempt may still spend it. */
  consume(id: string, now: Date): Promise<boolean>;
  endAllOf(userId: string, now: Date): Promise<void>;
  purge(before: Date): Promise<void>;
}
