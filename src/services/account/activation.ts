import type { Actor, Origin } from '../../domain/access/actor.ts';
import { nobody } from '../../domain/access/actor.ts';
import { refuseBadPassword } from '../../domain/account/password.ts';
import type { User } from '../../domain/directory/user.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import type { Clock, Passwords } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import type { LoginResult, SecondFactor } from '../login/gate.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { IssuedLink, UserLinks } from './email-links.ts';
import type { PasswordChange } from './password-change.ts';

export interface ActivationLink extends Omit<IssuedLink, 'lifetimeSeconds'> {
  user: User;
}

interface Needs {
  store: Pick<Store, 'users' | 'transact'>;
  clock: Clock;
  passwords: Passwords;
  links: UserLinks;
  secondFactor: SecondFactor;
  changePassword: PasswordChange;
  outbox: Outbox;
  audit: Audit;
}

export type Activation = ReturnType<typeof createActivation>;

/** A link that proves the mailbox it was sent to, once: the address counts as verified and its holder logs in. */
export function createActivation({ store, clock, passwords, links, secondFactor, changePassword, outbox, audit }: Needs) {
  return {
    /** Makes the link; sending it is the caller's. An earlier one dies. Errors: `USER_NOT_FOUND`. */
    async generate(actor: Actor, userId: string, origin: Origin): Promise<ActivationLink> {
      const { tenantId } = requireEnvironment(actor);
      return store.transact(async () => {
        const [user] = await store.users.findMany([userId]);
        if (user === undefined) fail('USER_NOT_FOUND');
        const memberships = await store.users.memberships([userId]);
        if (tenantId !== null && !memberships.some((membership) => membership.tenantId === tenantId)) fail('USER_NOT_FOUND');
        const { link, token, expiresAt } = await links.issue('ACTIVATION', { subject: userId, userId });
        await audit('ACTIVATION_TOKEN_GENERATED', origin, { actor, userId, tenantId });
        return { link, token, expiresAt, user };
      });
    },

    /**
     * Verifies the address, sets the password if one is given, and logs in as far as the mailbox alone goes.
     * Errors: `INVALID_INPUT`, `INVALID_TOKEN`, `ACCOUNT_LOCKED`, `NO_STRATEGY_AVAILABLE`.
     */
    async activate(command: {
      userId: string;
      token: string;
      password: string | null;
      deviceToken: string | null;
      origin: Origin;
    }): Promise<LoginResult> {
      const { userId, password, origin } = command;
      refuseBadPassword(password);
      const presented = await links.present('ACTIVATION', command);
      const refuse = async (code: 'ACCOUNT_LOCKED' | 'INVALID_TOKEN'): Promise<never> => {
        await audit('LOGIN_FAILED', origin, { userId: presented.madeFor, reason: code });
        throw new DomainError(code);
      };
      if (!presented.good) return refuse('INVALID_TOKEN');
      // Hashed before the transaction, which a hash would hold open for long.
      const passwordHash = password === null ? null : await passwords.hash(password);
      const user = await store.transact(async () => {
        const before = await presented.spend();
        if (typeof before === 'string') return before;
        const now = clock.now();
        await store.users.markVerified(userId, now);
        if (passwordHash !== null) await changePassword({ user: before, passwordHash, reason: 'ACTIVATION', origin });
        await audit('USER_ACTIVATED', origin, { userId });
        return { ...before, verified: true, updatedAt: now };
      });
      if (typeof user === 'string') return refuse(user);
      outbox.wake();
      const { deviceToken } = command;
      // The link came by e-mail, so a code by e-mail would prove nothing new, even where a password was just set.
      return audit.refusals('LOGIN_FAILED', origin, { userId }, () =>
        secondFactor.completeFirstFactor({ actor: nobody, origin }, { user, tenantId: null, firstFactor: 'EMAIL_CODE', amr: ['otp'], deviceToken }),
      );
    },
  };
}
