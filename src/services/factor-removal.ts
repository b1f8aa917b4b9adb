import type { Actor, Origin } from '../domain/actor.ts';
import type { Authenticator } from '../domain/authenticator/authenticator.ts';
import { DomainError, fail, InvalidCode, InvalidInput } from '../domain/errors.ts';
import type { Clock, Keyring } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';
import type { PublicAuthenticator } from '../domain/strategy.ts';
import type { User } from '../domain/user/user.ts';
import type { Attempts } from './attempts.ts';
import type { Audit } from './audit.ts';
import type { Authenticators, StrategyRegistry } from './authenticators.ts';
import { strategyOf } from './authenticators.ts';
import type { Factors } from './factors.ts';
import { ProofSpent } from './login-completion.ts';
import { matching } from './matching.ts';
import type { Notifications } from './notifications.ts';
import type { SecondFactor } from './second-factor.ts';
import type { Subject } from './subject.ts';
import { subjectOf } from './subject.ts';
import type { Users } from './users.ts';

interface Needs {
  store: Pick<Store, 'authenticators' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  registry: StrategyRegistry;
  users: Users;
  secondFactor: SecondFactor;
  authenticators: Authenticators;
  factors: Factors;
  attempts: Attempts;
  notifications: Notifications;
  audit: Audit;
}

/** What to remove, from whom, and the code of an app that a user proves the wish by. */
export interface Removal {
  userId: string | null;
  code: string | null;
  origin: Origin;
}

type Choose = (enrolled: readonly Authenticator[]) => Authenticator[];

const app = 'AUTHENTICATOR_APP';

export type FactorRemoval = ReturnType<typeof createFactorRemoval>;

/** Taking factors away: a user by a code and never the last one where MFA is enforced, an environment token at will. */
export function createFactorRemoval(needs: Needs) {
  const { store, clock, keyring, registry, users, secondFactor, authenticators, factors, attempts, notifications, audit } = needs;

  /** Chooses among the factors as of now; inside a transaction nobody changes them before it ends. */
  const chosenOf = async ({ user, actor, tenantId }: Subject, choose: Choose) => {
    const { enrolled, policy } = await secondFactor.situationOf(user.id, tenantId, 'PASSWORD');
    const chosen = choose(enrolled);
    const isLast = chosen.length === enrolled.length;
    if (actor.kind === 'USER' && isLast && policy.enforceMfaType !== 'DONT_FORCE') fail('LAST_FACTOR_ENFORCED');
    return { enrolled, chosen };
  };

  const byEnvironment = async (subject: Subject, choose: Choose, origin: Origin): Promise<void> => {
    const { actor, user } = subject;
    await store.transact(async () => {
      const { chosen } = await chosenOf(subject, choose);
      await factors.remove(user.id, chosen, { actor, tenantId: actor.tenantId, origin });
      // A factor shut by too many wrong codes opens by being bound anew.
      for (const strategy of new Set(chosen.map((factor) => factor.strategy))) await attempts.reset(user.id, strategy);
    });
  };

  const byUser = async (subject: Subject, choose: Choose, code: string, origin: Origin): Promise<void> => {
    const { actor, user } = subject;
    const about = { actor, userId: user.id, tenantId: actor.tenantId };
    const strategy = strategyOf(registry, app);
    const { enrolled } = await chosenOf(subject, choose);
    const answer = strategy.readAnswer(code);
    const attemptsRemaining = await attempts.chargeFactor(about, app, origin);
    const refuse = async (): Promise<never> => {
      await audit('MFA_FAILED', origin, { ...about, strategy: app, reason: 'INVALID_CODE' });
      throw new InvalidCode(attemptsRemaining);
    };
    const apps = enrolled.filter((factor) => factor.strategy === app);
    const match = await matching(keyring, strategy, apps, answer, clock.now());
    if (match === null || !('step' in match.advance)) return refuse();
    const { id } = match.factor;
    const { step } = match.advance;
    try {
      await store.transact(async () => {
        if (!(await store.authenticators.advanceStep(id, step, clock.now()))) throw new ProofSpent();
        const { chosen } = await chosenOf(subject, choose);
        await factors.remove(user.id, chosen, { actor, tenantId: actor.tenantId, origin });
        await attempts.reset(user.id, app);
      });
    } catch (error) {
      if (error instanceof ProofSpent) return refuse();
      throw error;
    }
  };

  const remove = async (asking: Actor, { userId, code, origin }: Removal, choose: Choose): Promise<User> => {
    const subject = await subjectOf(users, asking, userId);
    const { actor, user } = subject;
    try {
      if (actor.kind === 'ENVIRONMENT') await byEnvironment(subject, choose, origin);
      else await byUser(subject, choose, code ?? refuseMissingCode(), origin);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'LAST_FACTOR_ENFORCED') {
        await audit('MFA_FAILED', origin, { actor, userId: user.id, tenantId: actor.tenantId, reason: error.code });
      }
      throw error;
    }
    notifications.wake();
    return user;
  };

  const some = <T>(chosen: T[], otherwise: 'NOT_ENROLLED' | 'DEVICE_NOT_FOUND'): T[] => (chosen.length === 0 ? fail(otherwise) : chosen);

  return {
    /**
     * A user removes the own authenticator apps by a code of any of them; an environment token resets every factor, without one.
     * Errors: `USER_NOT_FOUND`, `NOT_ENROLLED`, `LAST_FACTOR_ENFORCED`, `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`.
     */
    async removeAll(asking: Actor, removal: Removal): Promise<User> {
      const isReset = asking.kind === 'ENVIRONMENT';
      return remove(asking, removal, (enrolled) =>
        some(
          enrolled.filter((factor) => isReset || factor.strategy === app),
          'NOT_ENROLLED',
        ),
      );
    },

    /**
     * Removes one authenticator app, for a user by a code of any of the own apps: the one to remove may be lost.
     * Errors: as `removeAll`, and `DEVICE_NOT_FOUND` for another's as for none.
     */
    async removeApp(asking: Actor, { deviceId, ...removal }: Removal & { deviceId: string }): Promise<User> {
      return remove(asking, removal, (enrolled) =>
        some(
          enrolled.filter((factor) => factor.id === deviceId && factor.strategy === app),
          'DEVICE_NOT_FOUND',
        ),
      );
    },

    /** Gives a factor of any kind another name. Errors: `USER_NOT_FOUND`, `DEVICE_NOT_FOUND`. */
    async rename(
      asking: Actor,
      { userId, deviceId, name, origin }: { userId: string | null; deviceId: string; name: string; origin: Origin },
    ): Promise<PublicAuthenticator> {
      const { actor, user } = await subjectOf(users, asking, userId);
      return store.transact(async () => {
        if (!(await store.authenticators.rename(deviceId, user.id, name))) fail('DEVICE_NOT_FOUND');
        const renamed = (await store.authenticators.ofUsers([user.id])).find((factor) => factor.id === deviceId) ?? fail('DEVICE_NOT_FOUND');
        const { strategy } = renamed;
        await audit('FACTOR_RENAMED', origin, { actor, userId: user.id, tenantId: actor.tenantId, strategy, reason: deviceId });
        return authenticators.describe(renamed);
      });
    },
  };
}

function refuseMissingCode(): never {
  throw new InvalidInput([{ path: ['code'], message: 'must be given' }]);
}
