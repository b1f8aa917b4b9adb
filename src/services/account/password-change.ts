import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { PasswordGuesses } from '../lockout/password-guesses.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { Revoke } from '../session/revocation.ts';

interface Needs {
  store: Pick<Store, 'users'>;
  revoke: Revoke;
  passwordGuesses: Pick<PasswordGuesses, 'recognize'>;
  notices: SecurityNotices;
  audit: Audit;
}

/** A password to set. */
export interface ChangePassword {
  user: User;
  passwordHash: string;
  /** The operation that changed the password, for the event. */
  reason: 'ACTIVATION' | 'RESET';
}

/**
 * Sets the password and ends everything that the old one gave access to. Runs in the caller's transaction. The caller wakes the
 * outbox after the commit.
 */
export type PasswordChange = (caller: Caller, change: ChangePassword) => Promise<void>;

/** Creates `PasswordChange`, the one way to change a user's password. */
export const createPasswordChange =
  ({ store, revoke, passwordGuesses, notices, audit }: Needs): PasswordChange =>
  async (caller, { user, passwordHash, reason }) => {
    const replaced = (await store.users.passwordHash(user.id)) !== null;
    await store.users.setPasswordHash(user.id, passwordHash);
    await revoke('PASSWORD_CHANGED', user.id);
    // The mailed link has proven the owner, who must get in however many strangers have guessed at the old password.
    await passwordGuesses.recognize(caller, user);
    await audit('PASSWORD_CHANGED', caller, { userId: user.id, reason });
    // A first password needs no notice, and an unverified address may belong to somebody else.
    if (replaced && user.verified) await notices.notify(caller, user.id, 'PASSWORD_CHANGED');
  };
