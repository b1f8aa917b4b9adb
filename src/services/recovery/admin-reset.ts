import type { Actor, Origin } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import type { Factors } from '../authenticator/factors.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Notifications } from '../messaging/security-notices.ts';

interface Needs {
  store: Pick<Store, 'authenticators' | 'users' | 'transact'>;
  attempts: Attempts;
  factors: Factors;
  notifications: Notifications;
  audit: Audit;
}

export type MfaReset = ReturnType<typeof createMfaReset>;

/** The administrator's way out for a user whose factor is lost or shut. */
export function createMfaReset({ store, attempts, factors, notifications, audit }: Needs) {
  return {
    /**
     * Removes every factor, recovery code and remembered device of the user, in all tenants, ends every open mfaToken, and
     * forgets wrong codes, so that a factor shut for good can be bound anew. Sessions go on: the contract's reset does not
     * end them, and whoever wants that locks the user. Again is harmless, unless there has to be something to remove.
     * Errors: `USER_NOT_FOUND`, `NOT_ENROLLED` for `mustBeEnrolled` alone.
     */
    async reset(actor: Actor, userId: string, origin: Origin, { mustBeEnrolled = false } = {}): Promise<User> {
      const { tenantId } = requireEnvironment(actor);
      const user = await store.transact(async () => {
        const [user] = await store.users.findMany([userId]);
        if (user === undefined) fail('USER_NOT_FOUND');
        if (mustBeEnrolled && (await store.authenticators.ofUsers([userId])).length === 0) fail('NOT_ENROLLED');
        const removed = await factors.removeAll(userId);
        await attempts.resetAll(userId);
        await audit('MFA_RESET', origin, { actor, tenantId, userId, reason: removed.sort().join(' ') || 'nothing enrolled' });
        if (removed.length > 0) await notifications.notify(userId, 'FACTOR_REMOVED');
        return user;
      });
      notifications.wake();
      return user;
    },
  };
}
