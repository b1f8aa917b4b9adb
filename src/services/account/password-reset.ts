import type { Caller } from '../../domain/access/actor.ts';
import { tokenLifetimeSeconds } from '../../domain/account/user-token.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail, InvalidCode, withEventFields } from '../../domain/errors.ts';
import type { NewPasswords } from '../../domain/password/new-password.ts';
import type { Delivery, Passwords, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment, requirePermission, writeUsers } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { PhoneCodes } from '../directory/phone-codes.ts';
import type { PhoneOwnerName, UserLookup } from '../directory/user-lookup.ts';
import type { Users } from '../directory/users.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { TokenCodes } from '../limits/token-codes.ts';
import type { Captcha } from '../login/captcha.ts';
import { captchaErrors } from '../login/captcha.ts';
import type { ToStranger } from '../login/login-messages.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { EmailLinks, IssuedLink } from './email-links.ts';
import type { PasswordChange } from './password-change.ts';
import { wantedBy } from './password-change.ts';

/** Who has forgotten the password. */
export interface ForgottenPassword {
  /** An address, or a username. */
  email: string;
  /** The answer to the captcha. Null if the client has none. */
  captchaToken: string | null;
}

/** The contents of a reset link, and the new password. */
export interface ResetPassword {
  userId: string;
  token: string;
  password: string;
}

/** A link that sets a new password, for the caller to send. */
export interface ResetLink extends Omit<IssuedLink, 'lifetimeSeconds' | 'code'> {
  user: User;
}

interface Needs {
  store: Pick<Store, 'users' | 'transact'>;
  random: Random;
  passwords: Pick<Passwords, 'admit'>;
  newPasswords: NewPasswords;
  delivery: Delivery;
  users: Pick<Users, 'findOne'>;
  emailLinks: EmailLinks;
  userLookup: UserLookup;
  attempts: Attempts;
  captcha: Pick<Captcha, 'require'>;
  changePassword: PasswordChange;
  phoneCodes: PhoneCodes;
  tokenCodes: TokenCodes;
  outbox: Outbox;
  audit: Audit;
}

/** The service that `createPasswordReset` creates. */
export type PasswordReset = ReturnType<typeof createPasswordReset>;

/** Errors of each use case. */
export const passwordResetErrors = {
  request: [...captchaErrors, 'EMAIL_UNAVAILABLE', 'RATE_LIMITED'],
  requestBySms: [...captchaErrors, 'SMS_UNAVAILABLE', 'RATE_LIMITED'],
  verifySms: ['INVALID_CODE', 'CODE_EXPIRED', 'ATTEMPTS_EXHAUSTED', 'ACCOUNT_LOCKED'],
  strategies: [],
  validate: ['INVALID_TOKEN', 'RATE_LIMITED'],
  resetBreached: ['TENANT_HEADER_REQUIRED'],
  generate: ['USER_NOT_FOUND'],
  reset: ['INVALID_INPUT', 'INVALID_TOKEN', 'RATE_LIMITED', 'ACCOUNT_LOCKED'],
} as const;

/**
 * Creates the service by which a person who reads the user's mail, or has the phone that the user logs in by, replaces a forgotten password. It
 * logs nobody in and changes no factor.
 */
export function createPasswordReset({
  store,
  random,
  passwords,
  newPasswords,
  delivery,
  users,
  emailLinks,
  userLookup,
  attempts,
  captcha,
  changePassword,
  phoneCodes,
  tokenCodes,
  outbox,
  audit,
}: Needs) {
  return useCases(audit, 'PASSWORD_RESET_FAILED', passwordResetErrors, {
    /**
     * Mails a link to the verified address of the user. An earlier link becomes invalid. An unknown address gets the same answer
     * after the same work. The id that is returned means nothing.
     */
    async request(caller: Caller, { email, captchaToken }: ForgottenPassword): Promise<{ sessionId: string }> {
      if (!delivery.email.available) fail('EMAIL_UNAVAILABLE', delivery.email.reason);
      await captcha.require(caller, { email }, captchaToken);
      const { subject, reachable } = await userLookup.find({ email });
      const userId = reachable?.id ?? null;
      await withEventFields({ userId }, () => attempts.takeAnonymousSend('PASSWORD_RESET', subject));
      await store.transact({ subject }, async () => {
        const { link, lifetimeSeconds } = await emailLinks.issue('PASSWORD_RESET', { subject, userId });
        const message = { template: 'PASSWORD_RESET', to: reachable?.email ?? email, link, lifetimeSeconds } as const;
        const { address, requestId } = caller.origin;
        const cause = { userId: userId ?? subject, tenantId: null, strategy: null, origin: { address, requestId } };
        if (reachable === null) {
          await outbox.addForNobody(message, cause);
          return audit('PASSWORD_RESET_FAILED', caller, { reason: 'USER_NOT_FOUND' });
        }
        await outbox.add(message, cause);
        await audit('PASSWORD_RESET_REQUESTED', caller, { userId });
      });
      outbox.wake();
      return { sessionId: random.uuid() };
    },

    /**
     * Sends a code to the phone that the user logs in by. An earlier code becomes invalid. Who has no such phone, and who does not exist, gets the
     * same answer after the same work. `sessionId` comes back with the code.
     */
    async requestBySms(caller: Caller, { named, captchaToken }: ToStranger<PhoneOwnerName>): Promise<{ sessionId: string }> {
      phoneCodes.requireAvailable();
      await captcha.require(caller, named, captchaToken);
      const recipient = await userLookup.findToText(named);
      const { subject, reachable } = recipient;
      const userId = reachable?.user.id ?? null;
      await withEventFields({ userId, strategy: 'SMS' }, () => phoneCodes.chargeForStranger(caller, 'PASSWORD_RESET_CODE', recipient));
      const lifetimeSeconds = tokenLifetimeSeconds.PASSWORD_RESET_CODE;
      const wanted = { purpose: 'PASSWORD_RESET_CODE', subject, userId, lifetimeSeconds } as const;
      const made = await phoneCodes.make(wanted, reachable?.phone.phoneNumber ?? subject);
      await store.transact({ subject }, async () => {
        await phoneCodes.queue(caller, made, null);
        if (userId === null) return audit('PASSWORD_RESET_FAILED', caller, { reason: 'USER_NOT_FOUND', strategy: 'SMS' });
        await audit('PASSWORD_RESET_REQUESTED', caller, { userId, strategy: 'SMS' });
      });
      phoneCodes.wake();
      return { sessionId: made.secret };
    },

    /**
     * Exchanges a code that was sent to the phone for what a mailed link carries: the id of the user and the token that sets a new password. It
     * logs nobody in. A code that went to a former number of the user is wrong.
     */
    verifySms: (_caller: Caller, { sessionId, code }: { sessionId: string; code: string }): Promise<{ userId: string; token: string }> =>
      withEventFields({ strategy: 'SMS' }, async () => {
        const answer = phoneCodes.readAnswer(code);
        const token = await tokenCodes.find('PASSWORD_RESET_CODE', sessionId);
        if (token === null) throw new InvalidCode();
        return withEventFields({ userId: token.userId }, async () => {
          const { userId, left, spend } = await phoneCodes.check(token, answer);
          return store.transact({ user: userId }, async () => {
            await spend();
            const [user] = await store.users.findMany([userId]);
            if (user === undefined) throw new InvalidCode(left);
            if (user.locked) fail('ACCOUNT_LOCKED');
            const { token: resetToken } = await emailLinks.issue('PASSWORD_RESET', { subject: userId, userId });
            return { userId, token: resetToken };
          });
        });
      }),

    /** Returns by what a forgotten password can be replaced in this deployment. */
    async strategies(_caller: Caller): Promise<{ email: boolean; sms: boolean }> {
      return { email: delivery.email.available, sms: delivery.sms.available };
    },

    /** Refuses a link that does not work. It stays valid. */
    async validate(caller: Caller, link: { userId: string; token: string }): Promise<void> {
      await emailLinks.present(caller, 'PASSWORD_RESET', link);
    },

    /**
     * Mails a link to all members of the tenant whose passwords are marked as breached. None ever is: what the list holds is refused when it
     * is set, and a stored hash cannot be compared with the list.
     */
    async resetBreached({ actor }: Caller): Promise<void> {
      if (requirePermission(actor, writeUsers).tenantId === null) fail('TENANT_HEADER_REQUIRED');
    },

    /** Makes the link for the caller to send, also for an address that is not verified. An earlier link becomes invalid. */
    async generate(caller: Caller, { userId }: { userId: string }): Promise<ResetLink> {
      const { tenantId } = requireEnvironment(caller.actor);
      return store.transact({ user: userId }, async () => {
        const user = await users.findOne(caller.actor, userId);
        const { link, token, expiresAt } = await emailLinks.issue('PASSWORD_RESET', { subject: userId, userId });
        await audit('PASSWORD_RESET_REQUESTED', caller, { userId, tenantId });
        return { link, token, expiresAt, user };
      });
    },

    /** Sets the new password and ends everything that the old one gave access to. A link works once. */
    async reset(caller: Caller, { userId, token, password }: ResetPassword): Promise<void> {
      await passwords.admit(async () => {
        const presented = await emailLinks.present(caller, 'PASSWORD_RESET', { userId, token });
        // The password is hashed before the transaction, because a hash takes long and would keep the transaction open.
        const passwordHash = await newPasswords.accept(caller, await wantedBy(store, userId, password));
        await store.transact({ user: userId }, async () => {
          const user = await presented.spend();
          await changePassword(caller, { user, passwordHash, reason: 'RESET' });
        });
      });
      outbox.wake();
    },
  });
}
