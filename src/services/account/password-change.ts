import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { NewPassword } from '../../domain/password/new-password.ts';
import type { Clock, Passwords, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { PasswordGuesses } from '../lockout/password-guesses.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { PasswordPolicies } from '../password/policies.ts';
import type { Revoke } from '../session/revocation.ts';

interface Needs {
  store: Pick<Store, 'users' | 'passwordHistory'>;
  clock: Clock;
  random: Random;
  passwords: Pick<Passwords, 'isForeign'>;
  policies: Pick<PasswordPolicies, 'historySizeFor' | 'tenantsOf'>;
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
  reason: 'ACTIVATION' | 'RESET' | 'BY_USER' | 'BY_OPERATOR';
  /** The hash that was verified, if the old password was asked for, and the session that did and stays. */
  verified?: { hash: string; sessionId: string };
}

/**
 * Sets the password and ends everything that the old one gave access to. Runs in the caller's transaction. The caller wakes the
 * outbox after the commit. Errors: `INCORRECT_PASSWORD` if the verified hash is not the stored one any more.
 */
export type PasswordChange = (caller: Caller, change: ChangePassword) => Promise<void>;

/** Creates `PasswordChange`, the one way to change a user's password. */
export function createPasswordChange(needs: Needs): PasswordChange {
  const { store, clock, random, passwords, policies, revoke, passwordGuesses, notices, audit } = needs;

  /** Keeps the hash of the replaced password as long as the history asks for it. */
  const keepFormer = async (userId: string, hash: string | null): Promise<void> => {
    const size = await policies.historySizeFor(await policies.tenantsOf(userId));
    const now = clock.now();
    if (size > 1 && hash !== null && !passwords.isForeign(hash)) {
      await store.passwordHistory.add({ id: random.uuid(), userId, hash, createdAt: now });
    }
    // The present password is one of those that count.
    await store.passwordHistory.trim(userId, Math.max(0, size - 1));
  };

  return async (caller, { user, passwordHash, reason, verified }) => {
    const now = clock.now();
    const before = await store.users.passwordHash(user.id);
    if (verified === undefined) await store.users.setPasswordHash(user.id, passwordHash, now);
    else if (!(await store.users.replacePasswordHash(user.id, { from: verified.hash, to: passwordHash }, now))) fail('INCORRECT_PASSWORD');
    await keepFormer(user.id, before);
    if (verified === undefined) await revoke('PASSWORD_CHANGED', user.id);
    else await revoke('OWN_PASSWORD_CHANGED', user.id, verified.sessionId);
    // Whoever has proven to be the owner must get in however many strangers have guessed at the old password.
    if (reason !== 'BY_OPERATOR') await passwordGuesses.recognize(caller, user);
    await audit('PASSWORD_CHANGED', caller, { userId: user.id, reason });
    // A first password needs no notice, and an unverified address may belong to somebody else.
    if (before !== null && user.verified) await notices.notify(caller, user.id, verified ? 'OWN_PASSWORD_CHANGED' : 'PASSWORD_CHANGED');
  };
}

/** Returns the new password of a user who exists, for `NewPasswords`. A user who is gone has an address that nobody has. */
export async function wantedBy(store: Pick<Store, 'users'>, userId: string, password: string): Promise<NewPassword> {
  const [user] = await store.users.findMany([userId]);
  return { password, owner: { name: user?.name ?? null, email: user?.email ?? '' }, userId, tenantIds: null };
}
