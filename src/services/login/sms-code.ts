import type { Caller } from '../../domain/access/actor.ts';
import type { UserToken } from '../../domain/account/user-token.ts';
import { PhoneNumber } from '../../domain/authenticator/phone-number.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail, InvalidCode, withEventFields } from '../../domain/errors.ts';
import { admitsUnverified } from '../../domain/login/decision.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { MemberTenants } from '../directory/member-tenants.ts';
import type { PhoneCodes } from '../directory/phone-codes.ts';
import type { PhoneOwnerName, UserLookup } from '../directory/user-lookup.ts';
import type { TokenCodes } from '../limits/token-codes.ts';
import type { Captcha } from './captcha.ts';
import { captchaErrors } from './captcha.ts';
import type { LoginGate, LoginResult } from './gate.ts';
import type { CodeLogin, LoginMessages, ToStranger } from './login-messages.ts';

interface Needs {
  store: Pick<Store, 'environment' | 'users' | 'transact'>;
  loginMessages: LoginMessages;
  phoneCodes: PhoneCodes;
  tokenCodes: TokenCodes;
  userLookup: UserLookup;
  captcha: Captcha;
  gate: LoginGate;
  memberTenants: MemberTenants;
  audit: Audit;
}

/** The login that a text was sent for. `loginToken` comes back with the code. */
export interface SentSmsLoginCode {
  loginToken: string;
  expiresAt: Date;
  lifetimeSeconds: number;
  /** The number that the text went to, masked. Null if nobody receives one, which only a transport whose clients expect it may tell. */
  phoneNumber: string | null;
}

/** Errors of each use case. */
export const smsCodeLoginErrors = {
  send: [...captchaErrors, 'STRATEGY_INACTIVE', 'SMS_UNAVAILABLE', 'RATE_LIMITED'],
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

const strategy = 'SMS';

/**
 * Creates the service that logs in by a code sent to a phone as first factor. A second factor by text message is not offered after it, because
 * whoever holds the phone would prove both.
 */
export function createSmsCodeLogin(needs: Needs) {
  const { store, loginMessages, phoneCodes, tokenCodes, userLookup, captcha, gate, memberTenants, audit } = needs;

  /** Checks the code, spends it and returns the user as of now. */
  const spend = async (token: UserToken, answer: unknown): Promise<User> => {
    const { userId, left, spend } = await phoneCodes.check(token, answer);
    return store.transact({ user: userId }, async () => {
      await spend();
      const [user] = await store.users.findMany([userId]);
      if (user === undefined) throw new InvalidCode(left);
      if (user.locked) fail('ACCOUNT_LOCKED');
      if (!user.verified && !admitsUnverified('SMS_CODE', await store.environment.find())) fail('EMAIL_NOT_VERIFIED');
      return user;
    });
  };

  return useCases(audit, 'LOGIN_FAILED', smsCodeLoginErrors, {
    /**
     * Sends a code to the phone that the user logs in by. Who has none, and who does not exist, gets a token too, for which every code is wrong,
     * after the same work.
     */
    send: (caller: Caller, { named, captchaToken }: ToStranger<PhoneOwnerName>): Promise<SentSmsLoginCode> =>
      withEventFields({ strategy }, async () => {
        const [settings, captchaPolicy] = await together(loginMessages.requireStrategy('SMS_CODE'), captcha.dueFor(caller, named));
        const { passwordlessLifetimeSeconds: lifetimeSeconds } = settings;
        phoneCodes.requireAvailable();
        await captcha.check(caller, captchaPolicy, captchaToken);
        const recipient = await userLookup.findToText(named);
        const { subject, reachable } = recipient;
        const userId = reachable?.user.id ?? null;
        await withEventFields({ userId }, () => phoneCodes.chargeForStranger(caller, 'SMS_LOGIN_CODE', recipient));
        const wanted = { purpose: 'SMS_LOGIN_CODE', subject, userId, lifetimeSeconds } as const;
        const { token, secret, message } = await phoneCodes.make(wanted, reachable?.phone.phoneNumber ?? subject);
        await loginMessages.queue(caller, { token, message, strategy });
        const phoneNumber = reachable === null ? null : (PhoneNumber.read(reachable.phone.phoneNumber)?.masked ?? '');
        return { loginToken: secret, expiresAt: token.expiresAt, lifetimeSeconds, phoneNumber };
      }),

    /** Logs in by the code of the login that `loginToken` belongs to. */
    logIn: (caller: Caller, { loginToken, code, tenant = null, ...login }: CodeLogin): Promise<LoginResult> =>
      withEventFields({ strategy }, async () => {
        await loginMessages.requireStrategy('SMS_CODE');
        const answer = phoneCodes.readAnswer(code);
        const token = loginToken === null ? null : await tokenCodes.find('SMS_LOGIN_CODE', loginToken);
        if (token === null) throw new InvalidCode();
        return withEventFields({ userId: token.userId }, async () => {
          const user = await spend(token, answer);
          const tenantId = await memberTenants.toEnter(user.id, tenant);
          const { deviceToken, demandsFactor = false, invitationToken = null } = login;
          return gate.completeFirstFactor(caller, {
            ...{ user, tenantId, firstFactor: 'SMS_CODE', amr: ['sms'], deviceToken, demandsFactor, invitationToken },
          });
        });
      }),
  });
}
