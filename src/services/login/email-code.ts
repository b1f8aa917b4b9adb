import type { Origin } from '../../domain/access/actor.ts';
import { nobody } from '../../domain/access/actor.ts';
import type { UserToken } from '../../domain/account/user-token.ts';
import { attemptsPerToken, tokenLifetimeSeconds } from '../../domain/account/user-token.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import { DomainError, fail, InvalidCode } from '../../domain/errors.ts';
import type { Clock, Delivery, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit, Facts } from '../audit/recorder.ts';
import type { Subjects, UserName } from '../directory/user-lookup.ts';
import type { EnvironmentService } from '../environment/environment.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { LoginResult, SecondFactor } from './gate.ts';

interface Needs {
  store: Pick<Store, 'users' | 'userTokens' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  delivery: Delivery;
  registry: StrategyRegistry;
  environment: Pick<EnvironmentService, 'current'>;
  subjects: Subjects;
  attempts: Attempts;
  secondFactor: SecondFactor;
  outbox: Outbox;
  audit: Audit;
}

export type LoginCodes = ReturnType<typeof createLoginCodes>;

const digestPurpose = 'login-code';

/**
 * A code sent by e-mail as first factor. Six digits alone name nobody, so the asker gets a token to bring back with the
 * code: a guess is one at a login the guesser began, never at all logins at once.
 */
export function createLoginCodes(needs: Needs) {
  const { store, clock, random, keyring, delivery, registry, environment, subjects, attempts, secondFactor, outbox, audit } = needs;
  const requireSwitchedOn = async (): Promise<void> => {
    if (!(await environment.current()).emailCodeLogin) fail('STRATEGY_INACTIVE');
  };

  return {
    /**
     * Sends a code to the user's verified address. Nobody learns whether there is one: an unknown address gets a token
     * too, and its codes are wrong. Errors: `STRATEGY_INACTIVE`, `EMAIL_UNAVAILABLE`, `RATE_LIMITED`.
     */
    async send({ named, origin }: { named: UserName; origin: Origin }): Promise<{ loginToken: string; expiresAt: Date; lifetimeSeconds: number }> {
      const known: Facts = { strategy: 'EMAIL_CODE' };
      const { subject, reachable } = await audit.refusals('LOGIN_FAILED', origin, known, async () => {
        await requireSwitchedOn();
        if (!delivery.email.available) fail('EMAIL_UNAVAILABLE', delivery.email.reason);
        const found = await subjects.find(named);
        known.userId = found.reachable?.id ?? null;
        await attempts.takeAnonymousSend('LOGIN_CODE', found.subject);
        return found;
      });
      const now = clock.now();
      const id = random.uuid();
      const code = random.digits(6);
      const loginToken = random.token();
      const lifetimeSeconds = tokenLifetimeSeconds.LOGIN_CODE;
      const expiresAt = new Date(now.getTime() + lifetimeSeconds * 1000);
      await store.transact(async () => {
        await store.userTokens.replace({
          id,
          purpose: 'LOGIN_CODE',
          subject,
          userId: reachable?.id ?? null,
          tokenHash: keyring.hashToken(loginToken),
          codeDigest: keyring.digest(digestPurpose, `${id}:${code}`),
          attempts: 0,
          createdAt: now,
          expiresAt,
        });
        if (reachable === null) return audit('LOGIN_FAILED', origin, { reason: 'INVALID_CREDENTIALS' });
        await outbox.add({ template: 'LOGIN_CODE', to: reachable.email, code, lifetimeSeconds });
        await audit('CODE_SENT', origin, { userId: reachable.id, strategy: 'EMAIL_CODE', reason: 'LOGIN' });
      });
      outbox.wake();
      return { loginToken, expiresAt, lifetimeSeconds };
    },

    /**
     * Checks the code of the login that `loginToken` began, null for none.
     * Errors: `STRATEGY_INACTIVE`, `INVALID_CODE`, `CODE_EXPIRED`, `ATTEMPTS_EXHAUSTED`, `ACCOUNT_LOCKED`,
     * `EMAIL_NOT_VERIFIED`, `NO_STRATEGY_AVAILABLE`.
     */
    async logIn(command: { loginToken: string | null; code: string; deviceToken: string | null; origin: Origin }): Promise<LoginResult> {
      const { loginToken, origin } = command;
      await audit.refusals('LOGIN_FAILED', origin, { strategy: 'EMAIL_CODE' }, requireSwitchedOn);
      const answer = registry.EMAIL_CODE.readAnswer(command.code);
      const refuse = async (code: ErrorCode, token: UserToken | null, error = new DomainError(code)): Promise<never> => {
        await audit('LOGIN_FAILED', origin, { userId: token?.userId ?? null, strategy: 'EMAIL_CODE', reason: code });
        throw error;
      };
      const token = loginToken === null ? null : await store.userTokens.find('LOGIN_CODE', keyring.hashToken(loginToken));
      if (token === null) return refuse('INVALID_CODE', null, new InvalidCode());
      const remaining = await audit.refusals('LOGIN_FAILED', origin, { userId: token.userId, strategy: 'EMAIL_CODE' }, () =>
        attempts.takeLoginCodeAttempt(token),
      );
      const made = await store.userTokens.charge(token.id);
      if (made === null) return refuse('INVALID_CODE', token, new InvalidCode(0));
      const left = Math.min(remaining, attemptsPerToken - made);
      if (token.expiresAt <= clock.now()) return refuse('CODE_EXPIRED', token);
      // Compared for nobody's token as well: both take the same time.
      const right = keyring.matches(digestPurpose, `${token.id}:${answer}`, token.codeDigest ?? '');
      const { userId } = token;
      if (!right || userId === null) return refuse('INVALID_CODE', token, new InvalidCode(left));
      const user = await store.transact(async () => {
        if (!(await store.userTokens.spend(token.id, clock.now()))) return null;
        await attempts.resetLoginCode(token.subject);
        const [found] = await store.users.findMany([userId]);
        return found ?? null;
      });
      if (user === null) return refuse('INVALID_CODE', token, new InvalidCode(left));
      if (user.locked) return refuse('ACCOUNT_LOCKED', token);
      if (!user.verified) return refuse('EMAIL_NOT_VERIFIED', token);
      const { deviceToken } = command;
      return audit.refusals('LOGIN_FAILED', origin, { userId, strategy: 'EMAIL_CODE' }, () =>
        secondFactor.completeFirstFactor({ actor: nobody, origin }, { user, tenantId: null, firstFactor: 'EMAIL_CODE', amr: ['otp'], deviceToken }),
      );
    },
  };
}
