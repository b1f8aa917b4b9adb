import type { Actor, Origin } from '../../domain/access/actor.ts';
import type { EnrollmentShows, PublicAuthenticator } from '../../domain/authenticator/strategy.ts';
import type { User } from '../../domain/directory/user.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { requireUser } from '../access/permissions.ts';
import type { Authenticators, StrategyRegistry } from '../authenticator/authenticators.ts';
import type { Enrolled } from '../authenticator/factors.ts';
import type { PendingEnrollments, Shown } from '../authenticator/pending-enrollments.ts';
import { targetUserOf } from '../directory/target-user.ts';
import type { Users } from '../directory/users.ts';
import type { Challenges } from '../login/challenges.ts';
import type { SecondFactor } from '../login/gate.ts';
import { verifiable } from '../login/gate.ts';
import type { Confirming } from './confirming.ts';
import type { EnrollmentGate } from './enrollment-rules.ts';

const pendingSeconds = 600;

/** What a user may verify with, as the user's own settings page shows it. */
export interface OwnFactors {
  user: User;
  authenticators: PublicAuthenticator[];
  strategies: StrategyName[];
}

interface Needs {
  store: Pick<Store, 'enrollments'>;
  clock: Clock;
  registry: StrategyRegistry;
  users: Users;
  secondFactor: SecondFactor;
  authenticators: Authenticators;
  challenges: Challenges;
  pending: PendingEnrollments;
  gate: EnrollmentGate;
  confirming: Confirming;
}

export type SelfService = ReturnType<typeof createSelfService>;

/** Adding factors outside of a login, for strategies that show a secret: by the user, or by an environment token for a user it names. */
export function createSelfService(needs: Needs) {
  const { store, clock, registry, users, secondFactor, authenticators, challenges, pending, gate, confirming } = needs;

  return {
    /**
     * What the person needs to set the factor up; the same at every call for ten minutes.
     * Errors: `USER_NOT_FOUND`, `STEP_UP_REQUIRED`, `STRATEGY_INACTIVE`, `FACTOR_LIMIT_REACHED`.
     */
    async begin<Name extends keyof EnrollmentShows>(
      asking: Actor,
      { userId, strategy, origin }: { userId: string | null; strategy: Name; origin: Origin },
    ): Promise<Shown<Name>> {
      const { actor, user, owner } = await gate.inSession(asking, userId, [strategy], origin);
      const expiresAt = new Date(clock.now().getTime() + pendingSeconds * 1000);
      const asker = { actor, tenantId: actor.tenantId, origin };
      return pending.begin(strategy, { owner, user, expiresAt }, asker, await challenges.strategySettings(strategy));
    },

    /** Confirms the pending factor. Errors: as `begin`, and `INVALID_CODE` where nothing is pending as well, `ATTEMPTS_EXHAUSTED`. */
    async complete(
      asking: Actor,
      { userId, strategy, code, ...naming }: { userId: string | null; strategy: StrategyName; code: string; name: string | null; origin: Origin },
    ): Promise<Enrolled> {
      const open = await gate.inSession(asking, userId, [strategy], naming.origin);
      const answer = registry[strategy].readAnswer(code);
      return confirming.inSession(open, strategy, naming, async () => {
        const verdict = await pending.check(strategy, open.owner, answer);
        return verdict.ok ? { ...verdict, spend: () => store.enrollments.consume(verdict.id) } : 'WRONG';
      });
    },

    /** The own factors. For users alone: operators see them over GraphQL. */
    async factors(asking: Actor): Promise<OwnFactors> {
      const { user, tenantId } = await targetUserOf(users, requireUser(asking), null);
      const { enrolled, offered } = await secondFactor.situationOf(user.id, tenantId, 'PASSWORD');
      return { user, authenticators: enrolled.map(authenticators.describe), strategies: verifiable(enrolled, offered) };
    },
  };
}
