import type { Actor, Origin } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { PublicAuthenticator } from '../../domain/authenticator/strategy.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail, InvalidCode, InvalidInput } from '../../domain/errors.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Audit } from '../audit/recorder.ts';
import type { Authenticators, StrategyRegistry } from '../authenticator/authenticators.ts';
import type { Factors } from '../authenticator/factors.ts';
import { ProofSpent } from '../authenticator/proof-spent.ts';
import type { TargetUser } from '../directory/target-user.ts';
import { targetUserOf } from '../directory/target-user.ts';
import type { Users } from '../directory/users.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { SecondFactor } from '../login/gate.ts';
import type { Notifications } from '../messaging/security-notices.ts';
import type { MfaReset } from '../recovery/admin-reset.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import { matching } from './matching.ts';

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
  recentFactor: RecentFactor;
  mfaReset: MfaReset;
  notifications: Notifications;
  audit: Audit;
}

/** From whom to remove, and the code of an app that a user proves the wish by. */
export interface Removal {
  userId: string | null;
  code: string | null;
  origin: Origin;
}

/** Which factors to remove; refuses when there is none such. */
export type Choose = (enrolled: readonly Authenticator[]) => Authenticator[];

/** A proof of the wish, of a factor of that kind, and the guarded statement that spends it. */
export interface RemovalProof {
  strategy: StrategyName;
  spend: (now: Date) => Promise<boolean>;
  /** What it means for the audit trail when it is spent already; absent: a wrong code. */
  whenSpent?: string;
}

const app = 'AUTHENTICATOR_APP';

/** The factor of that id, of one of the kinds if any is named. Errors: `DEVICE_NOT_FOUND`. */
export const theFactor =
  (deviceId: string, kinds: readonly StrategyName[] = []): Choose =>
  (enrolled) => {
    const chosen = enrolled.filter(({ id, strategy }) => id === deviceId && (kinds.length === 0 || kinds.includes(strategy)));
    return chosen.length === 0 ? fail('DEVICE_NOT_FOUND') : chosen;
  };

const everyApp: Choose = (enrolled) => {
  const chosen = enrolled.filter((factor) => factor.strategy === app);
  return chosen.length === 0 ? fail('NOT_ENROLLED') : chosen;
};

export type FactorRemoval = ReturnType<typeof createFactorRemoval>;

/** Taking factors away: a user by a proof and never the last one where MFA is enforced, an environment token at will. */
export function createFactorRemoval(needs: Needs) {
  const { store, clock, keyring, registry, users, secondFactor, authenticators, factors, attempts } = needs;
  const { recentFactor, mfaReset, notifications, audit } = needs;

  /** Chooses among the factors as of now; inside a transaction nobody changes them before it ends. */
  const chosenOf = async ({ user, actor, tenantId }: TargetUser, choose: Choose) => {
    const { enrolled, policy } = await secondFactor.situationOf(user.id, tenantId, 'PASSWORD');
    const chosen = choose(enrolled);
    const isLast = chosen.length === enrolled.length;
    if (actor.kind === 'USER' && isLast && policy.enforceMfaType !== 'DONT_FORCE') fail('LAST_FACTOR_ENFORCED');
    return { enrolled, chosen };
  };

  /** Charge, check: a code of any app of the user, as the one to remove may be lost. */
  const proveByApp = async ({ actor, user }: TargetUser, enrolled: readonly Authenticator[], code: string, origin: Origin): Promise<RemovalProof> => {
    const strategy = registry[app];
    const answer = strategy.readAnswer(code);
    const about = { actor, userId: user.id, tenantId: actor.tenantId };
    const attemptsRemaining = await audit.refusals('MFA_FAILED', origin, { ...about, strategy: app }, () =>
      attempts.takeCodeAttempt(user.id, app, null),
    );
    const apps = enrolled.filter((factor) => factor.strategy === app);
    const match = await matching(keyring, strategy, apps, answer, clock.now());
    if (match === null || !('step' in match.advance)) {
      await audit('MFA_FAILED', origin, { ...about, strategy: app, reason: 'INVALID_CODE' });
      throw new InvalidCode(attemptsRemaining);
    }
    const { id } = match.factor;
    const { step } = match.advance;
    return { strategy: app, spend: (now) => store.authenticators.advanceStep(id, step, now) };
  };

  /**
   * Removes what is chosen; a proof is spent in the same transaction. By an environment token the budgets of the factors are
   * cleared as well: one shut by too many wrong codes opens by being bound anew. Errors: as `Choose`, and
   * `LAST_FACTOR_ENFORCED`, `INVALID_CODE` when the proof was spent before.
   */
  const remove = async (subject: TargetUser, choose: Choose, proof: RemovalProof | null, origin: Origin): Promise<User> => {
    const { actor, user } = subject;
    try {
      await store.transact(async () => {
        if (proof !== null && !(await proof.spend(clock.now()))) throw new ProofSpent(proof.whenSpent);
        const { chosen } = await chosenOf(subject, choose);
        await factors.remove(user.id, chosen, { actor, tenantId: actor.tenantId, origin });
        if (proof !== null) await attempts.reset(user.id, proof.strategy);
        if (actor.kind === 'ENVIRONMENT') for (const { strategy } of chosen) await attempts.reset(user.id, strategy);
      });
    } catch (error) {
      if (!(error instanceof ProofSpent)) throw error;
      const about = { actor, userId: user.id, tenantId: actor.tenantId, ...(proof === null ? {} : { strategy: proof.strategy }) };
      await audit('MFA_FAILED', origin, { ...about, reason: error.message || 'INVALID_CODE' });
      throw new InvalidCode();
    }
    notifications.wake();
    return user;
  };

  /** Runs a removal; whatever refuses it leaves an event. */
  const recorded = <T>({ actor, user }: TargetUser, origin: Origin, run: () => Promise<T>): Promise<T> =>
    audit.refusals('MFA_FAILED', origin, { actor, userId: user.id, tenantId: actor.tenantId }, run);

  const removeByCode = (subject: TargetUser, choose: Choose, code: string | null, origin: Origin): Promise<User> =>
    recorded(subject, origin, async () => {
      if (subject.actor.kind === 'ENVIRONMENT') return remove(subject, choose, null, origin);
      if (code === null) throw new InvalidInput([{ path: ['code'], message: 'must be given' }]);
      const { enrolled } = await chosenOf(subject, choose);
      return remove(subject, choose, await proveByApp(subject, enrolled, code, origin), origin);
    });

  return {
    chosenOf,
    remove,
    recorded,

    /**
     * A user removes the own authenticator apps by a code of any of them; an environment token resets every factor, without one.
     * Errors: `USER_NOT_FOUND`, `NOT_ENROLLED`, `LAST_FACTOR_ENFORCED`, `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`.
     */
    async removeAll(asking: Actor, { userId, code, origin }: Removal): Promise<User> {
      const subject = await targetUserOf(users, asking, userId);
      if (subject.actor.kind === 'USER') return removeByCode(subject, everyApp, code, origin);
      return recorded(subject, origin, () => mfaReset.reset({ actor: subject.actor, origin }, { userId: subject.user.id, mustBeEnrolled: true }));
    },

    /**
     * Removes one authenticator app, for a user by a code of any of the own apps.
     * Errors: as `removeAll`, and `DEVICE_NOT_FOUND` for another's as for none.
     */
    async removeApp(asking: Actor, { deviceId, userId, code, origin }: Removal & { deviceId: string }): Promise<User> {
      return removeByCode(await targetUserOf(users, asking, userId), theFactor(deviceId, [app]), code, origin);
    },

    /**
     * Removes a factor of any kind: for a user by a code of an app, or without one by a second factor proven shortly before.
     * Errors: as `removeApp`, and `STEP_UP_REQUIRED`.
     */
    async removeFactor(asking: Actor, { deviceId, userId, code, origin }: Removal & { deviceId: string }): Promise<User> {
      const subject = await targetUserOf(users, asking, userId);
      if (code !== null) return removeByCode(subject, theFactor(deviceId), code, origin);
      await recentFactor.requireRecentFactor({ actor: subject.actor, origin });
      return recorded(subject, origin, () => remove(subject, theFactor(deviceId), null, origin));
    },

    /** Gives a factor of any kind another name. Errors: `USER_NOT_FOUND`, `DEVICE_NOT_FOUND`. */
    async rename(
      asking: Actor,
      { userId, deviceId, name, origin }: { userId: string | null; deviceId: string; name: string; origin: Origin },
    ): Promise<PublicAuthenticator> {
      const subject = await targetUserOf(users, asking, userId);
      const { actor, user } = subject;
      return recorded(subject, origin, () =>
        store.transact(async () => {
          if (!(await store.authenticators.rename(deviceId, user.id, name))) fail('DEVICE_NOT_FOUND');
          const renamed = (await store.authenticators.ofUsers([user.id])).find((factor) => factor.id === deviceId) ?? fail('DEVICE_NOT_FOUND');
          const { strategy } = renamed;
          await audit('FACTOR_RENAMED', origin, { actor, userId: user.id, tenantId: actor.tenantId, strategy, reason: deviceId });
          return authenticators.describe(renamed);
        }),
      );
    },
  };
}
