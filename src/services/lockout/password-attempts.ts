import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { RateLimited } from '../../domain/errors.ts';
import { attemptsInForce } from '../../domain/lockout/lockout-policy.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { AccountLocks } from './account-locks.ts';
import type { LockoutPolicies } from './policies.ts';

interface Needs {
  store: Pick<Store, 'passwordFailures' | 'transact'>;
  clock: Clock;
  lockoutPolicies: Pick<LockoutPolicies, 'inForce'>;
  accountLocks: Pick<AccountLocks, 'lockAccount'>;
  notices: SecurityNotices;
}

/** A password check that was counted before it is made. */
export interface PasswordCheck {
  /** Whether this check is the last one that the policy allows, should it fail. */
  last: boolean;
}

/** The service that `createPasswordAttempts` creates. */
export type PasswordAttempts = ReturnType<typeof createPasswordAttempts>;

/**
 * Creates the service that counts wrong passwords in a row and locks the user when the policy says so. The count commits by itself
 * before the password is checked, so that parallel guesses cannot share a number. Codes of second factors are not counted here.
 */
export function createPasswordAttempts({ store, clock, lockoutPolicies, accountLocks, notices }: Needs) {
  return {
    /** Counts one check of a password of the user. Errors: `RATE_LIMITED` while the checks under way may be the last ones allowed. */
    async charge(user: User): Promise<PasswordCheck> {
      const limit = attemptsInForce(await lockoutPolicies.inForce(user.activeTenantId));
      if (limit === null) return { last: false };
      const number = await store.passwordFailures.charge(user.id, limit, clock.now());
      if (number === null) throw new RateLimited(1);
      return { last: number >= limit };
    },

    /** Locks the user if the wrong password was the last one allowed. */
    async failed(caller: Caller, { user, check }: { user: User; check: PasswordCheck }): Promise<void> {
      if (!check.last) return;
      await store.transact({ user: user.id }, () =>
        accountLocks.lockAccount(caller, { userId: user.id, tenantId: user.activeTenantId, reason: 'ACCOUNT_LOCKED' }),
      );
      notices.wake();
    },

    /** Forgets the wrong passwords after a right one, whether or not a policy counts them now. */
    succeeded: (user: User): Promise<void> => store.passwordFailures.clear(user.id),
  };
}
