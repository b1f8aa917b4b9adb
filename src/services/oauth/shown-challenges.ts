import type { PublicAuthenticator } from '../../domain/authenticator/strategy.ts';
import { DomainError } from '../../domain/errors.ts';
import type { ChallengePurpose } from '../../domain/login/challenge.ts';
import type { InteractionStep } from '../../domain/oauth/interaction.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Authenticators } from '../authenticator/authenticators.ts';
import type { Challenges } from '../login/challenges.ts';
import type { LoginGate } from '../login/gate.ts';

/** A challenge for the second factor, as the pages show it. */
export interface ShownChallenge {
  purpose: ChallengePurpose;
  userId: string;
  /** Primary address of the user. */
  email: string;
  /** Whether the user has an authenticator. */
  enrolled: boolean;
  /** Authenticators to verify with. Empty if the user has none. */
  authenticators: PublicAuthenticator[];
  /** Strategies to verify with, or if the user has no authenticator, to enroll or verify with. */
  strategies: StrategyName[];
  /** How many seconds the browser may be remembered. 0 if it may not be. */
  rememberSeconds: number;
  expiresAt: Date;
}

interface Needs {
  challenges: Challenges;
  gate: Pick<LoginGate, 'mfaStateOf' | 'verifiable'>;
  authenticators: Pick<Authenticators, 'describe'>;
}

/** The service that `createShownChallenges` creates. */
export type ShownChallenges = ReturnType<typeof createShownChallenges>;

/** Returns the step at which a challenge of a login is answered. */
export const stepOf = ({ enrolled, strategies }: Pick<ShownChallenge, 'enrolled' | 'strategies'>): InteractionStep =>
  enrolled || strategies.every((strategy) => strategy === 'EMAIL_CODE') ? 'SECOND_FACTOR' : 'ENROLLMENT';

/** Creates the function that tells the pages about a challenge, as the facts are now. */
export function createShownChallenges({ challenges, gate, authenticators }: Needs) {
  return {
    /** Returns the challenge. Null if it has expired or was spent, or if its user is locked. */
    async find(mfaToken: string): Promise<ShownChallenge | null> {
      const open = await challenges.open(mfaToken).catch((error: unknown) => {
        if (error instanceof DomainError && ['CHALLENGE_EXPIRED', 'ACCOUNT_LOCKED'].includes(error.code)) return null;
        throw error;
      });
      if (open === null) return null;
      const { challenge, user, enrolled } = open;
      const { purpose, tenantId, firstFactor, expiresAt } = challenge;
      const state = await gate.mfaStateOf(user, tenantId, firstFactor);
      const verifiable = enrolled.length > 0 ? gate.verifiable(state, firstFactor) : state.offered;
      return {
        ...{ purpose, userId: user.id, email: user.email, enrolled: enrolled.length > 0, expiresAt },
        authenticators: enrolled.map(authenticators.describe),
        // A code by e-mail does not satisfy MFA, so it steps up no session (NIST SP 800-63B-4 §3.1.3.1).
        strategies: purpose === 'STEP_UP' ? verifiable.filter((strategy) => strategy !== 'EMAIL_CODE') : verifiable,
        // A step-up is no login, and a browser that it remembers would skip the second factor of later logins.
        rememberSeconds: purpose === 'LOGIN' ? state.rememberSeconds : 0,
      };
    },
  };
}
