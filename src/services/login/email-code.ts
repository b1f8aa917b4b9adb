import type { Caller } from '../../domain/access/actor.ts';
import type { UserToken } from '../../domain/account/user-token.ts';
import { attemptsPerToken, hasEnded } from '../../domain/account/user-token.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import { codeDigits } from '../../domain/bounds.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail, InvalidCode, withEventFields } from '../../domain/errors.ts';
import type { Clock, Delivery, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { MemberTenants } from '../directory/member-tenants.ts';
import type { UserLookup } from '../directory/user-lookup.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Captcha } from './captcha.ts';
import { captchaErrors } from './captcha.ts';
import type { LoginGate, LoginResult } from './gate.ts';
import type { LoginMessages, ToStranger } from './login-messages.ts';

interface Needs {
  store: Pick<Store, 'userTokens' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  delivery: Delivery;
  registry: StrategyRegistry;
  loginMessages: LoginMessages;
  userLookup: UserLookup;
  attempts: Attempts;
  captcha: Captcha;
  gate: LoginGate;
  memberTenants: MemberTenants;
  audit: Audit;
}

/** The login that a code was sent for. `loginToken` comes back with the code. */
export interface SentLoginCode {
  loginToken: string;
  expiresAt: Date;
  lifetimeSeconds: number;
}

/** A code from the mailbox, and the login that it was sent for. */
export interface EmailCodeLogin {
  /** From the request for the code. Null if the client has none. */
  loginToken: string | null;
  code: string;
  /** Token of a remembered device, if the browser sent one. */
  deviceToken: string | null;
  /** The tenant to enter, by its id or its alias. Absent enters the one used last. */
  tenant?: string | null;
  /** Whether the application asks for a second factor that no policy asks for. */
  demandsFactor?: boolean;
  /** Token of a link by which the user joins a tenant when the login is complete. */
  invitationToken?: string | null;
}

/** Errors of each use case. */
export const emailCodeLoginErrors = {
  send: [...captchaErrors, 'STRATEGY_INACTIVE', 'EMAIL_UNAVAILABLE', 'RATE_LIMITED'],
  logIn: [
    'STRATEGY_INACTIVE',
    'INVALID_CODE',
    'CODE_EXPIRED',
    'ATTEMPTS_EXHAUSTED',
    'ACCOUNT_LOCKED',
    'EMAIL_NOT_VERIFIED',
    'INVALID_CREDENTIALS',
    'NO_STRATEGY_AVAILABLE',
  ],
} as const;

/** Purpose of the digests of login codes. */
const digestPurpose = 'login-code';
const strategy = 'EMAIL_CODE';

/**
 * Creates the service that logs in by a code sent by e-mail as first factor. Six digits alone identify nobody, so the caller gets a
 * token to send back with the code. A guess then counts for one login that the guesser started, never for all logins at once.
 */
export function createEmailCodeLogin(needs: Needs) {
  const { store, clock, random, keyring, delivery, registry, loginMessages, userLookup, attempts, captcha, gate, memberTenants, audit } = needs;

  /**
   * Checks the code, spends it and returns the user it was sent to. Each check is charged before it is made. A token that belongs
   * to no user takes the same path, so that the time reveals nothing.
   */
  const spend = async (caller: Caller, token: UserToken, answer: unknown): Promise<User> => {
    const remaining = await attempts.takeTokenAttempt(token);
    const made = await store.userTokens.charge(token.id);
    if (made === null) throw new InvalidCode(0);
    const left = Math.min(remaining, attemptsPerToken - made);
    if (hasEnded(token, clock.now())) fail('CODE_EXPIRED');
    const right = keyring.matches(digestPurpose, `${token.id}:${answer}`, token.codeDigest ?? '');
    const { userId } = token;
    if (!right || userId === null) throw new InvalidCode(left);
    return store.transact({ user: userId }, async () => {
      if (!(await store.userTokens.spend(token.id, clock.now()))) throw new InvalidCode(left);
      await attempts.resetTokenAttempts(token);
      return loginMessages.admit(caller, userId, new InvalidCode(left));
    });
  };

  return useCases(audit, 'LOGIN_FAILED', emailCodeLoginErrors, {
    /**
     * Sends a code to the address of the user. The answer does not reveal whether there is one: an unknown address gets a
     * token too, for which every code is wrong.
     */
    send: (caller: Caller, { named, captchaToken }: ToStranger): Promise<SentLoginCode> =>
      withEventFields({ strategy }, async () => {
        const [settings, captchaPolicy] = await together(loginMessages.requireStrategy('CODE'), captcha.dueFor(caller, named));
        const { passwordlessLifetimeSeconds: lifetimeSeconds } = settings;
        if (!delivery.email.available) fail('EMAIL_UNAVAILABLE', delivery.email.reason);
        await captcha.check(caller, captchaPolicy, captchaToken);
        const { subject, reachable } = await userLookup.findToLogIn(named);
        await withEventFields({ userId: reachable?.id ?? null }, () => attempts.takeAnonymousSend('LOGIN_CODE', subject));
        const id = random.uuid();
        const code = random.digits(codeDigits);
        const loginToken = random.token();
        const codeDigest = keyring.digest(digestPurpose, `${id}:${code}`);
        const expiresAt = await loginMessages.queue(caller, {
          ...{ token: { id, purpose: 'LOGIN_CODE', tokenHash: keyring.hashToken(loginToken), codeDigest }, subject, user: reachable },
          ...{ message: { template: 'LOGIN_CODE', to: reachable?.email ?? subject, code, lifetimeSeconds }, strategy, lifetimeSeconds },
        });
        return { loginToken, expiresAt, lifetimeSeconds };
      }),

    /** Logs in by the code of the login that `loginToken` belongs to. */
    logIn: (caller: Caller, { loginToken, code, tenant = null, ...login }: EmailCodeLogin): Promise<LoginResult> =>
      withEventFields({ strategy }, async () => {
        await loginMessages.requireStrategy('CODE');
        const answer = registry.EMAIL_CODE.readAnswer(code);
        const token = loginToken === null ? null : await store.userTokens.find('LOGIN_CODE', keyring.hashToken(loginToken));
        if (token === null) throw new InvalidCode();
        return withEventFields({ userId: token.userId }, async () => {
          const user = await spend(caller, token, answer);
          const tenantId = await memberTenants.toEnter(user.id, tenant);
          const { deviceToken, demandsFactor = false, invitationToken = null } = login;
          return gate.completeFirstFactor(caller, {
            ...{ user, tenantId, firstFactor: 'EMAIL_CODE', amr: ['otp'], deviceToken, demandsFactor, invitationToken },
          });
        });
      }),
  });
}
