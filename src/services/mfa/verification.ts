import type { Caller } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import { codeOwner } from '../../domain/authenticator/one-time-code.ts';
import type { StartedChallenges, Strategy, StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import { fail, withEventFields } from '../../domain/errors.ts';
import { defaultPolicyFields } from '../../domain/policy/policy.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Challenges, OpenChallenge } from '../login/challenges.ts';
import type { CompletedLogin, LoginCompletion } from '../login/completion.ts';
import type { LoginGate } from '../login/gate.ts';
import type { AnswerCheck } from './answer-check.ts';
import type { Ceremonies } from './ceremony.ts';
import { singleOrNull } from './enrollment-rules.ts';
import { verificationErrors } from './errors.ts';

/** Strategies whose answer is held against something that was started before. */
export type ChallengedStrategy = keyof StartedChallenges;

/** Which factor of which login or step-up. */
export interface FactorChoice<Name extends StrategyName = StrategyName> {
  mfaToken: string;
  /** The strategy, or several of one kind where the authenticator says which it is. */
  strategies: readonly Name[];
  /** The authenticator; null takes any of the user's, and stands for a strategy that needs none. */
  deviceId: string | null;
}

/** An answer for an outstanding login or step-up. */
export interface VerifyFactor extends FactorChoice {
  /** From the start of the challenge; null for a strategy without one. */
  token: string | null;
  answer: unknown;
  rememberDevice: boolean;
}

/** What starting a challenge returns. */
export type StartedChallenge<Name extends ChallengedStrategy> = StartedChallenges[Name] & { strategy: Name; expiresAt: Date };

/** Whether the device of a login may be remembered, and for how long. */
export interface RememberDeviceAllowance {
  allowed: boolean;
  lifetimeSeconds: number;
}

interface Needs {
  registry: StrategyRegistry;
  challenges: Challenges;
  gate: LoginGate;
  ceremonies: Ceremonies;
  answerCheck: AnswerCheck;
  completeLogin: LoginCompletion;
  audit: Audit;
}

export type Verification = ReturnType<typeof createVerification>;

/** A factor chosen for an open challenge. */
interface Chosen {
  open: OpenChallenge;
  strategy: Strategy;
  /** Authenticators whose answer counts; a single null for a strategy without enrollment. */
  candidates: (Authenticator | null)[];
}

/** Verifies a second factor of every strategy, at a login or for a step-up. */
export function createVerification({ registry, challenges, gate, ceremonies, answerCheck, completeLogin, audit }: Needs) {
  /** Errors: `STRATEGY_INACTIVE` for a strategy without enrollment that is not offered, else `NOT_ENROLLED`, `DEVICE_NOT_FOUND`. */
  const choose = (open: OpenChallenge, { strategies, deviceId }: Omit<FactorChoice, 'mfaToken'>): Chosen => {
    const [only] = strategies;
    if (only !== undefined && registry[only].enrollment === null) {
      const strategy = registry[only];
      // What does not satisfy MFA completes a login but steps up no session (NIST 800-63B-4 §3.1.3.1).
      const inPlace = open.challenge.purpose === 'LOGIN' || strategy.satisfiesMfa;
      if (!inPlace || !gate.verifiable(open).includes(only)) fail('STRATEGY_INACTIVE');
      return { open, strategy, candidates: [null] };
    }
    const ofStrategies = open.enrolled.filter((authenticator) => strategies.includes(authenticator.strategy));
    if (deviceId === null && ofStrategies.length === 0) fail('NOT_ENROLLED');
    const candidates = ofStrategies.filter((authenticator) => deviceId === null || authenticator.id === deviceId);
    const [first = fail('DEVICE_NOT_FOUND')] = candidates;
    return { open, strategy: registry[first.strategy], candidates: candidates.filter(({ strategy }) => strategy === first.strategy) };
  };

  /** Opens the challenge and chooses the factor; whatever refuses from here on is about that user and strategy. */
  const withFactor = <T>(choice: FactorChoice, run: (chosen: Chosen) => Promise<T>): Promise<T> =>
    withEventFields({ strategy: singleOrNull(choice.strategies) }, async () => {
      const open = await challenges.open(choice.mfaToken);
      const { userId, tenantId } = open.challenge;
      return withEventFields({ userId, tenantId }, async () => {
        const chosen = choose(open, choice);
        return withEventFields({ strategy: chosen.strategy.name }, () => run(chosen));
      });
    });

  // Written down before it is wrapped: in place, the compiler would forget that `begin` answers by the strategy it was given.
  const methods = {
    /** Starts to prove a factor: sends a code, or makes the options for a browser. An earlier start for the same login is void. */
    async begin<Name extends ChallengedStrategy>(caller: Caller, choice: FactorChoice<Name>): Promise<StartedChallenge<Name>> {
      const started = await withFactor(choice, ({ open, strategy, candidates }) => {
        const { id, tenantId } = open.challenge;
        return ceremonies.startChallenge(caller, { user: open.user, tenantId, owner: codeOwner.login(id) }, strategy.name, candidates[0] ?? null);
      });
      // The registry forgets which strategy shows what; `StartedChallenges` remembers it by name.
      return started as object as StartedChallenge<Name>;
    },

    /**
     * Checks the answer of a factor, and completes the login or steps up the session. Only what was started last for this very
     * challenge counts.
     */
    async verify(caller: Caller, command: VerifyFactor): Promise<CompletedLogin> {
      return withFactor(command, async ({ open, strategy, candidates }) => {
        const { challenge } = open;
        const proof = { candidates, owner: codeOwner.login(challenge.id), token: command.token, answer: command.answer };
        const checked = await answerCheck.checkProof({ userId: challenge.userId, strategy, challenge }, proof);
        const { session, rememberedDevice } = await completeLogin(caller, {
          challenge,
          strategy,
          amr: checked.result.amr,
          rememberDevice: command.rememberDevice,
          apply: checked.spend,
        });
        return { session, rememberedDevice };
      });
    },

    /** Whether the user of this challenge has a factor to verify. `strategies` says what the caller holds an answer of. */
    isEnrolled: (_caller: Caller, { mfaToken, strategies }: Omit<FactorChoice, 'deviceId'>): Promise<boolean> =>
      withEventFields({ strategy: singleOrNull(strategies) }, async () => (await challenges.open(mfaToken)).enrolled.length > 0),

    /** Whether the device of this login may be remembered. Costs no attempt. */
    async rememberDeviceAllowance(_caller: Caller, { mfaToken }: { mfaToken: string }): Promise<RememberDeviceAllowance> {
      const { challenge, policy } = await challenges.open(mfaToken);
      const lifetimeSeconds = policy.decidedBy === null ? defaultPolicyFields.mfaDeviceExpirationSeconds : policy.mfaDeviceExpirationSeconds;
      // A step-up is no login: a device remembered by it would outlive what was asked for.
      return { allowed: challenge.purpose === 'LOGIN' && policy.allowRememberMyDevice && lifetimeSeconds > 0, lifetimeSeconds };
    },
  };
  return useCases(audit, 'MFA_FAILED', verificationErrors, methods);
}
