import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { User } from '../../domain/directory/user.ts';
import { DomainError, fail, withEventFields } from '../../domain/errors.ts';
import type { LoginChallenge } from '../../domain/login/challenge.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';

/** A living challenge with its user, and the authenticators that the user has now. */
export interface OpenChallenge {
  challenge: LoginChallenge;
  user: User;
  enrolled: Authenticator[];
}

interface Needs {
  store: Pick<Store, 'challenges' | 'authenticators'>;
  clock: Clock;
  keyring: Keyring;
}

/** The service that `createChallenges` creates. */
export type Challenges = ReturnType<typeof createChallenges>;

/** Creates the lookup of challenges by their mfaTokens. */
export function createChallenges({ store, clock, keyring }: Needs) {
  return {
    /**
     * Returns the challenge that an mfaToken stands for. Errors: `CHALLENGE_EXPIRED` for anything but a living one,
     * `ACCOUNT_LOCKED`. Their events name the user if the challenge is still known.
     */
    async open(mfaToken: string): Promise<OpenChallenge> {
      const tokenHash = keyring.hashToken(mfaToken);
      const [found, enrolled] = await together(store.challenges.find(tokenHash, clock.now()), store.authenticators.ofChallenge(tokenHash));
      const { challenge, user, sessionEnded } = found ?? fail('CHALLENGE_EXPIRED');
      const { userId, tenantId } = challenge;
      return withEventFields({ userId, tenantId }, async () => {
        // A step-up ends with its session. This is checked here, before anything is charged.
        if (sessionEnded) fail('CHALLENGE_EXPIRED');
        if (user.locked) throw new DomainError('ACCOUNT_LOCKED');
        return { challenge, user, enrolled };
      });
    },
  };
}
