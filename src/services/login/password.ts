import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { nobodysId } from '../../domain/directory/user.ts';
import { admitsLocalLogin } from '../../domain/environment/auth-strategy.ts';
import type { StoredCaptchaPolicy } from '../../domain/environment/captcha-policy.ts';
import type { Environment } from '../../domain/environment/environment.ts';
import { DomainError, fail, withEventFields } from '../../domain/errors.ts';
import { admitsUnverified } from '../../domain/login/decision.ts';
import type { Passwords } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { MemberTenants } from '../directory/member-tenants.ts';
import { findByLoginName } from '../directory/user-lookup.ts';
import { chargedFor } from '../limits/give-back.ts';
import type { PasswordAttempts } from '../lockout/password-attempts.ts';
import type { PasswordGuesses } from '../lockout/password-guesses.ts';
import type { Captcha } from './captcha.ts';
import { captchaErrors } from './captcha.ts';
import type { LoginGate, LoginResult } from './gate.ts';

/** An address or a username, and a password to log in with. */
export interface PasswordLogin {
  /** An address, or a username. */
  email: string;
  password: string;
  /** The answer to the captcha. Null if the client has none. */
  captchaToken: string | null;
  /** Token of a remembered device, if the browser sent one. */
  deviceToken: string | null;
  /** The tenant to enter, by its id or its alias. Absent enters the one used last. */
  tenant?: string | null;
  /** Whether the application asks for a second factor that no policy asks for. */
  demandsFactor?: boolean;
  /** Token of a link by which the user joins a tenant when the login is complete. */
  invitationToken?: string | null;
}

/** The password that is checked, and for whom. */
type Guess = Pick<PasswordLogin, 'email' | 'password' | 'deviceToken'>;

/** What a checked password leads to. */
interface Check<T> {
  begun?: (environment: Environment) => void;
  proven: (user: User, environment: Environment | null) => Promise<T>;
}

/** What a check has led to: a result, or a captcha that has to be answered before anything is looked at. */
type Checked<T> = { result: T } | { captchaPolicy: StoredCaptchaPolicy };

interface Needs {
  store: Pick<Store, 'environment' | 'users' | 'transact'>;
  passwords: Passwords;
  passwordAttempts: PasswordAttempts;
  passwordGuesses: Pick<PasswordGuesses, 'begin'>;
  captcha: Captcha;
  gate: LoginGate;
  memberTenants: MemberTenants;
  audit: Audit;
}

/** Errors of each use case. */
export const passwordLoginErrors = {
  logIn: [
    ...captchaErrors,
    'STRATEGY_INACTIVE',
    'INVALID_CREDENTIALS',
    'ACCOUNT_LOCKED',
    'EMAIL_NOT_VERIFIED',
    'NO_STRATEGY_AVAILABLE',
    'RATE_LIMITED',
    'PASSWORD_EXPIRED',
  ],
  verify: ['RATE_LIMITED'],
} as const;

/** Creates the service that logs in by a password as first factor, and checks passwords. */
export function createPasswordLogin({ store, passwords, passwordAttempts, passwordGuesses, captcha, gate, memberTenants, audit }: Needs) {
  /**
   * Checks a password and calls `proven` with its user if it is right. `begun` is called with the environment before anything is charged. An
   * unknown user and a wrong password are refused alike, after the same time, and wrong ones count for the lockout. Errors:
   * `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, `RATE_LIMITED`, and those of `proven`.
   */
  const check = async <T>(
    caller: Caller,
    { email, password, deviceToken }: Guess,
    { begun, proven }: Check<T>,
    captchaDue: Promise<StoredCaptchaPolicy | null>,
  ): Promise<Checked<T>> => {
    const [user, environment, captchaPolicy] = await together(findByLoginName(store, email), store.environment.find(), captchaDue);
    begun?.(environment ?? fail('INTERNAL', 'the environment row is missing'));
    if (captchaPolicy !== null) return { captchaPolicy };
    return withEventFields({ userId: user?.id ?? null, tenantId: user?.activeTenantId ?? null }, async () => {
      // An unknown user, a locked one and one without a password cost the same statements and one hash as well, so that the time
      // reveals nothing (ASVS 6.3.8).
      const [hash, lockoutLimit] = await together(store.users.passwordHash(user?.id ?? nobodysId), passwordAttempts.limitFor(user));
      const guess = await passwordGuesses.begin(caller, { email, user, deviceToken, lockoutLimit });
      // A user without a password has none to guess, so failures are not counted. Strangers could otherwise lock the user at
      // will.
      const counted = await passwordAttempts.charge(user === null || user.locked || hash === null ? null : user, { email, limit: lockoutLimit });
      const right = await chargedFor(
        () => passwords.verify(hash, password),
        () => passwordAttempts.giveBack(counted),
      );
      // The lock is reported before the verdict on the password, so that a locked account does not reveal whether a password is
      // right.
      if (user === null || counted.user === null || !right) {
        await passwordAttempts.failed(caller, counted);
        await guess.wrong();
        fail(user?.locked ? 'ACCOUNT_LOCKED' : 'INVALID_CREDENTIALS');
      }
      const rehashed = hash !== null && passwords.isForeign(hash) ? { from: hash, to: await passwords.hash(password) } : null;
      await store.transact({ user: user.id }, async () => {
        await together(guess.right(), passwordAttempts.succeeded(user));
        // A parallel login may have done the same, or the password may have been changed meanwhile: then nothing is left to do.
        if (rehashed !== null && (await store.users.replacePasswordHash(user.id, rehashed, null))) {
          await audit('PASSWORD_REHASHED', caller, { userId: user.id });
        }
      });
      return { result: await proven(user, environment) };
    });
  };

  const noCaptcha = Promise.resolve(null);

  /** Checks a password for which no captcha is due. */
  const checkNow = async <T>(caller: Caller, guess: Guess, steps: Check<T>): Promise<T> => {
    const checked = await passwords.admit(() => check(caller, guess, steps, noCaptcha));
    return 'result' in checked ? checked.result : fail('INTERNAL', 'a captcha was asked for twice');
  };

  /**
   * Checks the captcha where one is due, and then the password. The policy is read together with the user, so a login without a captcha waits
   * for it no longer. Where one is due, the line of those who wait for a hash is left meanwhile, because a slow provider would hold up everybody.
   */
  const checkForStranger = async <T>(
    caller: Caller,
    { captchaToken, ...guess }: Guess & Pick<PasswordLogin, 'captchaToken'>,
    steps: Check<T>,
  ): Promise<T> => {
    const checked = await passwords.admit(() => check(caller, guess, steps, captcha.dueFor(caller, { email: guess.email })));
    if ('result' in checked) return checked.result;
    await captcha.check(caller, checked.captchaPolicy, captchaToken);
    return checkNow(caller, guess, steps);
  };

  return useCases(audit, 'LOGIN_FAILED', passwordLoginErrors, {
    /** Logs in by a password. */
    logIn: (caller: Caller, login: PasswordLogin): Promise<LoginResult> =>
      checkForStranger(caller, login, {
        begun: (environment) => void (admitsLocalLogin(environment) || fail('STRATEGY_INACTIVE')),
        proven: async (user, environment) => {
          if (!user.verified && !admitsUnverified('PASSWORD', environment)) fail('EMAIL_NOT_VERIFIED');
          const tenantId = await memberTenants.toEnter(user.id, login.tenant ?? null);
          const { deviceToken, demandsFactor = false, invitationToken = null } = login;
          return gate.completeFirstFactor(caller, {
            ...{ user, tenantId, firstFactor: 'PASSWORD', amr: ['pwd'], deviceToken, demandsFactor, invitationToken },
          });
        },
      }),

    /**
     * Tells an environment token whether a password is right. A wrong one counts for the lockout like a login. The answer opens nothing and
     * says nothing about second factors.
     */
    async verify(caller: Caller, { email, password }: Pick<PasswordLogin, 'email' | 'password'>): Promise<boolean> {
      requireEnvironment(caller.actor);
      try {
        return await checkNow(caller, { email, password, deviceToken: null }, { proven: async () => true });
      } catch (error) {
        if (!(error instanceof DomainError) || !['INVALID_CREDENTIALS', 'ACCOUNT_LOCKED'].includes(error.code)) throw error;
        await audit.refused(error, 'LOGIN_FAILED', caller);
        return false;
      }
    },
  });
}
