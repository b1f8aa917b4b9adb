import type { Caller } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { PublicAuthenticator, StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import { traitsOf } from '../../domain/authenticator/strategy.ts';
import { rememberSecondsUnder } from '../../domain/device/remembered-device.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import { tenantToEnter } from '../../domain/directory/user.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import type { MfaFacts } from '../../domain/login/decision.ts';
import { completingStrategies, decideMfa, graceOf, needsSecondFactor, verifiableStrategies } from '../../domain/login/decision.ts';
import type { MfaExemption } from '../../domain/policy/exemption.ts';
import type { MfaGrace } from '../../domain/policy/grace.ts';
import type { EffectiveMfaPolicy } from '../../domain/policy/resolve.ts';
import { offeredStrategies } from '../../domain/policy/resolve.ts';
import type { Clock } from '../../domain/ports.ts';
import type { FirstFactor } from '../../domain/session/first-factor.ts';
import type { Session } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { together } from '../../domain/together.ts';
import type { Authenticators } from '../authenticator/authenticators.ts';
import type { DeviceRecognition } from '../device/recognition.ts';
import type { Joining } from '../invitation/joining.ts';
import type { Policies } from '../policy/policies.ts';
import type { StrategySettingsService } from '../policy/strategies.ts';
import type { Sessions, SignedSession } from '../session/sessions.ts';
import type { ChallengeIssuing } from './issue-challenge.ts';
import type { SessionOpening } from './opening.ts';
import { requireOpened, soonExpired } from './opening.ts';

/** A login that needs a second factor: the mfaToken, shown once, and what the person can do with it. */
export interface IssuedChallenge {
  mfaToken: string;
  expiresAt: Date;
  user: User;
  /** Whether the user has an authenticator. */
  enrolled: boolean;
  /** Authenticators to verify with. Empty if the user has none. */
  authenticators: PublicAuthenticator[];
  /** Strategies to verify with, or if the user has no authenticator, to enroll or verify with. Never empty. */
  strategies: StrategyName[];
  rememberDeviceAllowed: boolean;
  /** The time to enroll that the user had and that has ended. Null if there was none. */
  grace: MfaGrace | null;
}

/**
 * What a first factor or a refresh leads to: a session, or a challenge for the second factor. `grace` is the time in which an authenticator is
 * to be enrolled, if the session was opened because it still runs.
 */
export type LoginResult = { kind: 'SESSION'; session: SignedSession; grace: MfaGrace | null } | { kind: 'CHALLENGE'; challenge: IssuedChallenge };

/** Everything about a user that decides how a second factor is handled, as of now. */
export interface MfaState {
  policy: EffectiveMfaPolicy;
  enrolled: Authenticator[];
  /** Exemptions that last. */
  exemptions: MfaExemption[];
  /** Strategies in force in the tenant that the login enters. */
  active: StrategyName[];
  /** Those of them that may follow the first factor. */
  offered: StrategyName[];
  /** How many seconds a device is remembered. 0 if it may not be. */
  rememberSeconds: number;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'mfaExemptions' | 'users' | 'transact'>;
  clock: Clock;
  policies: Policies;
  strategySettings: StrategySettingsService;
  authenticators: Authenticators;
  sessions: Sessions;
  openSession: SessionOpening;
  deviceRecognition: DeviceRecognition;
  challengeIssuing: ChallengeIssuing;
  joining: Pick<Joining, 'linkIdOf' | 'wake'>;
  registry: StrategyRegistry;
}

/** A first factor that was proven, and the tenant to enter. */
export interface CompletedFirstFactor {
  user: User;
  /** Null enters the tenant used last. */
  tenantId: string | null;
  firstFactor: FirstFactor;
  amr: string[];
  /** Token of a remembered device, if the browser sent one. */
  deviceToken: string | null;
  /**
   * Whether whoever wants the login asks for a second factor that no policy asks for. Who still has time to enroll is not asked, because
   * the first enrollment needs a proof of the mailbox then, which a login has no place for.
   */
  demandsFactor?: boolean;
  /** Token of a link by which the user joins a tenant when the login is complete. Absent or null if the person brought none. */
  invitationToken?: string | null;
}

/** The service that `createLoginGate` creates. */
export type LoginGate = ReturnType<typeof createLoginGate>;

/** Creates the gate that every first factor passes. It opens a session or issues a challenge for the second factor. */
export function createLoginGate(needs: Needs) {
  const { store, clock, policies, strategySettings, authenticators, sessions, openSession, deviceRecognition, challengeIssuing, joining, registry } =
    needs;

  const traits = traitsOf(registry);

  /** Returns the strategies that are in force in the tenant and may follow the first factor. It may run in an open transaction. */
  const offeredIn = async (tenantId: string, firstFactor: FirstFactor, { verified }: Pick<User, 'verified'>): Promise<StrategyName[]> =>
    offeredStrategies(await strategySettings.activeIn(tenantId), firstFactor, verified);

  const membershipsOf = async (userId: string): Promise<Membership[]> => store.users.openMemberships(userId, clock.now());

  /**
   * Returns everything that decides how a second factor of the user is handled. A caller that has just read the memberships gives them, so
   * that they are not read again. It may run in an open transaction.
   */
  const mfaStateOf = async (
    user: Pick<User, 'id' | 'verified' | 'exemptUntil'>,
    tenantId: string,
    firstFactor: FirstFactor,
    memberships = membershipsOf(user.id),
  ): Promise<MfaState> => {
    const now = clock.now();
    const isExempt = user.exemptUntil !== null && user.exemptUntil > now;
    const [policy, enrolled, active, exemptions] = await together(
      memberships.then((held) => policies.effectiveFor(held.map((membership) => membership.tenantId))),
      store.authenticators.ofUsers([user.id]),
      strategySettings.activeIn(tenantId),
      isExempt ? store.mfaExemptions.lasting([user.id], now) : Promise.resolve([]),
    );
    const offered = offeredStrategies(active, firstFactor, user.verified);
    return { policy, enrolled, exemptions, active, offered, rememberSeconds: rememberSecondsUnder(policy) };
  };

  /**
   * Returns what decides about the second factor of a login, but for a remembered device. Whoever calls it has found that the tenant can be
   * entered and that the first factor counts. The codes that were wrong are counted when the next one comes, and not read here.
   */
  const factsOf = (user: User, tenantId: string, firstFactor: FirstFactor, { policy, enrolled, exemptions, active }: MfaState): MfaFacts => ({
    ...{ at: clock.now(), tenantId, exemptions, firstLoginAt: user.firstLoginAt, heldFactorAt: user.heldFactorAt },
    ...{ firstFactor, policy, active, traits, authenticators: enrolled },
    ...{ locked: user.locked, verified: user.verified, mfaBypass: user.mfaBypass },
    ...{ entersTenant: true, unverifiedMayLogIn: true, device: null, shut: [] },
  });

  /** Refuses a user who may enter no tenant. Errors: `ACCOUNT_LOCKED`, or without any membership `INVALID_CREDENTIALS`. */
  const refuseEntry = async ({ id }: User): Promise<never> =>
    (await store.users.memberships([id])).length > 0 ? fail('ACCOUNT_LOCKED') : fail('INVALID_CREDENTIALS', 'the user is in no tenant');

  return {
    mfaStateOf,
    offeredIn,

    /** Returns how many seconds a device of the user may be remembered. 0 if it may not be. It may run in an open transaction. */
    async rememberSecondsOf(userId: string): Promise<number> {
      const memberships = await membershipsOf(userId);
      return rememberSecondsUnder(await policies.effectiveFor(memberships.map(({ tenantId }) => tenantId)));
    },

    /** Returns the strategies that the user can verify with after the first factor. */
    verifiable: ({ enrolled, offered }: Pick<MfaState, 'enrolled' | 'offered'>, firstFactor: FirstFactor): StrategyName[] =>
      verifiableStrategies({ authenticators: enrolled, traits, firstFactor }, offered),

    /**
     * Returns the time to enroll that runs for a user who logs in to the tenant. Null if the user could log in without it, or not even with
     * it. It may run in an open transaction.
     */
    async runningGrace(user: User, tenantId: string, firstFactor: FirstFactor): Promise<MfaGrace | null> {
      const facts = factsOf(user, tenantId, firstFactor, await mfaStateOf(user, tenantId, firstFactor));
      return decideMfa(facts).outcome === 'IN_GRACE' ? graceOf(facts) : null;
    },

    /**
     * Whether a session may go on in the tenant as it is: the second factor that a login would need was proven in it, or the browser is
     * remembered. It may run in an open transaction.
     */
    async admits(user: User, { secondFactorAt, firstFactor }: Session, tenantId: string, deviceToken: string | null): Promise<boolean> {
      if (secondFactorAt !== null) return true;
      const state = await mfaStateOf(user, tenantId, firstFactor);
      const facts = factsOf(user, tenantId, firstFactor, state);
      if (!needsSecondFactor(decideMfa(facts))) return true;
      const device = await deviceRecognition.recognize(user.id, deviceToken, state.rememberSeconds);
      return device !== null && !needsSecondFactor(decideMfa({ ...facts, device }));
    },

    /** Whether a login into the tenant needs a second factor. It may run in an open transaction. */
    async isRequired(user: User, tenantId: string, firstFactor: FirstFactor): Promise<boolean> {
      return needsSecondFactor(decideMfa(factsOf(user, tenantId, firstFactor, await mfaStateOf(user, tenantId, firstFactor))));
    },

    /**
     * Opens a session, or issues a challenge for the second factor, after a first factor was proven. Errors:
     * `NO_STRATEGY_AVAILABLE` if a second factor is needed and none can be used, `INVALID_CREDENTIALS` for a user without any
     * tenant, `ACCOUNT_LOCKED` for a locked one and one who may enter none, `PASSWORD_EXPIRED`, and those of opening a session.
     */
    async completeFirstFactor(caller: Caller, login: CompletedFirstFactor): Promise<LoginResult> {
      const { user, firstFactor, amr } = login;
      const invitationLinkId = await joining.linkIdOf(login.invitationToken);
      const goneAs = login.tenantId === null ? 'INVALID_CREDENTIALS' : 'SESSION_EXPIRED';
      const memberships = await membershipsOf(user.id);
      const tenantId = login.tenantId ?? tenantToEnter(user, memberships) ?? (await refuseEntry(user));
      const state = await mfaStateOf(user, tenantId, firstFactor, Promise.resolve(memberships));
      const { enrolled, rememberSeconds } = state;
      const facts = factsOf(user, tenantId, firstFactor, state);
      const grace = graceOf(facts);
      const withoutDevice = decideMfa(facts);
      // A device is looked up, and counts as used, only where it makes a difference.
      const device = needsSecondFactor(withoutDevice) ? await deviceRecognition.recognize(user.id, login.deviceToken, rememberSeconds) : null;
      const decision = device === null ? withoutDevice : decideMfa({ ...facts, device });
      const satisfiable = completingStrategies(facts).some((strategy) => registry[strategy].satisfiesMfa);
      const proven = decision.outcome === 'SATISFIED' ? { amr: [...amr, 'mfa'], at: clock.now() } : null;
      const demanded = login.demandsFactor === true && decision.outcome !== 'IN_GRACE' && proven === null && satisfiable;
      if (!needsSecondFactor(decision) && !demanded) {
        const methods = proven?.amr ?? (decision.outcome === 'REMEMBERED' ? [...amr, 'rba'] : amr);
        const opening = await store.transact({ user: user.id }, () =>
          openSession(caller, { userId: user.id, tenantId, firstFactor, amr: methods, secondFactorAt: proven?.at ?? null, goneAs, invitationLinkId }),
        );
        if (invitationLinkId !== null) joining.wake();
        const { opened, age } = requireOpened(opening, tenantId);
        const session = { ...(await sessions.sign(opened, proven)), passwordAge: soonExpired(age) };
        return { kind: 'SESSION', session, grace: decision.outcome === 'IN_GRACE' ? grace : null };
      }
      const verifies = enrolled.length > 0;
      // Who has a factor that cannot be served now gets a challenge all the same, because front ends offer recovery on its page.
      if (decision.outcome === 'LOCKED_OUT' && (decision.decisive === 'ACCOUNT_LOCKED' || !verifies)) {
        throw new DomainError(decision.decisive === 'ACCOUNT_LOCKED' ? 'ACCOUNT_LOCKED' : 'NO_STRATEGY_AVAILABLE').about({
          userId: user.id,
          tenantId,
        });
      }
      const issued = await store.transact({ user: user.id }, () =>
        challengeIssuing.issue(
          caller,
          { userId: user.id, tenantId, purpose: 'LOGIN', firstFactor, sessionId: null, invitationLinkId },
          verifies ? 'VERIFY' : 'ENROLL',
        ),
      );
      return {
        kind: 'CHALLENGE',
        challenge: {
          ...issued,
          user,
          enrolled: verifies,
          authenticators: enrolled.map(authenticators.describe),
          strategies: completingStrategies(facts),
          rememberDeviceAllowed: rememberSeconds > 0,
          grace,
        },
      };
    },
  };
}
