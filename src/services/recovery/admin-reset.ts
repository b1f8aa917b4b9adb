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
  store: Pick<Store, 'authenticators' | 'transact'>;
  users: Pick<Users, 'findOne'>;
  attempts: Attempts;
  revoke: Revoke;
  notices: SecurityNotices;
  audit: Audit;
}

export type AdminReset = ReturnType<typeof createAdminReset>;

/** Errors of each use case. */
export const adminResetErrors = { reset: ['USER_NOT_FOUND'] } as const;

/** The administrator's way out for a user whose factor is lost or shut. */
export function createAdminReset({ store, users, attempts, revoke, notices, audit }: Needs) {
  /**
   * Removes every factor of the user in all tenants with what stood for one, and forgets wrong codes, so that a factor shut for good
   * can be bound anew. Again is harmless, unless there has to be something to remove.
   * Errors: `USER_NOT_FOUND` also for a user that the caller may not see, `NOT_ENROLLED` for `mustBeEnrolled` alone.
   */
  const reset = async (caller: Caller, { userId, mustBeEnrolled }: { userId: string; mustBeEnrolled: boolean }): Promise<User> => {
    const { tenantId } = requireEnvironment(caller.actor);
    const user = await store.transact(async () => {
      const found = await users.findOne(caller.actor, userId);
      if (mustBeEnrolled && (await store.authenticators.ofUsers([userId])).length === 0) fail('NOT_ENROLLED');
      const removed = await revoke('MFA_RESET', userId);
      await attempts.resetAll(userId);
      await audit('MFA_RESET', caller, { tenantId, userId, reason: removed.sort().join(' ') || 'nothing enrolled' });
      if (removed.length > 0) await notices.notify(userId, 'FACTOR_REMOVED');
      return found;
    });
    notices.wake();
    return user;
  };

  return {
    reset,

    useCases: useCases(audit, 'REQUEST_REFUSED', adminResetErrors, {
      /** Removes every factor of the user and answers the user. Sessions go on: whoever wants them ended locks the user. */
      reset: (caller: Caller, { userId }: { userId: string }): Promise<User> => reset(caller, { userId, mustBeEnrolled: false }),
    }),
  };
}
