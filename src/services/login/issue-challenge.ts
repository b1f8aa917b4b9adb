import type { Caller } from '../../domain/access/actor.ts';
import type { LoginChallenge } from '../../domain/login/challenge.ts';
import { challengeLifetimeSeconds } from '../../domain/login/challenge.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';

interface Needs {
  store: Pick<Store, 'challenges'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  audit: Audit;
}

export type ChallengeIssuing = ReturnType<typeof createChallengeIssuing>;

/** What a challenge is for. */
export type NewChallenge = Pick<LoginChallenge, 'userId' | 'tenantId' | 'purpose' | 'firstFactor' | 'sessionId'>;

/** Issues the mfaTokens of logins and step-ups. Only the hash of a token is stored. */
export function createChallengeIssuing({ store, clock, random, keyring, audit }: Needs) {
  return {
    /** Stores a challenge and answers its mfaToken, shown once. `reason` is for its event. Part of the caller's transaction. */
    async issue(caller: Caller, challenge: NewChallenge, reason: string): Promise<{ mfaToken: string; expiresAt: Date }> {
      const now = clock.now();
      const mfaToken = random.token();
      const expiresAt = new Date(now.getTime() + challengeLifetimeSeconds * 1000);
      await store.challenges.add({ ...challenge, id: random.uuid(), tokenHash: keyring.hashToken(mfaToken), attempts: 0, createdAt: now, expiresAt });
      await audit('MFA_CHALLENGED', caller, { userId: challenge.userId, tenantId: challenge.tenantId, reason });
      return { mfaToken, expiresAt };
    },
  };
}
