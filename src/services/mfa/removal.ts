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
import type { AnswerCheck, CheckedAnswer, Proven } from './answer-check.ts';
import type { Ceremonies } from './ceremony.ts';
import { singleOrNull } from './enrollment-rules.ts';
import { removalErrors } from './errors.ts';
import type { ChallengedStrategy, StartedChallenge } from './verification.ts';

/** Which authenticator of whom. `userId` names the user for an environment token. */
export interface AuthenticatorOfUser<Name extends StrategyName = StrategyName> {
  userId: string | null;
  deviceId: string;
  /** Strategies it must be of; empty for any. */
  strategies: readonly Name[];
}

/**
 * How a user proves the wish to remove; an environment token proves nothing.
 * `CODE`: an answer of any of the user's authenticators of that strategy, since the one to remove may be lost.
 * `ITSELF`: an answer of the very authenticator, to the challenge that `begin` started.
 * `NONE`: no answer. It suffices while another authenticator stays, else the issues name what is missing. Where the surface is held
 * to it, a factor has to be proven in this session shortly before.
 * `RECENT_FACTOR`: a factor proven in this session shortly before, on every surface.
 */
export type RemovalProof =
  | { by: 'CODE'; strategy: StrategyName; answer: unknown }
  | { by: 'ITSELF'; token: string; answer: unknown }
  | { by: 'NONE'; missing: readonly InputIssue[] }
  | { by: 'RECENT_FACTOR' };

/** Chooses what to remove among the user's authenticators as of now, and refuses when there is none such. */
type Selector = (enrolled: readonly Authenticator[]) => Authenticator[];

/** Errors: `DEVICE_NOT_FOUND`, for another user's authenticator as for none. */
const byId =
  ({ deviceId, strategies }: Omit<AuthenticatorOfUser, 'userId'>): Selector =>
  (enrolled) => {
    const chosen = enrolled.filter(({ id, strategy }) => id === deviceId && (strategies.length === 0 || strategies.includes(strategy)));
    return chosen.length === 0 ? fail('DEVICE_NOT_FOUND') : chosen;
  };

/** Errors: `NOT_ENROLLED`. */
const allOf =
  (wanted: StrategyName): Selector =>
  (enrolled) => {
    const chosen = enrolled.filter(({ strategy }) => strategy === wanted);
    return chosen.length === 0 ? fail('NOT_ENROLLED') : chosen;
  };

/** Refuses to leave nothing; asked again inside the transaction: of two authenticators removed at once without proof the second is the last. */
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

export type Removal = ReturnType<typeof createRemoval>;

/** Removes authenticators of every strategy: a user by a proof and never the last one where MFA is enforced, an environment token at will. */
export function createRemoval(needs: Needs) {
  const { store, clock, registry, users, gate, ceremonies, answerCheck, authenticators, attempts } = needs;
  const { sessions, recentFactor, adminReset, notices, audit } = needs;

  /** Chooses among the authenticators as of now; inside a transaction nobody changes them before it ends. */
  const selectAuthenticators = async ({ user, actor, tenantId }: TargetUser, select: Selector) => {
    const { enrolled, policy } = await gate.mfaStateOf(user.id, tenantId, 'PASSWORD');
    const chosen = select(enrolled);
    const isLast = chosen.length === enrolled.length;
    if (actor.kind === 'USER' && isLast && policy.enforceMfaType !== 'DONT_FORCE') fail('LAST_FACTOR_ENFORCED');
    return { enrolled, chosen };
  };

  /** Removes what is selected. The session is looked at again, and the answer is spent, in the same transaction. */
  const remove = async (
    caller: Caller,
    { user, ...target }: TargetUser,
    select: Selector,
    proof: { strategy: StrategyName; checked: CheckedAnswer<Proven> } | null,
  ): Promise<User> => {
    await store.transact(async () => {
      await sessions.requireLivingSession(caller.actor);
      if (proof !== null) await proof.checked.spend(clock.now());
      const { chosen } = await selectAuthenticators({ user, ...target }, select);
      await authenticators.remove(caller, user.id, chosen);
      if (proof !== null) await attempts.reset(user.id, proof.strategy);
      // An authenticator shut by too many wrong codes opens by being bound anew.
      if (caller.actor.kind === 'ENVIRONMENT') for (const { strategy } of chosen) await attempts.reset(user.id, strategy);
    });
    notices.wake();
    return user;
  };

  /** Checks an answer that proves the wish, then removes; it is right for whichever candidate gave it. */
  const removeByAnswer = (
    caller: Caller,
    target: TargetUser,
    select: Selector,
    {
      strategy,
      candidates,
      owner,
      token,
      answer,
    }: { strategy: StrategyName; candidates: Authenticator[]; owner: string; token: string | null; answer: unknown },
  ): Promise<User> =>
    withEventFields({ strategy }, async () => {
      const subject = { userId: target.user.id, strategy: registry[strategy], challenge: null };
      const checked = await answerCheck.checkProof(subject, { candidates, owner, token, answer });
      return remove(caller, target, select, { strategy, checked });
    });

  /** Asks of a user what the proof says; an environment token is asked for nothing. */
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
      return removeByAnswer(caller, target, select, { ...proof, candidates, owner: '', token: null });
    }
    const [authenticator = fail('DEVICE_NOT_FOUND')] = chosen;
    const owner = codeOwner.removal(user.id, authenticator.id);
    return removeByAnswer(caller, target, select, { ...proof, strategy: authenticator.strategy, candidates: [authenticator], owner });
  };

  const withTarget = async (caller: Caller, userId: string | null, run: (target: TargetUser) => Promise<User>): Promise<User> => {
    const target = await targetUserOf(users, caller.actor, userId);
    return withEventFields({ userId: target.user.id }, () => run(target));
  };

  // Written down before it is wrapped: in place, the compiler would forget that `begin` answers by the strategy it was given.
  const methods = {
    /** Starts the challenge by which an authenticator proves itself before it goes. */
    async begin<Name extends ChallengedStrategy>(caller: Caller, { userId, ...device }: AuthenticatorOfUser<Name>): Promise<StartedChallenge<Name>> {
      const target = await targetUserOf(users, caller.actor, userId);
      const { user, tenantId } = target;
      return withEventFields({ userId: user.id, strategy: singleOrNull(device.strategies) }, async () => {
        const { chosen } = await selectAuthenticators(target, byId(device));
        const [authenticator = fail('DEVICE_NOT_FOUND')] = chosen;
        const subject = { user, tenantId, owner: codeOwner.removal(user.id, authenticator.id) };
        const started = await ceremonies.startChallenge(caller, subject, authenticator.strategy, authenticator);
        // The registry forgets which strategy shows what; `StartedChallenges` remembers it by name.
        return started as object as StartedChallenge<Name>;
      });
    },

    /** Removes one authenticator. */
    remove: (caller: Caller, { userId, proof, ...device }: AuthenticatorOfUser & { proof: RemovalProof }): Promise<User> =>
      withTarget(caller, userId, (target) => removeBy(caller, target, byId(device), proof)),

    /**
     * Removes the user's own authenticator apps by a code of any of them. An environment token resets every factor of the user,
     * without a code.
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
