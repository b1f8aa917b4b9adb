import type { Actor, Origin } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit, Facts } from '../audit/recorder.ts';
import type { Notifications } from '../messaging/security-notices.ts';

interface Needs {
  store: Pick<Store, 'challenges' | 'devices' | 'enrollments' | 'oneTimeCodes' | 'passwordFailures' | 'sessions' | 'users' | 'transact'>;
  clock: Clock;
  notifications: Notifications;
  audit: Audit;
}

export type AccountLocks = ReturnType<typeof createAccountLocks>;

/** Shutting accounts and opening them again. */
export function createAccountLocks({ store, clock, notifications, audit }: Needs) {
  /**
   * Part of the caller's transaction; the caller wakes the outbox after commit. Everything the account was trusted with
   * ends, so that unlocking revives nothing; locked once more, what a login under way may have added since ends as well,
   * and neither is an event written nor the user told again.
   */
  const shut = async (userId: string, origin: Origin, facts: Facts): Promise<void> => {
    const now = clock.now();
    const changed = await store.users.setLocked(userId, true, now);
    await store.sessions.endAllOf(userId, now);
    await store.devices.endAllOf(userId);
    await store.challenges.endAllOf(userId, now);
    await store.enrollments.removeAllOf(userId);
    await store.oneTimeCodes.removeAllOf(userId);
    if (!changed) return;
    await audit('USER_LOCKED', origin, { ...facts, userId });
    await notifications.notify(userId, 'ACCOUNT_LOCKED');
  };

  const find = async (userId: string): Promise<User> => (await store.users.findMany([userId]))[0] ?? fail('USER_NOT_FOUND');

  return {
    shut,

    /** Locks the account in all tenants; again is harmless. Errors: `USER_NOT_FOUND`. */
    async lock(actor: Actor, userId: string, origin: Origin): Promise<User> {
      const { tenantId } = requireEnvironment(actor);
      const locked = await store.transact(async () => {
        await find(userId);
        await shut(userId, origin, { actor, tenantId });
        return find(userId);
      });
      notifications.wake();
      return locked;
    },

    /** Opens the account and forgets the wrong passwords; again is harmless. Errors: `USER_NOT_FOUND`. */
    async unlock(actor: Actor, userId: string, origin: Origin): Promise<User> {
      const { tenantId } = requireEnvironment(actor);
      return store.transact(async () => {
        await find(userId);
        await store.passwordFailures.clear(userId);
        if (await store.users.setLocked(userId, false, clock.now())) await audit('USER_UNLOCKED', origin, { actor, tenantId, userId });
        return find(userId);
      });
    },
  };
}
