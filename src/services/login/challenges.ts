import type { User } from '../../domain/directory/user.ts';
import { DomainError, fail, withEventFields } from '../../domain/errors.ts';
import type { LoginChallenge } from '../../domain/login/challenge.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { LoginGate, MfaState } from './gate.ts';

/** A living challenge with its user and everything that decides how it can be completed. */
export interface OpenChallenge extends MfaState {
  challenge: LoginChallenge;
  user: User;
}

interface Needs {
  store: Pick<Store, 'challenges' | 'sessions' | 'users'>;
  clock: Clock;
  keyring: Keyring;
  gate: LoginGate;
}

/** The service that `createChallenges` creates. */
export type Challenges = ReturnType<typeof createChallenges>;

/** Creates the lookup of challenges by their mfaTokens. */
export function createChallenges({ store, clock, keyring, gate }: Needs) {
  return {
    /**
     * Returns the challenge that an mfaToken stands for. Errors: `CHALLENGE_EXPIRED` for anything but a living one,
     * `ACCOUNT_LOCKED`. Their events name the user if the challenge is still known.
     */
    async open(mfaToken: string): Promise<OpenChallenge> {
      const now = clock.now();
      const challenge = (await store.challenges.find(keyring.hashToken(mfaToken), now)) ?? fail('CHALLENGE_EXPIRED');
      const { userId, tenantId, sessionId } = challenge;
      return withEventFields({ userId, tenantId }, async () => {
        // A step-up ends with its session. This is checked here, before anything is charged.
        if (sessionId !== null && (await store.sessions.find(sessionId, now)) === null) fail('CHALLENGE_EXPIRED');
        const [user] = await store.users.findMany([userId]);
        if (user === undefined) fail('CHALLENGE_EXPIRED');
        if (user.locked) throw new DomainError('ACCOUNT_LOCKED');
        return { challenge, user, ...(await gate.mfaStateOf(userId, tenantId, challenge.firstFactor)) };
      });
    },
  };
}
