import type { Caller } from '../../domain/access/actor.ts';
import type { UserToken } from '../../domain/account/user-token.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail, InvalidCode, withEventFields } from '../../domain/errors.ts';
import type { Delivery } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { MemberTenants } from '../directory/member-tenants.ts';
import type { UserLookup } from '../directory/user-lookup.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { TokenCodes } from '../limits/token-codes.ts';
import type { Captcha } from './captcha.ts';
import { captchaErrors } from './captcha.ts';
import type { LoginGate, LoginResult } from './gate.ts';
import type { CodeLogin, LoginMessages, ToStranger } from './login-messages.ts';

interface Needs {
  store: Pick<Store, 'transact'>;
  delivery: Delivery;
  registry: StrategyRegistry;
  loginMessages: LoginMessages;
  tokenCodes: TokenCodes;
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

const strategy = 'EMAIL_CODE';

/**
 * Creates the service that logs in by a code sent by e-mail as first factor. Six digits alone identify nobody, so the caller gets a
 * token to send back with the code. A guess then counts for one login that the guesser started, never for all logins at once.
 */
export function createEmailCodeLogin(needs: Needs) {
  const { store, delivery, registry, loginMessages, tokenCodes, userLookup, attempts, captcha, gate, memberTenants, audit } = needs;

  /** Checks the code, spends it and returns the user it was sent to. */
  const spend = async (caller: Caller, token: UserToken, answer: unknown): Promise<User> => {
    const { userId, left, spend } = await tokenCodes.check(token, { answer, sentTo: null });
    return store.transact({ user: userId }, async () => {
      await spend();
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
        const about = { subject, userId: reachable?.id ?? null };
        const { token, secret, code } = tokenCodes.make({ purpose: 'LOGIN_CODE', ...about, sentTo: null, lifetimeSeconds });
        const message = { template: 'LOGIN_CODE', to: reachable?.email ?? subject, code, lifetimeSeconds } as const;
        await loginMessages.queue(caller, { token, message, strategy });
        return { loginToken: secret, expiresAt: token.expiresAt, lifetimeSeconds };
      }),

    /** Logs in by the code of the login that `loginToken` belongs to. */
    logIn: (caller: Caller, { loginToken, code, tenant = null, ...login }: CodeLogin): Promise<LoginResult> =>
      withEventFields({ strategy }, async () => {
        await loginMessages.requireStrategy('CODE');
        const answer = registry.EMAIL_CODE.readAnswer(code);
        const token = loginToken === null ? null : await tokenCodes.find('LOGIN_CODE', loginToken);
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
