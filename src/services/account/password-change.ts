import type { Actor, Origin } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { Notifications } from '../messaging/security-notices.ts';

interface Needs {
  store: Pick<Store, 'challenges' | 'devices' | 'enrollments' | 'oneTimeCodes' | 'sessions' | 'users' | 'userTokens'>;
  clock: Clock;
  notifications: Notifications;
  audit: Audit;
}

/** Part of the caller's transaction; the caller wakes the outbox after commit. */
export type PasswordChange = (change: { user: User; passwordHash: string; actor?: Actor; reason: string; origin: Origin }) => Promise<void>;

/**
 * A new password ends everything the old one opened: sessions, logins and step-ups under way, remembered devices, factors
 * begun and other tokens of the user. Not the factors: whoever reads the mail must still prove the second one.
 */
export const createPasswordChange =
  ({ store, clock, notifications, audit }: Needs): PasswordChange =>
  async ({ user, passwordHash, actor, reason, origin }) => {
    const now = clock.now();
    const replaced = (await store.users.passwordHash(user.id)) !== null;
    await store.users.setPasswordHash(user.id, passwordHash);
    await store.sessions.endAllOf(user.id, now);
    await store.challenges.endAllOf(user.id, now);
    await store.devices.endAllOf(user.id);
    // Whoever knew the old one may have begun a factor and seen its secret, which the user would be shown as well.
    await store.enrollments.removeAllOf(user.id);
    await store.oneTimeCodes.removeAllOf(user.id);
    await store.userTokens.endAllOf(user.id);
    await audit('PASSWORD_CHANGED', origin, { userId: user.id, reason, ...(actor === undefined ? {} : { actor }) });
    // A first password is news to nobody, and an unverified address may be somebody else's.
    if (replaced && user.verified) await notifications.notify(user.id, 'PASSWORD_CHANGED');
  };
