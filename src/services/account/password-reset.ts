import type { Origin } from '../../domain/access/actor.ts';
import { refuseBadPassword } from '../../domain/account/password.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import type { Delivery, Passwords } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit, Facts } from '../audit/recorder.ts';
import type { Subjects } from '../directory/user-lookup.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { UserLinks } from './email-links.ts';
import type { PasswordChange } from './password-change.ts';

interface Needs {
  store: Pick<Store, 'transact'>;
  passwords: Passwords;
  delivery: Delivery;
  links: UserLinks;
  subjects: Subjects;
  attempts: Attempts;
  changePassword: PasswordChange;
  outbox: Outbox;
  audit: Audit;
}

export type PasswordReset = ReturnType<typeof createPasswordReset>;

/** A forgotten password, replaced by whoever reads the user's mail. It logs nobody in and touches no factor. */
export function createPasswordReset({ store, passwords, delivery, links, subjects, attempts, changePassword, outbox, audit }: Needs) {
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
        await attempts.takeAnonymousSend('PASSWORD_RESET', found.subject);
        return found;
      });
      await store.transact(async () => {
        const { link, lifetimeSeconds } = await links.issue('PASSWORD_RESET', { subject, userId: reachable?.id ?? null });
        if (reachable === null) return audit('PASSWORD_RESET_FAILED', origin, { reason: 'USER_NOT_FOUND' });
        await outbox.add({ template: 'PASSWORD_RESET', to: reachable.email, link, lifetimeSeconds });
        await audit('PASSWORD_RESET_REQUESTED', origin, { userId: reachable.id });
      });
      outbox.wake();
    },

    /** Sets the new password and ends what the old one opened, once. Errors: `INVALID_INPUT`, `INVALID_TOKEN`, `ACCOUNT_LOCKED`. */
    async reset(command: { userId: string; token: string; password: string; origin: Origin }): Promise<void> {
      const { password, origin } = command;
      refuseBadPassword(password);
      const presented = await links.present('PASSWORD_RESET', command);
      const refuse = async (code: 'ACCOUNT_LOCKED' | 'INVALID_TOKEN'): Promise<never> => {
        await audit('PASSWORD_RESET_FAILED', origin, { userId: presented.madeFor, reason: code });
        throw new DomainError(code);
      };
      if (!presented.good) return refuse('INVALID_TOKEN');
      const passwordHash = await passwords.hash(password);
      const refused = await store.transact(async () => {
        const user = await presented.spend();
        if (typeof user === 'string') return user;
        await changePassword({ user, passwordHash, reason: 'RESET', origin });
        return null;
      });
      if (refused !== null) return refuse(refused);
      outbox.wake();
    },
  };
}
