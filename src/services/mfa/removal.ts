import type { Caller } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import { codeOwner } from '../../domain/authenticator/one-time-code.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import type { User } from '../../domain/directory/user.ts';
import type { InputIssue } from '../../domain/errors.ts';
import { fail, InvalidInput, withEventFields } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Authenticators } from '../authenticator/authenticators.ts';
import type { TargetUser } from '../directory/target-user.ts';
import { targetUserOf } from '../directory/target-user.ts';
import type { Users } from '../directory/users.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { LoginGate } from '../login/gate.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { AdminReset } from '../recovery/admin-reset.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Sessions } from '../session/sessions.ts';
import type { AnswerCheck, CheckedAnswer, Proof, Proven } from './answer-check.ts';
import type { Ceremonies } from './ceremony.ts';
import { singleOrNull } from './enrollment-rules.ts';
import { removalErrors } from './errors.ts';
import type { CeremonyStrategy, StartedProof } from './verification.ts';

/** The authenticator of a user. `userId` names the user for an environment token. */
export interface AuthenticatorOfUser<Name extends StrategyName = StrategyName> {
  userId: string | null;
  deviceId: string;
  /** Strategies that it must be of. Empty for any. */
  strategies: readonly Name[];
}

/**
 * How a user confirms a removal. An environment token needs no proof.
 * - `CODE`: an answer of any authenticator of that strategy, because the one to remove may be lost.
 * - `ITSELF`: an answer of the authenticator to remove, to the ceremony that `begin` started.
 * - `NONE`: no answer. It is enough while another authenticator stays; for the last one the issues name what is missing. If the rule
 *   for sensitive operations holds, a factor must have been proven in this session shortly before.
 * - `RECENT_FACTOR`: a factor proven in this session shortly before, also where that rule does not hold.
 */
export type RemovalProof =
  | { by: 'CODE'; strategy: StrategyName; answer: unknown }
  | { by: 'ITSELF'; token: string; answer: unknown }
  | { by: 'NONE'; missing: readonly InputIssue[] }
  | { by: 'RECENT_FACTOR' };

/** Selects what to remove among the authenticators that the user has now, and refuses if there is none. */
type Selector = (enrolled: readonly Authenticator[]) => Authenticator[];

/** Selects one authenticator. Errors: `DEVICE_NOT_FOUND`, also for one of another user. */
const byId =
  ({ deviceId, strategies }: Omit<AuthenticatorOfUser, 'userId'>): Selector =>
  (enrolled) => {
    const chosen = enrolled.filter(({ id, strategy }) => id === deviceId && (strategies.length === 0 || strategies.includes(strategy)));
    return chosen.length === 0 ? fail('DEVICE_NOT_FOUND') : chosen;
  };

/** Selects all authenticators of a strategy. Errors: `NOT_ENROLLED`. */
const allOf =
  (wanted: StrategyName): Selector =>
  (enrolled) => {
    const chosen = enrolled.filter(({ strategy }) => strategy === wanted);
    return chosen.length === 0 ? fail('NOT_ENROLLED') : chosen;
  };

/**
 * Refuses to remove the last authenticator. This is checked inside the transaction as well: of two removals in parallel, the second
 * one could otherwise remove the last authenticator.
 */
const requireAnother =
  (select: Selector, missing: readonly InputIssue[]): Selector =>
  (enrolled) => {
    const chosen = select(enrolled);
    if (chosen.length < enrolled.length) return chosen;
    throw new InvalidInput([...missing]);
  };

interface Needs {
  store: Pick<Store, 'transact'>;
  clock: Clock;
  registry: StrategyRegistry;
  users: Users;
  gate: LoginGate;
  ceremonies: Ceremonies;
  answerCheck: AnswerCheck;
  authenticators: Authenticators;
  attempts: Attempts;
  sessions: Sessions;
  recentFactor: RecentFactor;
  adminReset: AdminReset;
  notices: SecurityNotices;
  audit: Audit;
}

/** The service that `createRemoval` creates. */
export type Removal = ReturnType<typeof createRemoval>;

/**
 * Creates the service that removes authenticators of every strategy. A user needs a proof and cannot remove the last one if MFA is
 * enforced; an environment token needs none and can remove any.
 */
export function createRemoval(needs: Needs) {
  const { store, clock, registry, users, gate, ceremonies, answerCheck, authenticators, attempts } = needs;
  const { sessions, recentFactor, adminReset, notices, audit } = needs;

  /** Selects among the authenticators that the user has now. Inside a transaction the selection holds until its end. */
  const selectAuthenticators = async ({ user, actor, tenantId }: TargetUser, select: Selector) => {
    const { enrolled, policy } = await gate.mfaStateOf(user, tenantId, 'PASSWORD');
    const chosen = select(enrolled);
    const isLast = chosen.length === enrolled.length;
    if (actor.kind === 'USER' && isLast && policy.enforceMfaType !== 'DONT_FORCE') fail('LAST_FACTOR_ENFORCED');
    return { enrolled, chosen };
  };

  /** Removes what is selected. The session is checked again and the answer is spent in the same transaction. */
  const remove = async (
    caller: Caller,
    { user, ...target }: TargetUser,
    select: Selector,
    proof: { strategy: StrategyName; checked: CheckedAnswer<Proven> } | null,
  ): Promise<User> => {
    await store.transact({ user: user.id }, async () => {
      await sessions.requireLivingSession(caller.actor);
      if (proof !== null) await proof.checked.spend(clock.now());
      const { chosen } = await selectAuthenticators({ user, ...target }, select);
      await authenticators.remove(caller, user.id, chosen);
      if (proof !== null) await attempts.reset(user.id, proof.strategy);
      // The attempts are cleared, so that a user whose factor was locked by wrong codes can enroll again.
      if (caller.actor.kind === 'ENVIRONMENT') for (const { strategy } of chosen) await attempts.reset(user.id, strategy);
    });
    notices.wake();
    return user;
  };

  /** Checks an answer by which the user confirms the removal, then removes. The answer may come from any of the candidates. */
  const removeByAnswer = (
    caller: Caller,
    target: TargetUser,
    select: Selector,
    { strategy, ...proof }: Proof & { strategy: StrategyName },
  ): Promise<User> =>
    withEventFields({ strategy }, async () => {
      const subject = { userId: target.user.id, strategy: registry[strategy], challenge: null };
      return answerCheck.checkProof(subject, proof, (checked) => remove(caller, target, select, { strategy, checked }));
    });

  /** Removes what is selected after the checks that the proof stands for. An environment token needs no proof. */
  const removeBy = async (caller: Caller, target: TargetUser, select: Selector, proof: RemovalProof): Promise<User> => {
    const { user } = target;
    if (target.actor.kind === 'ENVIRONMENT') return remove(caller, target, select, null);
    if (proof.by === 'RECENT_FACTOR') {
      await recentFactor.requireRecentFactor(caller, { overRest: true });
      return remove(caller, target, select, null);
    }
    if (proof.by === 'NONE') {
      await recentFactor.requireRecentFactor(caller);
      await selectAuthenticators(target, select);
      return remove(caller, target, requireAnother(select, proof.missing), null);
    }
    const { enrolled, chosen } = await selectAuthenticators(target, select);
    if (proof.by === 'CODE') {
      const candidates = enrolled.filter(({ strategy }) => strategy === proof.strategy);
      return removeByAnswer(caller, target, select, { strategy: proof.strategy, candidates, owner: '', token: null, answer: proof.answer });
    }
    const [authenticator = fail('DEVICE_NOT_FOUND')] = chosen;
    const owner = codeOwner.removal(user.id, authenticator.id);
    const { strategy } = authenticator;
    return removeByAnswer(caller, target, select, { strategy, candidates: [authenticator], owner, token: proof.token, answer: proof.answer });
  };

  /** Runs `run` for the user that the call is about. The events of refusals name that user. */
  const withTarget = async (caller: Caller, userId: string | null, run: (target: TargetUser) => Promise<User>): Promise<User> => {
    const target = await targetUserOf(users, caller.actor, userId);
    return withEventFields({ userId: target.user.id }, () => run(target));
  };

  // Defined before it is wrapped, because the compiler would otherwise lose that the result of `begin` depends on the strategy.
  const methods = {
    /** Starts the ceremony by which an authenticator confirms its own removal. */
    async begin<Name extends CeremonyStrategy>(caller: Caller, { userId, ...wanted }: AuthenticatorOfUser<Name>): Promise<StartedProof<Name>> {
      const target = await targetUserOf(users, caller.actor, userId);
      const { user, tenantId } = target;
      return withEventFields({ userId: user.id, strategy: singleOrNull(wanted.strategies) }, async () => {
        const { chosen } = await selectAuthenticators(target, byId(wanted));
        const [authenticator = fail('DEVICE_NOT_FOUND')] = chosen;
        const subject = { user, tenantId, owner: codeOwner.removal(user.id, authenticator.id) };
        const started = await ceremonies.startProof(caller, subject, authenticator.strategy, authenticator);
        // The registry has no type for what each strategy shows; `StartedProofs` has.
        return started as object as StartedProof<Name>;
      });
    },

    /** Removes one authenticator. */
    remove: (caller: Caller, { userId, proof, ...wanted }: AuthenticatorOfUser & { proof: RemovalProof }): Promise<User> =>
      withTarget(caller, userId, (target) => removeBy(caller, target, byId(wanted), proof)),

    /**
     * Removes all authenticator apps of the user by a code of any of them. An environment token removes every authenticator of the
     * user, without a code.
     */
    disable: (caller: Caller, { userId, code }: { userId: string | null; code: string | null }): Promise<User> =>
      withTarget(caller, userId, async (target) => {
        const { actor, user } = target;
        if (actor.kind === 'ENVIRONMENT') return adminReset.reset({ ...caller, actor }, { userId: user.id, mustBeEnrolled: true });
        if (code === null) throw new InvalidInput([{ path: ['code'], message: 'must be given' }]);
        return removeBy(caller, target, allOf('AUTHENTICATOR_APP'), { by: 'CODE', strategy: 'AUTHENTICATOR_APP', answer: code });
      }),
  };
  return useCases(audit, 'MFA_FAILED', removalErrors, methods);
}
