import type { Caller } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import { codeOwner } from '../../domain/authenticator/one-time-code.ts';
import type { StartedProofs, Strategy, StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import { fail, withEventFields } from '../../domain/errors.ts';
import { defaultPolicyFields } from '../../domain/policy/policy.ts';
import { mayFollow } from '../../domain/policy/resolve.ts';
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

/** A strategy whose answer is checked against something that was started before. */
export type CeremonyStrategy = keyof StartedProofs;

/** Which factor to prove, for which login or step-up. */
export interface FactorChoice<Name extends StrategyName = StrategyName> {
  mfaToken: string;
  /** The strategy, or several of one kind if the authenticator decides which it is. */
  strategies: readonly Name[];
  /** The authenticator. Null allows any of the user, and is the only choice for a strategy that needs none. */
  deviceId: string | null;
}

/** The answer that completes a login or a step-up. */
export interface VerifyFactor extends FactorChoice {
  /** From the start of the ceremony. Null for a strategy without one. */
  token: string | null;
  answer: unknown;
  rememberDevice: boolean;
}

/** What starting to prove a factor returns. */
export type StartedProof<Name extends CeremonyStrategy> = StartedProofs[Name] & { strategy: Name; expiresAt: Date };

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

/** The service that `createVerification` creates. */
export type Verification = ReturnType<typeof createVerification>;

/** A factor chosen for an open challenge. */
interface Chosen {
  strategy: Strategy;
  /** The authenticators whose answer counts. A single null for a strategy without enrollment. */
  candidates: (Authenticator | null)[];
}

/** Creates the service that verifies a second factor of every strategy, for a login or a step-up. */
export function createVerification({ registry, challenges, gate, ceremonies, answerCheck, completeLogin, audit }: Needs) {
  /**
   * Returns the chosen factor. Errors: `STRATEGY_INACTIVE` for a strategy without enrollment that is not offered, otherwise
   * `NOT_ENROLLED` and `DEVICE_NOT_FOUND`.
   */
  const choose = async (open: OpenChallenge, { strategies, deviceId }: Omit<FactorChoice, 'mfaToken'>): Promise<Chosen> => {
    const [only] = strategies;
    if (only !== undefined && registry[only].enrollment === null) {
      const strategy = registry[only];
      // A factor that does not satisfy MFA completes a login but steps up no session (NIST 800-63B-4 §3.1.3.1).
      const { purpose, tenantId, firstFactor } = open.challenge;
      if (purpose !== 'LOGIN' && !strategy.satisfiesMfa) fail('STRATEGY_INACTIVE');
      if (!(await gate.offeredIn(tenantId, firstFactor, open.user)).includes(only)) fail('STRATEGY_INACTIVE');
      return { strategy, candidates: [null] };
    }
    const ofStrategies = open.enrolled.filter((authenticator) => strategies.includes(authenticator.strategy));
    const following = ofStrategies.filter(({ strategy }) => mayFollow(strategy, open.challenge.firstFactor));
    // Whoever holds the phone would pass both factors by it.
    if (ofStrategies.length > 0 && following.length === 0) fail('STRATEGY_INACTIVE');
    if (deviceId === null && ofStrategies.length === 0) fail('NOT_ENROLLED');
    const candidates = following.filter((authenticator) => deviceId === null || authenticator.id === deviceId);
    const [first = fail('DEVICE_NOT_FOUND')] = candidates;
    return { strategy: registry[first.strategy], candidates: candidates.filter(({ strategy }) => strategy === first.strategy) };
  };

  /**
   * Opens the challenge for `run`. The events of refusals name the user and the tenant as soon as they are known, and the strategy if
   * the choice leaves only one.
   */
  const withChallenge = <T>(choice: Omit<FactorChoice, 'deviceId'>, run: (open: OpenChallenge) => Promise<T>): Promise<T> =>
    withEventFields({ strategy: singleOrNull(choice.strategies) }, async () => {
      const open = await challenges.open(choice.mfaToken);
      const { userId, tenantId } = open.challenge;
      return withEventFields({ userId, tenantId }, () => run(open));
    });

  /** Chooses the factor for `run`. The events of refusals name its strategy. */
  const withFactor = async <T>(open: OpenChallenge, choice: FactorChoice, run: (chosen: Chosen) => Promise<T>): Promise<T> => {
    const chosen = await choose(open, choice);
    return withEventFields({ strategy: chosen.strategy.name }, () => run(chosen));
  };

  /** Checks the answer of a factor, and completes the login or steps up the session. */
  const answer = (caller: Caller, open: OpenChallenge, command: VerifyFactor): Promise<CompletedLogin> =>
    withFactor(open, command, ({ strategy, candidates }) => {
      const { challenge } = open;
      const proof = { candidates, owner: codeOwner.login(challenge.id), token: command.token, answer: command.answer };
      return answerCheck.checkProof({ userId: challenge.userId, strategy, challenge }, proof, async ({ result, spend }) => {
        const { amr } = result;
        const { rememberDevice } = command;
        const { session, rememberedDevice } = await completeLogin(caller, { challenge, strategy, amr, rememberDevice, apply: spend });
        return { session, rememberedDevice };
      });
    });

  // Defined before it is wrapped, because the compiler would otherwise lose that the result of `begin` depends on the strategy.
  const methods = {
    /** Starts to prove a factor: sends a code, or makes the options for a browser. An earlier start for the same login becomes invalid. */
    async begin<Name extends CeremonyStrategy>(caller: Caller, choice: FactorChoice<Name>): Promise<StartedProof<Name>> {
      const started = await withChallenge(choice, (open) =>
        withFactor(open, choice, ({ strategy, candidates }) => {
          const { id, tenantId, firstFactor } = open.challenge;
          const subject = { user: open.user, tenantId, owner: codeOwner.login(id) };
          // One security key may hold both the passkey and the factor. Whoever has stolen it would pass both by touching it.
          return ceremonies.startProof(caller, subject, strategy.name, candidates[0] ?? null, firstFactor === 'PASSKEY');
        }),
      );
      // The registry has no type for what each strategy shows; `StartedProofs` has.
      return started as object as StartedProof<Name>;
    },

    /**
     * Checks the answer of a factor, and completes the login or steps up the session. Only the ceremony that was started last for
     * this challenge counts.
     */
    verify: (caller: Caller, command: VerifyFactor): Promise<CompletedLogin> => withChallenge(command, (open) => answer(caller, open, command)),

    /** As `verify`. Returns null if the user has no authenticator, because the answer may then confirm the first one. */
    verifyIfEnrolled: (caller: Caller, command: VerifyFactor): Promise<CompletedLogin | null> =>
      withChallenge(command, async (open) => (open.enrolled.length === 0 ? null : answer(caller, open, command))),

    /** Returns whether the device of this login may be remembered, and for how long. It costs no attempt. */
    async rememberDeviceAllowance(_caller: Caller, { mfaToken }: { mfaToken: string }): Promise<RememberDeviceAllowance> {
      const { challenge, user } = await challenges.open(mfaToken);
      const { policy } = await gate.mfaStateOf(user, challenge.tenantId, challenge.firstFactor);
      const lifetimeSeconds = policy.decidedBy === null ? defaultPolicyFields.mfaDeviceExpirationSeconds : policy.mfaDeviceExpirationSeconds;
      // A step-up is no login, and a device that it remembers would skip the second factor of later logins.
      return { allowed: challenge.purpose === 'LOGIN' && policy.allowRememberMyDevice && lifetimeSeconds > 0, lifetimeSeconds };
    },
  };
  return useCases(audit, 'MFA_FAILED', verificationErrors, methods);
}
