import type { Caller } from '../../domain/access/actor.ts';
import type { UserToken } from '../../domain/account/user-token.ts';
import { attemptsPerToken, hasEnded } from '../../domain/account/user-token.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import { codeDigits } from '../../domain/bounds.ts';
import type { User } from '../../domain/directory/user.ts';
import type { Environment } from '../../domain/environment/environment.ts';
import { fail, InvalidCode, withEventFields } from '../../domain/errors.ts';
import type { MessageCause } from '../../domain/messaging/message.ts';
import type { Clock, Delivery, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { MemberTenants } from '../directory/member-tenants.ts';
import type { UserLookup, UserName } from '../directory/user-lookup.ts';
import type { EnvironmentService } from '../environment/environment.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { LoginGate, LoginResult } from './gate.ts';

interface Needs {
  store: Pick<Store, 'users' | 'userTokens' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  delivery: Delivery;
  registry: StrategyRegistry;
  environment: Pick<EnvironmentService, 'current'>;
  userLookup: UserLookup;
  attempts: Attempts;
  gate: LoginGate;
  memberTenants: MemberTenants;
  outbox: Outbox;
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
}

/** Errors of each use case. */
export const emailCodeLoginErrors = {
  send: ['STRATEGY_INACTIVE', 'EMAIL_UNAVAILABLE', 'RATE_LIMITED'],
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
  const { store, clock, random, keyring, delivery, registry, environment, userLookup, attempts, gate, memberTenants, outbox, audit } = needs;
  const requireSwitchedOn = async (): Promise<Environment> => {
    const settings = await environment.current();
    return settings.authStrategy === 'CODE' ? settings : fail('STRATEGY_INACTIVE');
  };

  /**
   * Checks the code, spends it and returns the user it was sent to. Each check is charged before it is made. A token that belongs
   * to no user takes the same path, so that the time reveals nothing.
   */
  const spend = async (token: UserToken, answer: unknown): Promise<User> => {
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
      const [found] = await store.users.findMany([userId]);
      if (found === undefined) throw new InvalidCode(left);
      return found;
    });
  };

  return useCases(audit, 'LOGIN_FAILED', emailCodeLoginErrors, {
    /**
     * Sends a code to the verified address of the user. The answer does not reveal whether there is one: an unknown address gets a
     * token too, for which every code is wrong.
     */
    send: (caller: Caller, named: UserName): Promise<SentLoginCode> =>
      withEventFields({ strategy }, async () => {
        const { passwordlessLifetimeSeconds: lifetimeSeconds } = await requireSwitchedOn();
        if (!delivery.email.available) fail('EMAIL_UNAVAILABLE', delivery.email.reason);
        const { subject, reachable } = await userLookup.find(named);
        const userId = reachable?.id ?? null;
        await withEventFields({ userId }, () => attempts.takeAnonymousSend('LOGIN_CODE', subject));
        const now = clock.now();
        const id = random.uuid();
        const code = random.digits(codeDigits);
        const loginToken = random.token();
        const expiresAt = new Date(now.getTime() + lifetimeSeconds * 1000);
        await store.transact({ subject }, async () => {
          await store.userTokens.replace({
            id,
            purpose: 'LOGIN_CODE',
            subject,
            userId,
            tenantId: null,
            tokenHash: keyring.hashToken(loginToken),
            codeDigest: keyring.digest(digestPurpose, `${id}:${code}`),
            attempts: 0,
            createdAt: now,
            expiresAt,
          });
          const message = { template: 'LOGIN_CODE', to: reachable?.email ?? subject, code, lifetimeSeconds } as const;
          const { address, requestId } = caller.origin;
          const cause: MessageCause = { userId: userId ?? subject, tenantId: null, strategy, origin: { address, requestId } };
          if (reachable === null) {
            await outbox.addForNobody(message, cause);
            return audit('LOGIN_FAILED', caller, { reason: 'INVALID_CREDENTIALS' });
          }
          await outbox.add(message, cause);
          await audit('CODE_SENT', caller, { userId, strategy, reason: 'LOGIN' });
        });
        outbox.wake();
        return { loginToken, expiresAt, lifetimeSeconds };
      }),

    /** Logs in by the code of the login that `loginToken` belongs to. */
    logIn: (caller: Caller, { loginToken, code, deviceToken, tenant = null, demandsFactor = false }: EmailCodeLogin): Promise<LoginResult> =>
      withEventFields({ strategy }, async () => {
        await requireSwitchedOn();
        const answer = registry.EMAIL_CODE.readAnswer(code);
        const token = loginToken === null ? null : await store.userTokens.find('LOGIN_CODE', keyring.hashToken(loginToken));
        if (token === null) throw new InvalidCode();
        return withEventFields({ userId: token.userId }, async () => {
          const user = await spend(token, answer);
          if (user.locked) fail('ACCOUNT_LOCKED');
          if (!user.verified) fail('EMAIL_NOT_VERIFIED');
          const tenantId = await memberTenants.toEnter(user.id, tenant);
          return gate.completeFirstFactor(caller, { user, tenantId, firstFactor: 'EMAIL_CODE', amr: ['otp'], deviceToken, demandsFactor });
        });
      }),
  });
}
