import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Users } from '../directory/users.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { Revoke } from '../session/revocation.ts';

/** An account to lock. */
interface LockAccount {
  userId: string;
  /** The tenant that the event names. */
  tenantId: string | null;
  /** The reason that the event states. Null if an administrator locks the account. */
  reason: string | null;
}

interface Needs {
  store: Pick<Store, 'passwordFailures' | 'users' | 'transact'>;
  clock: Clock;
  users: Pick<Users, 'findOne'>;
  revoke: Revoke;
  notices: SecurityNotices;
  audit: Audit;
}

/** The service that `createAccountLocks` creates. */
export type AccountLocks = ReturnType<typeof createAccountLocks>;

/** Errors of each use case. */
export const accountLockErrors = {
  lock: ['USER_NOT_FOUND'],
  unlock: ['USER_NOT_FOUND'],
} as const;

/**
 * Creates the service that locks and unlocks accounts. An environment token that names a tenant can do so for the members of that
 * tenant only.
 */
export function createAccountLocks({ store, clock, users, revoke, notices, audit }: Needs) {
  /**
   * Locks the account and ends everything that a lock ends. Runs in the caller's transaction. The caller has checked the
   * permission, and wakes the outbox after the commit. If the user is locked already, there is no further event or notice, but
   * credentials that a login under way has added since end as well.
   */
  const lockAccount = async (caller: Caller, { userId, tenantId, reason }: LockAccount): Promise<void> => {
    const changed = await store.users.setLocked(userId, true, clock.now());
    await revoke('ACCOUNT_LOCKED', userId);
    if (!changed) return;
    await audit('USER_LOCKED', caller, { userId, tenantId, reason });
    await notices.notify(userId, 'ACCOUNT_LOCKED');
  };

  return {
    /** Locks the account without a permission check; see above. */
    lockAccount,

    useCases: useCases(audit, 'REQUEST_REFUSED', accountLockErrors, {
      /** Locks the account in all tenants and returns the user. It is no error if the account is locked already. */
      async lock(caller: Caller, { userId }: { userId: string }): Promise<User> {
        const { tenantId } = requireEnvironment(caller.actor);
        const locked = await store.transact({ user: userId }, async () => {
          await users.findOne(caller.actor, userId);
          await lockAccount(caller, { userId, tenantId, reason: null });
          return users.findOne(caller.actor, userId);
        });
        notices.wake();
        return locked;
      },

      /** Unlocks the account, forgets the wrong passwords and returns the user. It is no error if the account is not locked. */
      async unlock(caller: Caller, { userId }: { userId: string }): Promise<User> {
        const { tenantId } = requireEnvironment(caller.actor);
        return store.transact({ user: userId }, async () => {
          await users.findOne(caller.actor, userId);
          await store.passwordFailures.clear(userId);
          if (await store.users.setLocked(userId, false, clock.now())) await audit('USER_UNLOCKED', caller, { tenantId, userId });
          return users.findOne(caller.actor, userId);
        });
      },
    }),
  };
}
