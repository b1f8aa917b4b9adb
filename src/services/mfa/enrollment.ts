import type { Caller } from '../../domain/access/actor.ts';
import type { Confirmed, StartedEnrollments, StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import { fail, withEventFields } from '../../domain/errors.ts';
import type { LoginChallenge } from '../../domain/login/challenge.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Authenticators, Enrolled, NewAuthenticator } from '../authenticator/authenticators.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { CompletedLogin, LoginCompletion } from '../login/completion.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { MailboxProof } from '../session/mailbox-proof.ts';
import type { Sessions } from '../session/sessions.ts';
import type { AnswerCheck, CheckedAnswer } from './answer-check.ts';
import { highWaterMarkOf } from './answer-check.ts';
import type { Ceremonies } from './ceremony.ts';
import type { EnrollmentRules, EnrollmentTarget } from './enrollment-rules.ts';
import { enrollmentErrors } from './errors.ts';

/** A strategy that can be enrolled. */
export type EnrollableStrategy = keyof StartedEnrollments;

/** What to enroll, and for whom. */
export interface BeginEnrollment<Name extends EnrollableStrategy = EnrollableStrategy> {
  target: EnrollmentTarget;
  /** The strategy, or several of one kind among which the person chooses. */
  strategies: readonly Name[];
  /** As the person typed it. Only for SMS. */
  phoneNumber?: string;
}

/** The answer that confirms an enrollment. */
export interface CompleteEnrollment {
  target: EnrollmentTarget;
  strategy: EnrollableStrategy;
  /** From the start of the enrollment. Null if it returned none. */
  token: string | null;
  answer: unknown;
  /** The name that the person chose. Null for the default name. */
  name: string | null;
  /** Has an effect only at a login. */
  rememberDevice: boolean;
}

/** What starting an enrollment returns. */
export type StartedEnrollment<Name extends EnrollableStrategy> = StartedEnrollments[Name] & { strategy: Name; expiresAt: Date };

/** A completed enrollment. `login` is null outside of a login. */
export interface CompletedEnrollment extends Enrolled {
  login: CompletedLogin | null;
}

interface Needs {
  store: Pick<Store, 'adoption' | 'authenticators' | 'transact'>;
  clock: Clock;
  registry: StrategyRegistry;
  enrollmentRules: EnrollmentRules;
  ceremonies: Ceremonies;
  answerCheck: AnswerCheck;
  authenticators: Authenticators;
  attempts: Attempts;
  completeLogin: LoginCompletion;
  sessions: Sessions;
  mailboxProof: MailboxProof;
  notices: SecurityNotices;
  audit: Audit;
}

/** The service that `createEnrollment` creates. */
export type Enrollment = ReturnType<typeof createEnrollment>;

/** Creates the service that enrolls authenticators of every strategy: the first one during a login, and any one in a session. */
export function createEnrollment(needs: Needs) {
  const {
    store,
    clock,
    registry,
    enrollmentRules,
    ceremonies,
    answerCheck,
    authenticators,
    attempts,
    completeLogin,
    sessions,
    mailboxProof,
    notices,
    audit,
  } = needs;

  const newAuthenticator = (command: CompleteEnrollment, userId: string, confirmed: Confirmed): NewAuthenticator => ({
    userId,
    strategy: command.strategy,
    name: command.name,
    credential: confirmed.credential,
    highWaterMark: highWaterMarkOf(confirmed.advance),
    ...(confirmed.identity === undefined ? {} : { identity: confirmed.identity }),
  });

  const countConfirmed = (tenantId: string): Promise<void> => store.adoption.countEvent({ tenantId, began: clock.now(), as: 'enrollmentsConfirmed' });

  /** Enrolls the authenticator in a session. The session and its proof are checked again and the answer is spent in the same transaction. */
  const inSession = (
    caller: Caller,
    command: CompleteEnrollment,
    { userId, tenantId: countedIn }: { userId: string; tenantId: string },
    checked: CheckedAnswer<Confirmed>,
  ): Promise<Enrolled> =>
    store.transact({ user: userId }, async () => {
      await sessions.requireLivingSession(caller.actor);
      await mailboxProof.requireMailboxProof(caller.actor);
      await checked.spend(clock.now());
      const enrolled = await store.authenticators.ofUsers([userId]);
      // A new authenticator proves nothing about the others, so its answer must not give back guesses at them.
      if (enrolled.length === 0) await attempts.reset(userId, command.strategy);
      await countConfirmed(countedIn);
      const tenantId = caller.actor.kind === 'NOBODY' ? null : caller.actor.tenantId;
      return authenticators.add(caller, tenantId, newAuthenticator(command, userId, checked.result));
    });

  // Defined before it is wrapped, because the compiler would otherwise lose that the result of `begin` depends on the strategy.
  const methods = {
    /**
     * Starts an enrollment and returns what the person needs to set the authenticator up. Nothing is enrolled yet. A strategy that
     * shows a secret shows the same one at every call for the same target. For every other strategy an earlier call becomes
     * invalid.
     */
    async begin<Name extends EnrollableStrategy>(
      caller: Caller,
      { target, strategies, phoneNumber = undefined }: BeginEnrollment<Name>,
    ): Promise<StartedEnrollment<Name>> {
      const allowed = await enrollmentRules.requireAllowed(caller, target, strategies);
      const { user, tenantId, challenge, enrolled, owner } = allowed;
      const [strategy = fail('STRATEGY_INACTIVE'), ...others] = allowed.strategies;
      const start = { enrolled, phoneNumber: phoneNumber ?? null, anyAttachment: others.length > 0, endsAt: challenge?.expiresAt ?? null };
      const started = await withEventFields({ userId: user.id, tenantId, strategy }, () =>
        ceremonies.startEnrollment(caller, { user, tenantId, owner }, strategy, start),
      );
      // The registry has no type for what each strategy shows; `StartedEnrollments` has.
      return started as object as StartedEnrollment<Name>;
    },

    /** Confirms an enrollment by its answer and enrolls the authenticator. Completes the login if one waited for it. */
    async complete(caller: Caller, command: CompleteEnrollment): Promise<CompletedEnrollment> {
      const { target, token, answer, rememberDevice } = command;
      const { user, tenantId, challenge, owner } = await enrollmentRules.requireAllowed(caller, target, [command.strategy]);
      const strategy = registry[command.strategy];
      const enrollment = strategy.enrollment ?? fail('STRATEGY_INACTIVE');
      return withEventFields({ userId: user.id, tenantId, strategy: strategy.name }, async () => {
        const subject = { userId: user.id, strategy, challenge };
        const atLogin = async (checked: CheckedAnswer<Confirmed>, open: LoginChallenge): Promise<CompletedEnrollment> => {
          const apply = async (now: Date): Promise<Enrolled> => {
            const [, enrolled] = await together(checked.spend(now), store.authenticators.ofUsers([user.id]));
            // A parallel login of the same user may have enrolled an authenticator in the meantime.
            if (enrolled.length > 0) fail('ALREADY_ENROLLED');
            await countConfirmed(tenantId);
            return authenticators.add(caller, tenantId, newAuthenticator(command, user.id, checked.result));
          };
          const { amr } = checked.result;
          const { applied, ...login } = await completeLogin(caller, { challenge: open, strategy, amr, rememberDevice, apply });
          return { ...applied, login };
        };
        const completed = await answerCheck.checkEnrollment<Confirmed, CompletedEnrollment>(
          subject,
          { owner, token, answer },
          (kept, read, now) => enrollment.complete(kept, read, now),
          async (checked) =>
            challenge === null
              ? { ...(await inSession(caller, command, { userId: user.id, tenantId }, checked)), login: null }
              : atLogin(checked, challenge),
        );
        notices.wake();
        return completed;
      });
    },
  };
  return useCases(audit, 'MFA_FAILED', enrollmentErrors, methods);
}
