import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { Revoke } from '../session/revocation.ts';

interface Needs {
  store: Pick<Store, 'users'>;
  revoke: Revoke;
  notices: SecurityNotices;
  audit: Audit;
}

export interface ChangePassword {
  user: User;
  passwordHash: string;
  /** How the password came to be changed, for the event. */
  reason: 'ACTIVATION' | 'RESET';
}

/** Part of the caller's transaction; the caller wakes the outbox after commit. Sets the password and ends what the old one opened. */
export type PasswordChange = (caller: Caller, change: ChangePassword) => Promise<void>;

/** Creates the one way to give a user another password; see `PasswordChange`. */
export const createPasswordChange =
  ({ store, revoke, notices, audit }: Needs): PasswordChange =>
  async (caller, { user, passwordHash, reason }) => {
    const replaced = (await store.users.passwordHash(user.id)) !== null;
    await store.users.setPasswordHash(user.id, passwordHash);
    await revoke('PASSWORD_CHANGED', user.id);
    await audit('PASSWORD_CHANGED', caller, { userId: user.id, reason });
    // A first password is news to nobody, and an unverified address may be somebody else's.
    if (replaced && user.verified) await notices.notify(user.id, 'PASSWORD_CHANGED');
  };
