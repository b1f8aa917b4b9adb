import type { Origin } from '../domain/actor.ts';
import { DomainError, fail } from '../domain/errors.ts';
import type { Clock, Delivery, Keyring, Passwords, Random } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';
import { tokenLifetimeSeconds } from '../domain/user-token/user-token.ts';
import type { Attempts } from './attempts.ts';
import type { Audit, Facts } from './audit.ts';
import type { Outbox } from './outbox.ts';
import type { PasswordChange } from './password-change.ts';
import { refuseBadPassword } from './password-change.ts';
import type { Subjects } from './subjects.ts';

interface Needs {
  store: Pick<Store, 'users' | 'userTokens' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  passwords: Passwords;
  delivery: Delivery;
  subjects: Subjects;
  attempts: Attempts;
  changePassword: PasswordChange;
  outbox: Outbox;
  audit: Audit;
  /** Links are built from it alone: a request's `Host` is whatever its sender likes. */
  publicUrl: string;
}

export type PasswordReset = ReturnType<typeof createPasswordReset>;

/** A forgotten password, replaced by whoever reads the user's mail. It logs nobody in and touches no factor. */
export function createPasswordReset(needs: Needs) {
  const { store, clock, random, keyring, passwords, delivery, subjects, attempts, changePassword, outbox, audit, publicUrl } = needs;
  return {
    /**
     * Mails a link to the user's verified address; an earlier one dies. Same answer and work for an address nobody has.
     * Errors: `EMAIL_UNAVAILABLE`, `RATE_LIMITED`.
     */
    async request({ email, origin }: { email: string; origin: Origin }): Promise<void> {
      const known: Facts = {};
      const { subject, reachable } = await audit.refusals('PASSWORD_RESET_FAILED', origin, known, async () => {
        if (!delivery.email.available) fail('EMAIL_UNAVAILABLE', delivery.email.reason);
        const found = await subjects.find({ email });
        known.userId = found.reachable?.id ?? null;
        await attempts.chargeRequest('PASSWORD_RESET', found.subject);
        return found;
      });
      const now = clock.now();
      const token = random.token();
      const lifetimeSeconds = tokenLifetimeSeconds.PASSWORD_RESET;
      await store.transact(async () => {
        await store.userTokens.replace({
          id: random.uuid(),
          purpose: 'PASSWORD_RESET',
          subject,
          userId: reachable?.id ?? null,
          tokenHash: keyring.hashToken(token),
          codeDigest: null,
          attempts: 0,
          createdAt: now,
          expiresAt: new Date(now.getTime() + lifetimeSeconds * 1000),
        });
        if (reachable === null) return audit('PASSWORD_RESET_FAILED', origin, { reason: 'USER_NOT_FOUND' });
        const link = `${publicUrl}/account/reset-password?${new URLSearchParams({ userId: reachable.id, token })}`;
        await outbox.add({ template: 'PASSWORD_RESET', to: reachable.email, link, lifetimeSeconds });
        await audit('PASSWORD_RESET_REQUESTED', origin, { userId: reachable.id });
      });
      outbox.wake();
    },

    /** Sets the new password and ends what the old one opened, once. Errors: `INVALID_INPUT`, `INVALID_TOKEN`, `ACCOUNT_LOCKED`. */
    async reset(command: { userId: string; token: string; password: string; origin: Origin }): Promise<void> {
      const { userId, password, origin } = command;
      refuseBadPassword(password);
      const kept = await store.userTokens.find('PASSWORD_RESET', keyring.hashToken(command.token));
      const refuse = async (code: 'ACCOUNT_LOCKED' | 'INVALID_TOKEN'): Promise<never> => {
        await audit('PASSWORD_RESET_FAILED', origin, { userId: kept?.userId ?? null, reason: code });
        throw new DomainError(code);
      };
      if (kept === null || kept.userId !== userId || kept.expiresAt <= clock.now()) return refuse('INVALID_TOKEN');
      const passwordHash = await passwords.hash(password);
      const refused = await store.transact(async () => {
        const [user] = await store.users.findMany([userId]);
        if (user === undefined) return 'INVALID_TOKEN' as const;
        if (user.locked) return 'ACCOUNT_LOCKED' as const;
        if (!(await store.userTokens.spend(kept.id, clock.now()))) return 'INVALID_TOKEN' as const;
        await changePassword({ user, passwordHash, reason: 'RESET', origin });
        return null;
      });
      if (refused !== null) return refuse(refused);
      outbox.wake();
    },
  };
}
