import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail, withEventFields } from '../../domain/errors.ts';
import type { NewPasswords } from '../../domain/password/new-password.ts';
import type { Passwords } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import { requireEnvironment, requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Users } from '../directory/users.ts';
import { chargedFor } from '../limits/give-back.ts';
import type { PasswordAttempts } from '../lockout/password-attempts.ts';
import type { PasswordGuesses } from '../lockout/password-guesses.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Sessions } from '../session/sessions.ts';
import type { PasswordChange } from './password-change.ts';

interface Needs {
  store: Pick<Store, 'users' | 'transact'>;
  passwords: Pick<Passwords, 'admit' | 'verify'>;
  newPasswords: NewPasswords;
  passwordAttempts: PasswordAttempts;
  passwordGuesses: Pick<PasswordGuesses, 'begin'>;
  users: Pick<Users, 'findOne'>;
  sessions: Pick<Sessions, 'requireLivingSession'>;
  recentFactor: RecentFactor;
  changePassword: PasswordChange;
  outbox: Outbox;
  audit: Audit;
}

/** The password that a user has, and the one to have from now on. */
export interface OwnPassword {
  password: string;
  newPassword: string;
}

/** Errors of each use case. */
export const ownPasswordErrors = {
  change: ['INVALID_INPUT', 'INCORRECT_PASSWORD', 'RATE_LIMITED', 'ACCOUNT_LOCKED', 'STEP_UP_REQUIRED'],
  set: ['INVALID_INPUT', 'USER_NOT_FOUND'],
} as const;

/** Creates the service by which users change their own password, and the operator sets one. It changes no factor and opens no session. */
export function createOwnPassword(needs: Needs) {
  const { store, passwords, newPasswords, passwordAttempts, passwordGuesses, users, sessions, recentFactor, changePassword, outbox, audit } = needs;

  /** Checks the present password like that of a login: it is counted before it is checked, and the last wrong one locks. Returns its hash. */
  const requirePassword = async (caller: Caller, user: User, password: string): Promise<string> => {
    const [hash, limit] = await together(store.users.passwordHash(user.id), passwordAttempts.limitFor(user));
    const guess = await passwordGuesses.begin(caller, { email: user.email, user, deviceToken: null, lockoutLimit: limit });
    const counted = await passwordAttempts.charge(user.locked || hash === null ? null : user, { email: user.email, limit });
    const right = await chargedFor(
      () => passwords.verify(hash, password),
      () => passwordAttempts.giveBack(counted),
    );
    if (hash === null || counted.user === null || !right) {
      await passwordAttempts.failed(caller, counted);
      await guess.wrong();
      return fail(user.locked ? 'ACCOUNT_LOCKED' : 'INCORRECT_PASSWORD');
    }
    await store.transact({ user: user.id }, () => together(guess.right(), passwordAttempts.succeeded(user)));
    return hash;
  };

  return useCases(audit, 'REQUEST_REFUSED', ownPasswordErrors, {
    /** Changes the password of the user, who knows the present one. Everything else that knew it ends, the session of the call stays. */
    async change(caller: Caller, { password, newPassword }: OwnPassword): Promise<void> {
      const actor = requireUser(caller.actor);
      const { userId, tenantId, sessionId } = actor;
      await withEventFields({ userId, tenantId }, async () => {
        await recentFactor.requireRecentFactor(caller);
        await passwords.admit(async () => {
          const [user] = await store.users.findMany([userId]);
          if (user === undefined) return fail('UNAUTHENTICATED');
          const hash = await requirePassword(caller, user, password);
          const owner = { name: user.name, email: user.email };
          const passwordHash = await newPasswords.accept(caller, { password: newPassword, field: 'newPassword', owner, userId, tenantIds: null });
          await store.transact({ user: userId }, async () => {
            await sessions.requireLivingSession(actor);
            const [now] = await store.users.findMany([userId]);
            if (now === undefined || now.locked) fail('ACCOUNT_LOCKED');
            await changePassword(caller, { user: now, passwordHash, reason: 'BY_USER', verified: { hash, sessionId } });
          });
        });
      });
      outbox.wake();
    },

    /** Sets the password of a user for an operator, who need not know the present one. Everything that the old one gave access to ends. */
    async set(caller: Caller, { userId, newPassword }: { userId: string; newPassword: string }): Promise<void> {
      requireEnvironment(caller.actor);
      const { name, email } = await users.findOne(caller.actor, userId);
      const wanted = { password: newPassword, field: 'newPassword', owner: { name, email }, userId, tenantIds: null };
      const passwordHash = await passwords.admit(() => newPasswords.accept(caller, wanted));
      await store.transact({ user: userId }, async () => {
        const user = await users.findOne(caller.actor, userId);
        await changePassword(caller, { user, passwordHash, reason: 'BY_OPERATOR' });
      });
      outbox.wake();
    },
  });
}
