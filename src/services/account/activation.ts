import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { admitsLocalLogin } from '../../domain/environment/auth-strategy.ts';
import { fail, withEventFields } from '../../domain/errors.ts';
import type { NewPasswords } from '../../domain/password/new-password.ts';
import type { Clock, Passwords } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Users } from '../directory/users.ts';
import type { LoginGate, LoginResult } from '../login/gate.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { EmailLinks, IssuedLink } from './email-links.ts';
import type { PasswordChange } from './password-change.ts';
import { wantedBy } from './password-change.ts';

/** A link that activates a user, for the caller to send. */
export interface ActivationLink extends Omit<IssuedLink, 'lifetimeSeconds' | 'code'> {
  user: User;
}

/** The contents of an activation link, and a password to set or null. */
export interface Activate {
  userId: string;
  token: string;
  /** The code that was mailed with the token. Null if the link is enough. */
  code: string | null;
  password: string | null;
  /** Token of a remembered device, if the browser sent one. */
  deviceToken: string | null;
}

/** What an activation asks for: a password, because the user has none, and the code that was mailed with the link. */
export interface ActivationAsks {
  setsPassword: boolean;
  code: boolean;
}

interface Needs {
  store: Pick<Store, 'environment' | 'users' | 'transact'>;
  clock: Clock;
  passwords: Pick<Passwords, 'admit'>;
  newPasswords: NewPasswords;
  users: Pick<Users, 'findOne'>;
  emailLinks: EmailLinks;
  gate: LoginGate;
  changePassword: PasswordChange;
  outbox: Outbox;
  audit: Audit;
}

/** The service that `createActivation` creates. */
export type Activation = ReturnType<typeof createActivation>;

/** Errors of each use case. */
export const activationErrors = {
  generate: ['USER_NOT_FOUND'],
  strategyOf: ['INVALID_TOKEN', 'RATE_LIMITED'],
  activate: [
    'STRATEGY_INACTIVE',
    'INVALID_INPUT',
    'INVALID_TOKEN',
    'INVALID_CODE',
    'RATE_LIMITED',
    'ACCOUNT_LOCKED',
    'INVALID_CREDENTIALS',
    'NO_STRATEGY_AVAILABLE',
  ],
} as const;
const { generate, activate, strategyOf } = activationErrors;

/**
 * Creates the service that makes and accepts activation links. A link proves once that its holder reads the mailbox: the address
 * then counts as verified, and the holder logs in.
 */
export function createActivation({ store, clock, passwords, newPasswords, users, emailLinks, gate, changePassword, outbox, audit }: Needs) {
  return {
    ...useCases(
      audit,
      'REQUEST_REFUSED',
      { generate },
      {
        /** Makes the link. The caller sends it. An earlier link becomes invalid. */
        async generate(caller: Caller, { userId }: { userId: string }): Promise<ActivationLink> {
          const { tenantId } = requireEnvironment(caller.actor);
          return store.transact({ user: userId }, async () => {
            const user = await users.findOne(caller.actor, userId);
            const { link, token, expiresAt } = await emailLinks.issue('ACTIVATION', { subject: userId, userId });
            await audit('ACTIVATION_TOKEN_GENERATED', caller, { userId, tenantId });
            return { link, token, expiresAt, user };
          });
        },
      },
    ),

    ...useCases(
      audit,
      'LOGIN_FAILED',
      { activate, strategyOf },
      {
        /** Returns what an activation by this link asks for. The link stays valid. */
        async strategyOf(caller: Caller, { userId, token }: { userId: string; token: string }): Promise<ActivationAsks> {
          const code = await emailLinks.needsCode(caller, 'ACTIVATION', { userId, token });
          return { setsPassword: (await store.users.passwordHash(userId)) === null, code };
        },

        /** Verifies the address, sets the password if one is given, and logs in as far as reading the mailbox allows. */
        async activate(caller: Caller, { userId, token, code, password, deviceToken }: Activate): Promise<LoginResult> {
          const activateNow = async (): Promise<LoginResult> => {
            const environment = (await store.environment.find()) ?? fail('INTERNAL', 'the environment row is missing');
            if (!admitsLocalLogin(environment)) fail('STRATEGY_INACTIVE');
            const presented = await emailLinks.presentReturned(caller, 'ACTIVATION', { userId, token, code });
            // The password is hashed before the transaction, because a hash takes long and would keep the transaction open.
            const passwordHash = password === null ? null : await newPasswords.accept(caller, await wantedBy(store, userId, password));
            const user = await store.transact({ user: userId }, async () => {
              const before = await presented.spend();
              const now = clock.now();
              await store.users.markVerified(userId, now);
              if (passwordHash !== null) await changePassword(caller, { user: before, passwordHash, reason: 'ACTIVATION' });
              await audit('USER_ACTIVATED', caller, { userId });
              return { ...before, verified: true, updatedAt: now };
            });
            outbox.wake();
            // The link came by e-mail, so a code by e-mail would prove nothing new, even where a password was just set.
            return withEventFields({ userId }, () =>
              gate.completeFirstFactor(caller, { user, tenantId: null, firstFactor: 'EMAIL_CODE', amr: ['otp'], deviceToken }),
            );
          };
          return password === null ? activateNow() : passwords.admit(activateNow);
        },
      },
    ),
  };
}
