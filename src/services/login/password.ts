import type { Caller } from '../../domain/access/actor.ts';
import { nobodysId } from '../../domain/directory/user.ts';
import { fail, withEventFields } from '../../domain/errors.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Passwords } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import { chargedFor } from '../limits/give-back.ts';
import type { PasswordAttempts } from '../lockout/password-attempts.ts';
import type { PasswordGuesses } from '../lockout/password-guesses.ts';
import type { LoginGate, LoginResult } from './gate.ts';

/** An address and a password to log in with. */
export interface PasswordLogin {
  email: string;
  password: string;
  /** Token of a remembered device, if the browser sent one. */
  deviceToken: string | null;
}

interface Needs {
  store: Pick<Store, 'users' | 'transact'>;
  passwords: Passwords;
  passwordAttempts: PasswordAttempts;
  passwordGuesses: Pick<PasswordGuesses, 'begin'>;
  gate: LoginGate;
  audit: Audit;
}

/** Errors of each use case. */
export const passwordLoginErrors = {
  logIn: ['INVALID_CREDENTIALS', 'ACCOUNT_LOCKED', 'EMAIL_NOT_VERIFIED', 'NO_STRATEGY_AVAILABLE', 'RATE_LIMITED'],
} as const;

/** Creates the service that logs in by a password as first factor. */
export function createPasswordLogin({ store, passwords, passwordAttempts, passwordGuesses, gate, audit }: Needs) {
  return useCases(audit, 'LOGIN_FAILED', passwordLoginErrors, {
    /** Logs in by a password. An unknown user and a wrong password are refused alike, after the same time. */
    async logIn(caller: Caller, { email, password, deviceToken }: PasswordLogin): Promise<LoginResult> {
      return passwords.admit(async () => {
        const user = await store.users.findByEmail(normalizeEmail(email));
        return withEventFields({ userId: user?.id ?? null, tenantId: user?.activeTenantId ?? null }, async () => {
          // An unknown user, a locked one and one without a password cost the same statements and one hash as well, so that the time
          // reveals nothing (ASVS 6.3.8).
          const [hash, lockoutLimit] = await together(store.users.passwordHash(user?.id ?? nobodysId), passwordAttempts.limitFor(user));
          const guess = await passwordGuesses.begin(caller, { email, user, deviceToken, lockoutLimit });
          // A user without a password has none to guess, so failures are not counted. Strangers could otherwise lock the user at
          // will.
          const check = await passwordAttempts.charge(user === null || user.locked || hash === null ? null : user, { email, limit: lockoutLimit });
          const right = await chargedFor(
            () => passwords.verify(hash, password),
            () => passwordAttempts.giveBack(check),
          );
          // The lock is reported before the verdict on the password, so that a locked account does not reveal whether a password is
          // right.
          if (user === null || check.user === null || !right) {
            await passwordAttempts.failed(caller, check);
            await guess.wrong();
            fail(user?.locked ? 'ACCOUNT_LOCKED' : 'INVALID_CREDENTIALS');
          }
          await store.transact({ user: user.id }, () => together(guess.right(), passwordAttempts.succeeded(user)));
          if (!user.verified) fail('EMAIL_NOT_VERIFIED');
          return gate.completeFirstFactor(caller, { user, tenantId: null, firstFactor: 'PASSWORD', amr: ['pwd'], deviceToken });
        });
      });
    },
  });
}
