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

/** The service that `createChallengeIssuing` creates. */
export type ChallengeIssuing = ReturnType<typeof createChallengeIssuing>;

/** What a challenge is issued for. */
export type NewChallenge = Pick<LoginChallenge, 'userId' | 'tenantId' | 'purpose' | 'firstFactor' | 'sessionId' | 'invitationLinkId'>;

/** Creates the service that issues the mfaTokens of logins and step-ups. Only the hash of a token is stored. */
export function createChallengeIssuing({ store, clock, random, keyring, audit }: Needs) {
  return {
    /** Stores a challenge and returns its mfaToken, which is shown once. The event states `reason`. Runs in the caller's transaction. */
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
