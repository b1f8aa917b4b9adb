import type { Caller } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { Started, StrategyRegistry, StrategyUser } from '../../domain/authenticator/strategy.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { factorKind } from '../../domain/strategy-name.ts';
import type { Audit } from '../audit/recorder.ts';
import type { Authenticators } from '../authenticator/authenticators.ts';
import type { OneTimeCodes } from '../authenticator/one-time-codes.ts';
import type { PendingEnrollments } from '../authenticator/pending-enrollments.ts';
import type { EnvironmentService } from '../environment/environment.ts';
import type { CodeSending } from '../messaging/send-code.ts';

/** Why an answer is refused. */
export type Refused = 'WRONG' | 'EXPIRED';

/** The user of a ceremony, and the owner that it counts for, as `codeOwner` spells it. */
export interface CeremonySubject {
  user: StrategyUser;
  tenantId: string;
  owner: string;
}

/**
 * A started ceremony. `show` goes to the person, and `token` comes back with the answer. The token is null if the owner alone is
 * enough to find the ceremony again.
 */
export interface StartedCeremony {
  strategy: StrategyName;
  token: string | null;
  show: object;
  expiresAt: Date;
}

/** What an answer is checked against, and the guarded statement that spends it. */
export interface OpenCeremony {
  kept: Uint8Array;
  spend: () => Promise<boolean>;
}

/** What an enrollment is started with. */
export interface EnrollmentStart {
  enrolled: readonly Authenticator[];
  phoneNumber: string | null;
  /** Whether the user may use another strategy of the same kind as well. */
  anyAttachment: boolean;
  /** When an enrollment that can be shown again ends. Null leaves that to the strategy. */
  endsAt: Date | null;
}

interface Needs {
  store: Pick<Store, 'transact'>;
  clock: Clock;
  registry: StrategyRegistry;
  environment: Pick<EnvironmentService, 'strategySettings'>;
  authenticators: Authenticators;
  oneTimeCodes: OneTimeCodes;
  pendingEnrollments: PendingEnrollments;
  codeSending: CodeSending;
  audit: Audit;
}

/** The service that `createCeremonies` creates. */
export type Ceremonies = ReturnType<typeof createCeremonies>;

/**
 * Creates the service that starts the ceremonies of strategies: enrollments and proofs of a factor. It keeps what each strategy
 * started, sends what it delivers, and finds it again for the answer. What can be shown twice is kept for its owner. Everything
 * else is kept under a token of its own, and only the newest of an owner counts.
 */
export function createCeremonies({
  store,
  clock,
  registry,
  environment,
  authenticators,
  oneTimeCodes,
  pendingEnrollments,
  codeSending,
  audit,
}: Needs) {
  /** Keeps what was started under a new token and queues its message. Both are committed together with the event. */
  const issue = async (
    caller: Caller,
    { user, tenantId, owner }: CeremonySubject,
    strategy: StrategyName,
    { keep, show, deliver, lifetimeSeconds }: Started,
    { enrolled, isEnrollment }: { enrolled: boolean; isEnrollment: boolean },
  ): Promise<StartedCeremony> => {
    const { channel } = registry[strategy];
    if ((deliver === undefined) !== (channel === null)) fail('INTERNAL', `${strategy} has a message without a channel, or the reverse`);
    const recipient = { userId: user.id, tenantId, strategy, enrolled };
    if (channel !== null && deliver !== undefined) await codeSending.charge(channel, recipient, deliver, caller.origin);
    const issued = await store.transact({ user: user.id }, async () => {
      const code = await oneTimeCodes.issue(
        { owner, userId: user.id, strategy, enrollmentTenantId: isEnrollment ? tenantId : null },
        keep,
        lifetimeSeconds,
      );
      if (deliver !== undefined) await codeSending.queue(recipient, deliver, caller.origin);
      const kind = deliver !== undefined ? 'CODE_SENT' : isEnrollment ? 'ENROLLMENT_BEGUN' : null;
      if (kind !== null) await audit(kind, caller, { userId: user.id, tenantId, strategy });
      return code;
    });
    if (deliver !== undefined) codeSending.wake();
    return { strategy, token: issued.token, show, expiresAt: issued.expiresAt };
  };

  /** Refuses a strategy whose messages the deployment cannot send. Errors: `EMAIL_UNAVAILABLE`, `SMS_UNAVAILABLE`. */
  const requireChannel = (strategy: StrategyName): void => {
    const { channel } = registry[strategy];
    if (channel !== null) codeSending.requireAvailable(channel);
  };

  return {
    /**
     * Starts an enrollment, or shows the pending one again. Errors: `EMAIL_UNAVAILABLE`, `SMS_UNAVAILABLE`, `RATE_LIMITED`, and
     * those of the strategy.
     */
    async startEnrollment(
      caller: Caller,
      subject: CeremonySubject,
      strategy: StrategyName,
      { enrolled, phoneNumber, anyAttachment, endsAt }: EnrollmentStart,
    ): Promise<StartedCeremony> {
      const { user, tenantId, owner } = subject;
      const enrollment = registry[strategy].enrollment ?? fail('STRATEGY_INACTIVE');
      requireChannel(strategy);
      const settings = await environment.strategySettings(strategy);
      const show = enrollment.show?.bind(enrollment);
      if (show !== undefined) {
        const existing = await pendingEnrollments.find(owner, strategy);
        if (existing !== null) return { strategy, token: null, show: await show(existing.kept, user, settings), expiresAt: existing.expiresAt };
      }
      const sameKind = enrolled.filter((authenticator) => factorKind(authenticator.strategy) === factorKind(strategy));
      const started = await enrollment.begin({ user, settings, enrolled: sameKind.map(authenticators.open), phoneNumber, anyAttachment });
      if (show === undefined) return issue(caller, subject, strategy, started, { enrolled: false, isEnrollment: true });
      const expiresAt = endsAt ?? new Date(clock.now().getTime() + started.lifetimeSeconds * 1000);
      const inForce = await store.transact({ user: user.id }, async () => {
        const kept = await pendingEnrollments.keep({ owner, userId: user.id, strategy, tenantId, keep: started.keep, expiresAt });
        if (kept.isNew) await audit('ENROLLMENT_BEGUN', caller, { userId: user.id, tenantId, strategy });
        return kept;
      });
      // If two calls start at the same time, both show the secret of the one that was kept.
      return { strategy, token: null, show: inForce.isNew ? started.show : await show(inForce.kept, user, settings), expiresAt: inForce.expiresAt };
    },

    /**
     * Starts to prove this authenticator, or with null a strategy that needs none. With `requiresUser` an authenticator that can verify its
     * user has to. Errors as for `startEnrollment`.
     */
    async startProof(
      caller: Caller,
      subject: CeremonySubject,
      strategy: StrategyName,
      authenticator: Authenticator | null,
      requiresUser = false,
    ): Promise<StartedCeremony> {
      const ceremony = registry[strategy].ceremony ?? fail('STRATEGY_INACTIVE');
      requireChannel(strategy);
      const credential = authenticator === null ? null : authenticators.open(authenticator);
      const settings = await environment.strategySettings(strategy);
      const started = await ceremony.begin({ user: subject.user, settings, credential, requiresUser });
      return issue(caller, subject, strategy, started, { enrolled: authenticator !== null, isEnrollment: false });
    },

    /**
     * Returns what an answer is checked against. If the strategy accepts only one answer, this spends it at once, so that no
     * further answer can use it, not even in parallel. A null token looks for what the owner was shown.
     */
    async open(owner: string, strategy: StrategyName, token: string | null): Promise<OpenCeremony | Refused> {
      if (token === null) {
        const found = await pendingEnrollments.find(owner, strategy);
        return found === null ? 'WRONG' : { kept: found.kept, spend: () => pendingEnrollments.spend(found.id) };
      }
      // A ceremony that any strategy of a kind may complete is kept under the first of them.
      const kind = Object.values(registry).filter(({ name }) => factorKind(name) === factorKind(strategy));
      for (const { name, answerOnce } of kind) {
        const found = await oneTimeCodes.find(token, owner, name);
        if (found === 'WRONG') continue;
        if (found === 'EXPIRED') return found;
        if (!answerOnce) return { kept: found.kept, spend: () => oneTimeCodes.spend(found.id) };
        return (await oneTimeCodes.spend(found.id)) ? { kept: found.kept, spend: async () => true } : 'WRONG';
      }
      return 'WRONG';
    },
  };
}
