import type { Membership } from '../directory/user.ts';
import type { MfaExemption } from '../policy/exemption.ts';
import type { MfaGrace } from '../policy/grace.ts';
import { isInGrace } from '../policy/grace.ts';
import type { MfaEnforcement, MfaPolicy, SettingsOwner } from '../policy/policy.ts';
import type { FirstFactor } from '../session/first-factor.ts';
import { isMultiFactor } from '../session/first-factor.ts';
import type { StrategyName } from '../strategy-name.ts';
import type { MfaDecision, MfaFacts, MfaRule } from './decision.ts';
import { decideMfa, exemptionOf, exemptionsHere, graceOf, isExemptAsSso, isRefusedAsUnverified, shutFactorOf, usableStrategies } from './decision.ts';

/** What is known about a login beside what decides it, so that each step can name its record. */
export interface ExplainedFacts extends MfaFacts {
  exemptions: readonly ExplainedExemption[];
  userId: string;
  tenantId: string;
  /** The membership in the tenant, whether or not it can be entered. Null if there is none. */
  membership: Pick<Membership, 'pending' | 'disabled'> | null;
  environmentPolicy: MfaPolicy | null;
  /** The policies of the tenants that the person can enter. */
  tenantPolicies: readonly MfaPolicy[];
  /** Whether a device token came with the login. */
  deviceGiven: boolean;
  /** How many seconds the policies let a device be remembered. 0 if they do not. */
  rememberSeconds: number;
}

/** An exemption, with what is said of it. */
type ExplainedExemption = Pick<MfaExemption, 'id' | 'tenantId' | 'until'>;

/** The record that a rule is about. */
export type StepRecord =
  | { type: 'User' | 'Tenant' | 'Authenticator' | 'RememberedDevice' | 'MfaExemption'; id: string }
  /** The policy itself, because it was read to decide. */
  | { type: 'MfaPolicy'; policy: MfaPolicy };

/** What a membership that cannot be entered lacks. */
export type MembershipProblem = 'NONE' | 'PENDING' | 'DISABLED' | 'EXPIRED';

/** Why a remembered device does or does not stand for the second factor. */
export type DeviceFinding = 'RECOGNIZED' | 'NOT_RECOGNIZED' | 'NOT_GIVEN' | 'NOT_ALLOWED';

/** What the time to enroll is for a person: it runs, it has ended, none is given, or the person has lost it by holding a factor. */
export type GraceFinding = 'RUNS' | 'ENDED' | 'NONE' | 'LOST';

/** Factors that take no code. */
export interface ShutStrategy {
  strategy: StrategyName;
  /** When the next code is taken. Null if waiting does not help. */
  until: Date | null;
}

/** What a rule found, beside whether it applied. */
type Finding =
  | { rule: 'ACCOUNT_LOCKED' | 'BYPASS' }
  | { rule: 'NO_OPEN_MEMBERSHIP'; tenantId: string; problem: MembershipProblem | null }
  | { rule: 'ADDRESS_NOT_VERIFIED'; verified: boolean }
  /** `tenantId` is null for the environment, and for a tenant that the reader must not know. `enforceMfaType` is null where there is no policy. */
  | { rule: 'ENVIRONMENT_POLICY' | 'TENANT_POLICY'; tenantId: SettingsOwner; enforceMfaType: MfaEnforcement | null }
  /** Null without any. `ofTenant` is null for one of the environment. `overruled` is set if somebody else asks for a second factor too. */
  | { rule: 'EXEMPTION'; exemption: { until: Date; ofTenant: SettingsOwner; overruled: boolean } | null }
  | { rule: 'GRACE'; finding: GraceFinding; grace: MfaGrace | null }
  | { rule: 'USER_VERIFICATION' | 'SSO_EXEMPTION'; firstFactor: FirstFactor }
  | { rule: 'FACTOR_ENROLLED'; strategies: readonly StrategyName[] }
  | { rule: 'REMEMBERED_DEVICE'; finding: DeviceFinding }
  | { rule: 'STRATEGY_AVAILABLE'; verifies: boolean; strategies: readonly StrategyName[] }
  | { rule: 'FACTOR_SHUT'; shut: readonly ShutStrategy[] };

/** One rule that was looked at. */
export type MfaStep = Finding & {
  /** Whether what the rule is about was found. */
  applied: boolean;
  /** Whether this rule decided the outcome. */
  decisive: boolean;
  /** Null if there is none, or the reader must not know it. */
  record: StepRecord | null;
};

/** A step, before it is known which one decided. */
type Found = Finding & Pick<MfaStep, 'applied' | 'record'> & { policy?: MfaPolicy | null };

/**
 * Returns the policies of tenants that are worth a step: that of the tenant to enter, or null if it has none, those of others that the
 * reader may know, and one that the reader may not know only if it decides.
 */
function policiesOfTenants({ tenantId, tenantPolicies, policy }: ExplainedFacts, mayKnow: (tenantId: string) => boolean): (MfaPolicy | null)[] {
  const own = tenantPolicies.find((each) => each.tenantId === tenantId) ?? null;
  const others = tenantPolicies.filter((each) => each !== own && (mayKnow(each.tenantId ?? '') || each === policy.decidedBy));
  return [own, ...others];
}

function membershipProblem({ entersTenant, membership }: ExplainedFacts): MembershipProblem | null {
  if (entersTenant) return null;
  if (membership === null) return 'NONE';
  return membership.pending ? 'PENDING' : membership.disabled ? 'DISABLED' : 'EXPIRED';
}

function deviceFinding({ device, deviceGiven, rememberSeconds }: ExplainedFacts): DeviceFinding {
  if (device !== null) return 'RECOGNIZED';
  if (rememberSeconds === 0) return 'NOT_ALLOWED';
  return deviceGiven ? 'NOT_RECOGNIZED' : 'NOT_GIVEN';
}

/** Returns what was found of the exemptions: the one that counts, or else one that others overrule. */
function exemptionFound(facts: ExplainedFacts): Found {
  const here = exemptionsHere(facts.exemptions, facts.tenantId);
  const counts = exemptionOf(facts);
  const told = here.find(({ id }) => id === counts?.id) ?? here[0];
  return {
    ...{ rule: 'EXEMPTION', applied: counts !== null },
    exemption: told === undefined ? null : { until: told.until, ofTenant: told.tenantId, overruled: counts === null },
    record: told === undefined ? null : { type: 'MfaExemption', id: told.id },
  };
}

/** Returns what was found of the time to enroll. */
function graceFound(facts: ExplainedFacts): Found {
  const grace = graceOf(facts);
  const finding: GraceFinding = facts.heldFactorAt !== null ? 'LOST' : grace === null ? 'NONE' : isInGrace(grace, facts.at) ? 'RUNS' : 'ENDED';
  return { rule: 'GRACE', applied: finding === 'RUNS', finding, grace, record: null };
}

/** Returns what every rule finds, in the order of `mfaRules`. */
function findingsOf(facts: ExplainedFacts, mayKnow: (tenantId: string) => boolean): Found[] {
  const user = { type: 'User', id: facts.userId } as const;
  const { authenticators, environmentPolicy, tenantId, device } = facts;
  const [first] = authenticators;
  const exempt = isExemptAsSso(facts);
  const usable = usableStrategies(facts);
  const shut = usable.flatMap((strategy) => {
    const found = shutFactorOf(facts.shut, strategy);
    return found === undefined ? [] : [{ strategy, until: found.until }];
  });
  const shutAuthenticator = authenticators.find(({ strategy }) => shut.some((each) => each.strategy === strategy));
  const enforces = (policy: MfaPolicy | null): boolean => policy !== null && policy.enforceMfaType !== 'DONT_FORCE';
  const isKnown = (owner: SettingsOwner): boolean => owner === null || owner === tenantId || mayKnow(owner);
  const recordOf = (policy: MfaPolicy | null): StepRecord | null =>
    policy !== null && isKnown(policy.tenantId) ? { type: 'MfaPolicy', policy } : null;
  return [
    { rule: 'ACCOUNT_LOCKED', applied: facts.locked, record: user },
    {
      ...{ rule: 'NO_OPEN_MEMBERSHIP', applied: !facts.entersTenant, tenantId, problem: membershipProblem(facts) },
      record: { type: 'Tenant', id: tenantId },
    },
    { rule: 'ADDRESS_NOT_VERIFIED', applied: isRefusedAsUnverified(facts), record: user, verified: facts.verified },
    { rule: 'USER_VERIFICATION', applied: isMultiFactor(facts.firstFactor), record: null, firstFactor: facts.firstFactor },
    { rule: 'BYPASS', applied: facts.mfaBypass, record: user },
    exemptionFound(facts),
    {
      ...{ rule: 'ENVIRONMENT_POLICY', applied: enforces(environmentPolicy), record: recordOf(environmentPolicy) },
      ...{ tenantId: null, enforceMfaType: environmentPolicy?.enforceMfaType ?? null, policy: environmentPolicy },
    },
    ...policiesOfTenants(facts, mayKnow).map((policy): Found => {
      const owner = policy === null ? tenantId : policy.tenantId;
      return {
        ...{ rule: 'TENANT_POLICY', applied: enforces(policy), record: recordOf(policy) },
        ...{ tenantId: isKnown(owner) ? owner : null, enforceMfaType: policy?.enforceMfaType ?? null, policy },
      };
    }),
    { rule: 'SSO_EXEMPTION', applied: exempt, record: exempt ? recordOf(facts.policy.decidedBy) : null, firstFactor: facts.firstFactor },
    {
      ...{ rule: 'FACTOR_ENROLLED', applied: first !== undefined, strategies: [...new Set(authenticators.map(({ strategy }) => strategy))] },
      record: first === undefined ? null : { type: 'Authenticator', id: first.id },
    },
    graceFound(facts),
    {
      ...{ rule: 'REMEMBERED_DEVICE', applied: device !== null, finding: deviceFinding(facts) },
      record: device === null ? null : { type: 'RememberedDevice', id: device.id },
    },
    { rule: 'STRATEGY_AVAILABLE', applied: usable.length > 0, record: null, verifies: first !== undefined, strategies: usable },
    {
      ...{ rule: 'FACTOR_SHUT', applied: shut.length > 0, shut },
      record: shutAuthenticator === undefined ? null : { type: 'Authenticator', id: shutAuthenticator.id },
    },
  ];
}

/** Returns the last rule that was looked at: the one that decided, but for policies, which decide after what is asked of the person is known. */
function lastRule({ outcome, decisive }: MfaDecision): MfaRule {
  if (outcome === 'MUST_VERIFY' || outcome === 'MUST_ENROLL') return 'FACTOR_SHUT';
  return outcome === 'NO_SECOND_FACTOR' ? 'FACTOR_ENROLLED' : decisive;
}

/** A decision, and how it came about. */
export interface ExplainedDecision extends MfaDecision {
  /** The rules that were looked at, in their order. Exactly one of them is decisive. */
  steps: MfaStep[];
}

/**
 * Decides what a login leads to, and returns every rule that was looked at. `mayKnow` says which other tenants the reader may know; of the
 * policies of the others, one is mentioned without its tenant if it decides.
 */
export function explainMfa(facts: ExplainedFacts, mayKnow: (tenantId: string) => boolean): ExplainedDecision {
  const decision = decideMfa(facts);
  const findings = findingsOf(facts, mayKnow);
  const last = findings.findLastIndex(({ rule }) => rule === lastRule(decision));
  const steps = findings.slice(0, last + 1).map(({ policy, ...found }): MfaStep => {
    const ofDecidingPolicy = policy === undefined || policy === facts.policy.decidedBy;
    return { ...found, decisive: found.rule === decision.decisive && ofDecidingPolicy };
  });
  return { ...decision, steps };
}
