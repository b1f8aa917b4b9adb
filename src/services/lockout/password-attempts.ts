import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { RateLimited } from '../../domain/errors.ts';
import { attemptsInForce } from '../../domain/lockout/lockout-policy.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { AccountLocks } from './account-locks.ts';
import type { LockoutPolicies } from './policies.ts';

interface Needs {
  store: Pick<Store, 'passwordFailures' | 'guesses' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  lockoutPolicies: Pick<LockoutPolicies, 'inForce'>;
  accountLocks: Pick<AccountLocks, 'lockAccount'>;
  notices: SecurityNotices;
}

/** A password check that was counted before it is made. */
export interface PasswordCheck {
  /** Whose password is checked. Null if nobody's is, because the address is unknown, or the user is locked or has no password. */
  user: User | null;
  /** Whether this check is the last one that the policy allows, should it fail. */
  last: boolean;
}

/** A number of failures that no counter reaches, although its column holds it. */
const neverReached = 2_000_000_000;

/** The service that `createPasswordAttempts` creates. */
export type PasswordAttempts = ReturnType<typeof createPasswordAttempts>;

/**
 * Creates the service that counts wrong passwords in a row and locks the user when the policy says so. The count commits by itself
 * before the password is checked, so that parallel guesses cannot share a number. Codes of second factors are not counted here.
 */
export function createPasswordAttempts({ store, clock, keyring, lockoutPolicies, accountLocks, notices }: Needs) {
  return {
    /** Returns how many wrong passwords in a row lock the user. Null if no number does. With null it does the same work for nobody. */
    limitFor: async (user: User | null): Promise<number | null> => attemptsInForce(await lockoutPolicies.inForce(user?.activeTenantId ?? '')),

    /**
     * Counts one check of a password of the user. With null it does the same work for nobody. Errors: `RATE_LIMITED` while the checks
     * under way may be the last ones allowed.
     */
    async charge(user: User | null, { email, limit }: { email: string; limit: number | null }): Promise<PasswordCheck> {
      if (limit === null) return { user, last: false };
      if (user === null) {
        // A row that nothing reads, because the failures of a user cannot be counted for an address that nobody has.
        const counter = { account: keyring.digest('nobodys-failures', normalizeEmail(email)), client: 'NOBODY' };
        await store.guesses.chargeFailure(counter, neverReached, clock.now());
        return { user, last: false };
      }
      const number = await store.passwordFailures.charge(user.id, limit, clock.now());
      if (number === null) throw new RateLimited(1);
      return { user, last: number >= limit };
    },

    /** Takes back what `charge` counted, because the password was not checked. */
    async giveBack({ user }: PasswordCheck): Promise<void> {
      if (user !== null) await store.passwordFailures.giveBack(user.id);
    },

    /** Locks the user if the wrong password was the last one allowed. */
    async failed(caller: Caller, { user, last }: PasswordCheck): Promise<void> {
      if (!last || user === null) return;
      await store.transact({ user: user.id }, () =>
        accountLocks.lockAccount(caller, { userId: user.id, tenantId: user.activeTenantId, byPolicy: true }),
      );
      notices.wake();
    },

    /** Forgets the wrong passwords after a right one, whether or not a policy counts them now. */
    succeeded: (user: User): Promise<void> => store.passwordFailures.clear(user.id),
  };
}
