import type { Origin } from '../../domain/access/actor.ts';
import { codeOwner } from '../../domain/authenticator/one-time-code.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Delivery, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Audit, Facts } from '../audit/recorder.ts';
import type { StrategyRegistry } from '../authenticator/authenticators.ts';
import type { OneTimeCodes } from '../authenticator/one-time-codes.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Challenges, OpenChallenge } from '../login/challenges.ts';
import { verifiable } from '../login/gate.ts';
import type { Outbox } from '../messaging/outbox.ts';
import { matching } from './matching.ts';
import type { Proving } from './proving.ts';

export interface VerifyFactor {
  mfaToken: string;
  code: string;
  rememberDevice: boolean;
  origin: Origin;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  delivery: Delivery;
  registry: StrategyRegistry;
  challenges: Challenges;
  codes: OneTimeCodes;
  attempts: Attempts;
  prove: Proving;
  outbox: Outbox;
  audit: Audit;
}

export type MfaChallenge = ReturnType<typeof createMfaChallenge>;

/** Verifying a second factor at login or for a step-up. */
export function createMfaChallenge({ store, clock, keyring, delivery, registry, challenges, codes, attempts, prove, outbox, audit }: Needs) {
  const offersEmailCode = ({ challenge, enrolled, offered }: OpenChallenge): boolean =>
    challenge.purpose === 'LOGIN' && verifiable(enrolled, offered).includes('EMAIL_CODE');

  /** An operation on a challenge: whatever refuses it leaves an event. */
  const attempt =
    <Command extends { mfaToken: string; origin: Origin }, T>(strategy: StrategyName, run: (open: OpenChallenge, command: Command) => Promise<T>) =>
    (command: Command): Promise<T> => {
      const known: Facts = { strategy };
      return audit.refusals('MFA_FAILED', command.origin, known, async () => run(await challenges.open(command.mfaToken, known), command));
    };

  return {
    /** Whether the user of this challenge has a factor to verify. Errors: `CHALLENGE_EXPIRED`. */
    isEnrolled: attempt('AUTHENTICATOR_APP', async ({ enrolled }): Promise<boolean> => enrolled.length > 0),

    /**
     * Checks a code of an authenticator app, of the given device or of any the user has, and logs in.
     * Errors: `CHALLENGE_EXPIRED`, `NOT_ENROLLED`, `DEVICE_NOT_FOUND`, `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`.
     */
    verifyAuthenticatorApp: attempt('AUTHENTICATOR_APP', async (open, command: VerifyFactor & { deviceId: string | null }) => {
      const strategy = registry.AUTHENTICATOR_APP;
      const apps = open.enrolled.filter((factor) => factor.strategy === 'AUTHENTICATOR_APP');
      if (apps.length === 0) fail(command.deviceId === null ? 'NOT_ENROLLED' : 'DEVICE_NOT_FOUND');
      const candidates = command.deviceId === null ? apps : apps.filter((factor) => factor.id === command.deviceId);
      if (candidates.length === 0) fail('DEVICE_NOT_FOUND');
      const answer = strategy.readAnswer(command.code);
      return prove(open, strategy, command, async () => {
        const match = await matching(keyring, strategy, candidates, answer, clock.now());
        if (match === null || !('step' in match.advance)) return 'WRONG';
        const { factor, advance } = match;
        return { spend: (at) => store.authenticators.advanceStep(factor.id, advance.step, at) };
      });
    }),

    /**
     * Mails a code for this challenge; an earlier one dies. The message leaves after commit.
     * Errors: `CHALLENGE_EXPIRED`, `STRATEGY_INACTIVE`, `RATE_LIMITED`, `EMAIL_UNAVAILABLE`.
     */
    sendEmailCode: attempt('EMAIL_CODE', async (open, { origin }: { mfaToken: string; origin: Origin }) => {
      const strategy = registry.EMAIL_CODE;
      if (!offersEmailCode(open) || strategy.challenge === null) fail('STRATEGY_INACTIVE');
      if (!delivery.email.available) fail('EMAIL_UNAVAILABLE', delivery.email.reason);
      const { challenge, user } = open;
      await attempts.takeSend(user.id, strategy.name);
      const settings = await challenges.strategySettings();
      const { keep, deliver } = await strategy.challenge.begin({ user, settings, credential: null });
      const about = { owner: codeOwner.login(challenge.id), userId: user.id, strategy: strategy.name };
      const issued = await store.transact(async () => {
        const code = await codes.issue(about, keep, settings.codeLifetimeSeconds);
        if (deliver !== undefined) await outbox.add(deliver);
        await audit('CODE_SENT', origin, { userId: user.id, tenantId: challenge.tenantId, strategy: strategy.name });
        return code;
      });
      outbox.wake();
      return { otcToken: issued.token, expiresAt: issued.expiresAt };
    }),

    /**
     * Checks a mailed code and logs in; only the newest code of this very challenge counts.
     * Errors: `CHALLENGE_EXPIRED`, `STRATEGY_INACTIVE`, `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`, `CODE_EXPIRED`.
     */
    verifyEmailCode: attempt('EMAIL_CODE', async (open, command: VerifyFactor & { otcToken: string }) => {
      const strategy = registry.EMAIL_CODE;
      if (!offersEmailCode(open)) fail('STRATEGY_INACTIVE');
      const answer = strategy.readAnswer(command.code);
      return prove(open, strategy, command, async () => {
        const code = await codes.find(command.otcToken, codeOwner.login(open.challenge.id), strategy.name);
        if (typeof code === 'string') return code;
        const verdict = await strategy.verify({ credential: null, begun: code.begun }, answer, clock.now());
        return verdict.ok ? { spend: () => codes.spend(code.id) } : 'WRONG';
      });
    }),
  };
}
