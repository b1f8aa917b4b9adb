import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Users } from '../directory/users.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { Revoke } from '../session/revocation.ts';

interface Needs {
  store: Pick<Store, 'authenticators' | 'passkeys' | 'transact'>;
  users: Pick<Users, 'findOne'>;
  attempts: Attempts;
  revoke: Revoke;
  notices: SecurityNotices;
  audit: Audit;
}

/** The service that `createAdminReset` creates. */
export type AdminReset = ReturnType<typeof createAdminReset>;

/** Errors of each use case. */
export const adminResetErrors = { reset: ['USER_NOT_FOUND'] } as const;

/** Creates the service by which an administrator helps a user whose factor is lost or locked. */
export function createAdminReset({ store, users, attempts, revoke, notices, audit }: Needs) {
  /**
   * Removes every authenticator and passkey of the user, in all tenants, with everything that depends on them. Wrong codes are forgotten, so
   * that a locked factor can be enrolled again. It is no error if there is nothing to remove, unless `mustBeEnrolled` is set.
   * Errors: `USER_NOT_FOUND`, also for a user that the caller may not see; `NOT_ENROLLED` only with `mustBeEnrolled`.
   */
  const reset = async (caller: Caller, { userId, mustBeEnrolled }: { userId: string; mustBeEnrolled: boolean }): Promise<User> => {
    const { tenantId } = requireEnvironment(caller.actor);
    const user = await store.transact({ user: userId }, async () => {
      const found = await users.findOne(caller.actor, userId);
      if (mustBeEnrolled && (await store.authenticators.ofUsers([userId])).length === 0) fail('NOT_ENROLLED');
      const passkeys = await store.passkeys.ofUsers([userId]);
      const removed = await revoke('MFA_RESET', userId);
      await attempts.resetAll(userId);
      await audit('MFA_RESET', caller, { tenantId, userId, reason: removed.sort().join(' ') || 'nothing enrolled' });
      for (const { id } of passkeys) await audit('PASSKEY_REMOVED', caller, { tenantId, userId, reason: id });
      if (removed.length > 0) await notices.notify(caller, userId, 'FACTOR_REMOVED');
      if (passkeys.length > 0) await notices.notify(caller, userId, 'PASSKEY_REMOVED');
      return found;
    });
    notices.wake();
    return user;
  };

  return {
    /** Resets the user inside another use case, which records refusals; see above. */
    reset,

    useCases: useCases(audit, 'REQUEST_REFUSED', adminResetErrors, {
      /**
       * Removes every authenticator and passkey of the user and returns the user. Sessions stay; an administrator who wants to end them locks
       * the user.
       */
      reset: (caller: Caller, { userId }: { userId: string }): Promise<User> => reset(caller, { userId, mustBeEnrolled: false }),
    }),
  };
}
