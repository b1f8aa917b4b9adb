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
import type { PasswordGuesses } from './password-guesses.ts';

/** An account to lock. */
interface LockAccount {
  userId: string;
  /** The tenant that the event names. */
  tenantId: string | null;
  /** Whether the lockout policy locks the account, and not an administrator. */
  byPolicy: boolean;
}

/** An account to unlock. */
interface UnlockAccount {
  user: Pick<User, 'id' | 'email'>;
  /** The tenant that the event names. */
  tenantId: string | null;
  /** The reason that the event states. Null if an administrator unlocks the account. */
  reason: 'MAILED_LINK' | null;
}

interface Needs {
  store: Pick<Store, 'passwordFailures' | 'users' | 'userTokens' | 'transact'>;
  clock: Clock;
  users: Pick<Users, 'findOne'>;
  revoke: Revoke;
  passwordGuesses: Pick<PasswordGuesses, 'forgive'>;
  notices: SecurityNotices;
  /** Mails the link that ends a lock of the policy. Mailed links belong to a later noun, so this one is handed in. */
  mailLink: (caller: Caller, user: User, link: { purpose: 'UNLOCK'; tenantId: string }) => Promise<unknown>;
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
export function createAccountLocks({ store, clock, users, revoke, passwordGuesses, notices, mailLink, audit }: Needs) {
  /**
   * Locks the account and ends everything that a lock ends. Runs in the caller's transaction. The caller has checked the
   * permission, and wakes the outbox after the commit. If the user is locked already, there is no further event or message, but
   * credentials that a login under way has added since end as well.
   *
   * A lock of the policy mails a link that ends it, and a lock of an administrator ends that link. So as long as the link stands, the
   * lock is one of the policy alone, and nothing else has to remember who locked.
   */
  const lockAccount = async (caller: Caller, { userId, tenantId, byPolicy }: LockAccount): Promise<void> => {
    const changed = await store.users.setLocked(userId, true, clock.now());
    // The policy may lock twice, for the sake of a login under way. The link that was mailed must still work then.
    const standing = byPolicy && !changed ? await store.userTokens.findOf('UNLOCK', userId) : null;
    await revoke('ACCOUNT_LOCKED', userId);
    if (standing !== null) await store.userTokens.replace(standing);
    if (!changed) return;
    await audit('USER_LOCKED', caller, { userId, tenantId, reason: byPolicy ? 'ACCOUNT_LOCKED' : null });
    if (!byPolicy) {
      await notices.notify(caller, userId, 'ACCOUNT_LOCKED');
      return;
    }
    const user = await notices.reachable(userId);
    if (user !== null) await mailLink(caller, user, { purpose: 'UNLOCK', tenantId: user.activeTenantId });
  };

  /**
   * Forgets the wrong passwords of the user and unlocks the account. False if it was not locked. Runs in the caller's transaction, and
   * the caller has checked the permission.
   */
  const unlockAccount = async (caller: Caller, { user, tenantId, reason }: UnlockAccount): Promise<boolean> => {
    await store.passwordFailures.clear(user.id);
    await passwordGuesses.forgive(user);
    const changed = await store.users.setLocked(user.id, false, clock.now());
    if (changed) await audit('USER_UNLOCKED', caller, { tenantId, userId: user.id, reason });
    return changed;
  };

  return {
    /** Lock and unlock the account without a permission check; see above. */
    lockAccount,
    unlockAccount,

    useCases: useCases(audit, 'REQUEST_REFUSED', accountLockErrors, {
      /** Locks the account in all tenants and returns the user. It is no error if the account is locked already. */
      async lock(caller: Caller, { userId }: { userId: string }): Promise<User> {
        const { tenantId } = requireEnvironment(caller.actor);
        const locked = await store.transact({ user: userId }, async () => {
          await users.findOne(caller.actor, userId);
          await lockAccount(caller, { userId, tenantId, byPolicy: false });
          return users.findOne(caller.actor, userId);
        });
        notices.wake();
        return locked;
      },

      /** Unlocks the account, forgets the wrong passwords and returns the user. It is no error if the account is not locked. */
      async unlock(caller: Caller, { userId }: { userId: string }): Promise<User> {
        const { tenantId } = requireEnvironment(caller.actor);
        return store.transact({ user: userId }, async () => {
          const user = await users.findOne(caller.actor, userId);
          await unlockAccount(caller, { user, tenantId, reason: null });
          return users.findOne(caller.actor, userId);
        });
      },
    }),
  };
}
