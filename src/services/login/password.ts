import type { Origin } from '../../domain/access/actor.ts';
import { nobody } from '../../domain/access/actor.ts';
import { normalizeEmail } from '../../domain/directory/user.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import type { Passwords } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { Lockout } from '../lockout/password-attempts.ts';
import type { LoginResult, SecondFactor } from './gate.ts';

export interface LogIn {
  email: string;
  password: string;
  /** Token of a remembered device, if the browser brought one. */
  deviceToken: string | null;
  origin: Origin;
}

interface Needs {
  store: Pick<Store, 'users'>;
  passwords: Passwords;
  lockout: Lockout;
  secondFactor: SecondFactor;
  audit: Audit;
}

export type Login = ReturnType<typeof createLogin>;

/** The password as first factor. */
export function createLogin({ store, passwords, lockout, secondFactor, audit }: Needs) {
  return {
    /** Errors: `INVALID_CREDENTIALS` (unknown user and wrong password alike), `ACCOUNT_LOCKED`, `EMAIL_NOT_VERIFIED`, `NO_STRATEGY_AVAILABLE`, `RATE_LIMITED`. */
    async logIn({ email, password, deviceToken, origin }: LogIn): Promise<LoginResult> {
      const user = await store.users.findByEmail(normalizeEmail(email));
      const facts = { userId: user?.id ?? null, tenantId: user?.activeTenantId ?? null };
      const recorded = <T>(run: () => Promise<T>): Promise<T> => audit.refusals('LOGIN_FAILED', origin, facts, run);
      const refuse = (code: ErrorCode): Promise<never> => recorded(async () => fail(code));
      const hash = user === null ? null : await store.users.passwordHash(user.id);
      // Where there is no password to guess, no failure counts: strangers could lock a user they cannot become.
      const check = user === null || user.locked || hash === null ? null : await recorded(() => lockout.charge(user));
      // An unknown user costs one hash as well, so that the time tells nothing (ASVS 6.3.8).
      const right = await passwords.verify(hash, password);
      // Before the password's verdict: a locked account must not serve as a password oracle.
      if (user?.locked) return refuse('ACCOUNT_LOCKED');
      if (user === null || check === null) return refuse('INVALID_CREDENTIALS');
      if (!right) {
        await lockout.failed(user, check, { actor: nobody, origin });
        throw new DomainError('INVALID_CREDENTIALS');
      }
      await lockout.succeeded(user);
      if (!user.verified) return refuse('EMAIL_NOT_VERIFIED');
      return recorded(() =>
        secondFactor.completeFirstFactor({ actor: nobody, origin }, { user, tenantId: null, firstFactor: 'PASSWORD', amr: ['pwd'], deviceToken }),
      );
    },
  };
}
