import type { ApiTokenActor, Caller, TokenHolder, UserActor } from '../../domain/access/actor.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import { traitsOf } from '../../domain/authenticator/strategy.ts';
import { rememberSecondsUnder } from '../../domain/device/remembered-device.ts';
import { namedTenant } from '../../domain/directory/tenant.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import { tenantToEnter } from '../../domain/directory/user.ts';
import { noteOf, sentenceOf } from '../../domain/insight/wording.ts';
import type { MfaOutcome } from '../../domain/login/decision.ts';
import { admitsUnverified } from '../../domain/login/decision.ts';
import type { ExplainedFacts, MfaStep } from '../../domain/login/steps.ts';
import { explainMfa } from '../../domain/login/steps.ts';
import { resolvePolicy } from '../../domain/policy/resolve.ts';
import { policiesAfter } from '../../domain/policy/schedule.ts';
import type { Clock } from '../../domain/ports.ts';
import type { FirstFactor } from '../../domain/session/first-factor.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import { may, readSecurityPolicy, readUsers, requirePermission } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';
import type { DeviceRecognition } from '../device/recognition.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { StrategySettingsService } from '../policy/strategies.ts';

/** The login to explain. It does not have to take place. */
export interface LoginToExplain {
  userId: string;
  /** The tenant that the login enters. Null for the one that the caller acts in, or else the one that the next login enters. */
  tenantId: string | null;
  /** When it takes place. Null is now. */
  at: Date | null;
  firstFactor: FirstFactor;
  /** Token of a remembered device. Null if none comes with the login. */
  deviceToken: string | null;
}

/** One rule that the login looks at, with what it found in words. */
export type ExplainedStep = Pick<MfaStep, 'rule' | 'applied' | 'decisive' | 'record'> & { note: string };

/** What a login leads to, and why. */
export interface MfaExplanation {
  outcome: MfaOutcome;
  sentence: string;
  /** In the order in which the login looks at them. Exactly one is decisive. */
  steps: ExplainedStep[];
}

/** A person whose login the caller may have explained. */
interface Subject {
  user: User;
  /** All memberships, oldest first, and those of them that can be entered at the moment. */
  memberships: Membership[];
  open: Membership[];
  tenantId: string;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'enforcementSchedules' | 'environment' | 'mfaExemptions' | 'policies' | 'tenants' | 'users'>;
  clock: Clock;
  registry: StrategyRegistry;
  strategySettings: Pick<StrategySettingsService, 'activeIn'>;
  attempts: Pick<Attempts, 'shutFactors'>;
  deviceRecognition: Pick<DeviceRecognition, 'find'>;
  audit: Audit;
}

/** Creates the service that explains what a login leads to. It asks the function that logins ask, and changes nothing. */
export function createExplanation({ store, clock, registry, strategySettings, attempts, deviceRecognition, audit }: Needs) {
  const traits = traitsOf(registry);

  /** Whether a user finds the person in the tenant in force, as lists of users show it. Who has not accepted yet has shown nothing of the account. */
  const isColleague = async ({ tenantId, userId: own }: UserActor | ApiTokenActor, userId: string): Promise<boolean> =>
    userId === own || (await store.users.visibleMembers(tenantId, [userId])).some(({ pending }) => !pending);

  /** Returns the person, or null for one whose login the reader may not have explained, or who is no member of the tenant. */
  const subjectOf = async (reader: TokenHolder, { userId, tenantId: named }: LoginToExplain, at: Date): Promise<Subject | null> => {
    const [[user], memberships, open, shown] = await together(
      store.users.findMany([userId]),
      store.users.memberships([userId]),
      store.users.openMemberships(userId, at),
      reader.kind === 'ENVIRONMENT' ? Promise.resolve(true) : isColleague(reader, userId),
    );
    if (user === undefined || !shown) return null;
    const inForce = reader.tenantId;
    if (inForce !== null && named !== null && namedTenant(named, [inForce]) === null) return null;
    const wanted = inForce ?? named;
    if (wanted === null) return { user, memberships, open, tenantId: tenantToEnter(user, open) ?? user.activeTenantId };
    const tenantIds = memberships.map(({ tenantId }) => tenantId);
    const tenantId = namedTenant(wanted, tenantIds);
    return tenantId === null ? null : { user, memberships, open, tenantId };
  };

  /** Returns everything that decides about the login at the moment. */
  const factsOf = async ({ user, memberships, open, tenantId }: Subject, login: LoginToExplain, at: Date): Promise<ExplainedFacts> => {
    const { firstFactor, deviceToken } = login;
    // The tenant to enter comes first: of two policies that are equally strict, it is the one that people know.
    const openIds = open.map((membership) => membership.tenantId).sort((one, other) => Number(other === tenantId) - Number(one === tenantId));
    const owners = [null, ...openIds];
    const [stored, waiting, exemptions, authenticators, active, shut, environment] = await together(
      store.policies.findMany(owners),
      // What is due now has not begun as long as the policy says so, and a login would find it like that.
      at > clock.now() ? store.enforcementSchedules.waiting(owners, at) : Promise.resolve([]),
      user.exemptUntil !== null && user.exemptUntil > at ? store.mfaExemptions.lasting([user.id], at) : Promise.resolve([]),
      store.authenticators.ofUsers([user.id]),
      strategySettings.activeIn(tenantId),
      attempts.shutFactors(user.id, at),
      user.verified ? Promise.resolve(null) : store.environment.find(),
    );
    const records = policiesAfter(stored, waiting);
    const environmentPolicy = records.find((policy) => policy.tenantId === null) ?? null;
    const tenantPolicies = openIds.flatMap((id) => records.find((policy) => policy.tenantId === id) ?? []);
    const policy = resolvePolicy(environmentPolicy, tenantPolicies);
    const rememberSeconds = rememberSecondsUnder(policy);
    const device = await deviceRecognition.find(user.id, deviceToken, rememberSeconds, at);
    return {
      ...{ userId: user.id, tenantId, firstFactor, authenticators, active, traits, device, shut },
      ...{ at, exemptions, firstLoginAt: user.firstLoginAt, heldFactorAt: user.heldFactorAt },
      ...{ locked: user.locked, verified: user.verified, mfaBypass: user.mfaBypass },
      ...{ policy, environmentPolicy, tenantPolicies, rememberSeconds, deviceGiven: deviceToken !== null },
      membership: memberships.find((membership) => membership.tenantId === tenantId) ?? null,
      entersTenant: openIds.includes(tenantId),
      unverifiedMayLogIn: admitsUnverified(firstFactor, environment),
    };
  };

  return reads(audit, {
    /**
     * Returns what a login of the person leads to after its first factor, and why, or null for a person that the caller may not ask about.
     * The environment token may ask about everybody, or the members of the tenant that it names; a user whose role there allows to read the
     * security policy about the members of the tenant in force. The policies of all tenants of the person count, as they do at a login. A
     * user does not learn which other tenants they are.
     */
    async explain({ actor }: Caller, login: LoginToExplain): Promise<MfaExplanation | null> {
      const reader = requirePermission(actor, readSecurityPolicy);
      const at = login.at ?? clock.now();
      const subject = await subjectOf(reader, login, at);
      if (subject === null) return null;
      const knowsAll = reader.kind === 'ENVIRONMENT';
      const tenantIds = knowsAll ? [...new Set([subject.tenantId, ...subject.open.map(({ tenantId }) => tenantId)])] : [subject.tenantId];
      const [facts, tenants] = await together(factsOf(subject, login, at), store.tenants.findMany(tenantIds));
      const decision = explainMfa(facts, () => knowsAll);
      // Who may read the policy does not have to be somebody who may read the members.
      const knowsPerson = knowsAll || reader.userId === subject.user.id || may(reader, readUsers);
      const person = knowsPerson ? subject.user.name : 'This user';
      const names = { person, tenant: (id: string) => tenants.find((tenant) => tenant.id === id)?.name ?? id };
      const steps = decision.steps.map((step) => {
        const { rule, applied, decisive, record } = step;
        return { rule, applied, decisive, record, note: noteOf(step, names) };
      });
      return { outcome: decision.outcome, sentence: sentenceOf(decision, names), steps };
    },
  });
}
