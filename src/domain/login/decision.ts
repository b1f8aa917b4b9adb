import type { Authenticator } from '../authenticator/authenticator.ts';
import type { TraitsOfStrategies } from '../authenticator/strategy.ts';
import type { RememberedDevice } from '../device/remembered-device.ts';
import type { Environment } from '../environment/environment.ts';
import type { ExemptionInForce } from '../policy/exemption.ts';
import type { GracePerson, MfaGrace } from '../policy/grace.ts';
import { demands, graceUnder, isInGrace } from '../policy/grace.ts';
import type { EffectiveMfaPolicy } from '../policy/resolve.ts';
import { enrollableFirst, mayFollow, offeredStrategies } from '../policy/resolve.ts';
import type { FirstFactor } from '../session/first-factor.ts';
import { isMultiFactor } from '../session/first-factor.ts';
import type { StrategyName } from '../strategy-name.ts';
import { factorKind } from '../strategy-name.ts';

/** What a login leads to after its first factor. */
export const mfaOutcomes = ['NO_SECOND_FACTOR', 'EXEMPT', 'SATISFIED', 'IN_GRACE', 'REMEMBERED', 'MUST_VERIFY', 'MUST_ENROLL', 'LOCKED_OUT'] as const;
/** One of `mfaOutcomes`. */
export type MfaOutcome = (typeof mfaOutcomes)[number];

/** The rules that decide about the second factor of a login, in the order in which an explanation lists them. */
export const mfaRules = [
  'ACCOUNT_LOCKED',
  'NO_OPEN_MEMBERSHIP',
  'ADDRESS_NOT_VERIFIED',
  'USER_VERIFICATION',
  'BYPASS',
  'EXEMPTION',
  'ENVIRONMENT_POLICY',
  'TENANT_POLICY',
  'SSO_EXEMPTION',
  'FACTOR_ENROLLED',
  'GRACE',
  'REMEMBERED_DEVICE',
  'STRATEGY_AVAILABLE',
  'FACTOR_SHUT',
] as const;
/** One of `mfaRules`. */
export type MfaRule = (typeof mfaRules)[number];

/** A kind of factor that takes no code, because too many were wrong. */
export interface ShutFactor {
  /** As `factorKind` returns it. */
  kind: string;
  /** When the next code is taken. Null if waiting does not help: the factor has to be removed and enrolled again. */
  until: Date | null;
}

/** Everything that decides what a login leads to after its first factor, as it is at one moment. */
export interface MfaFacts extends GracePerson {
  /** When the login takes place. */
  at: Date;
  /** The tenant that the login enters. Null if there is none. */
  tenantId: string | null;
  firstFactor: FirstFactor;
  /** Whether the account is locked. */
  locked: boolean;
  /** Whether the person can enter the tenant: the membership there is not pending, not disabled and has not expired. */
  entersTenant: boolean;
  /** Whether the e-mail address is verified. */
  verified: boolean;
  /** Whether a login by this first factor succeeds before the address is verified. */
  unverifiedMayLogIn: boolean;
  /** Whether the operator has exempted the account from the second factor. */
  mfaBypass: boolean;
  /** The exemptions of the person that last at the time. */
  exemptions: readonly ExemptionInForce[];
  /** Merged from the environment's and those of every tenant that the person can enter. */
  policy: Pick<EffectiveMfaPolicy, 'enforceMfaType' | 'decidedBy' | 'enforcing'>;
  authenticators: readonly Pick<Authenticator, 'id' | 'strategy'>[];
  /** Strategies that are switched on in the tenant, in the order in which lists of them are returned. */
  active: readonly StrategyName[];
  traits: TraitsOfStrategies;
  /** The remembered device that the login comes from, if the policy honors it. Null if there is none. */
  device: Pick<RememberedDevice, 'id'> | null;
  /** The kinds of factor that take no code now. Empty if that was not read. */
  shut: readonly ShutFactor[];
}

/**
 * Whether a login by this first factor succeeds before the address is verified. A code by e-mail is sent to a verified address alone, and for a
 * passkey and a code by text message the setting counts as for a password.
 */
export const admitsUnverified = (firstFactor: FirstFactor, settings: Pick<Environment, 'allowNotVerifiedUsersLogin'> | null): boolean =>
  firstFactor === 'ENTERPRISE_SSO' || (firstFactor !== 'EMAIL_CODE' && settings?.allowNotVerifiedUsersLogin === true);

/** What a login leads to, and the one rule that decided it. */
export interface MfaDecision {
  outcome: MfaOutcome;
  decisive: MfaRule;
}

/** The facts that say by what a second factor can be proven or enrolled. */
export type FactorFacts = Pick<MfaFacts, 'firstFactor' | 'verified' | 'authenticators' | 'active' | 'traits'>;

/**
 * Returns the strategies that a person can verify with. An authenticator can still verify when its strategy is switched off, but not after a
 * first factor that proves the same. A strategy without enrollment, such as the e-mail code, must be among those offered.
 */
export const verifiableStrategies = (
  { authenticators, traits, firstFactor }: Pick<FactorFacts, 'authenticators' | 'traits' | 'firstFactor'>,
  offered: readonly StrategyName[],
): StrategyName[] => {
  const enrolled = new Set(authenticators.map(({ strategy }) => strategy));
  return [...[...enrolled].filter((strategy) => mayFollow(strategy, firstFactor)), ...offered.filter((strategy) => !traits[strategy].enrollable)];
};

/**
 * Returns the strategies that a login names as those that can complete it: those to verify with, or for a person without an authenticator
 * those of which the first one can be enrolled. Some of them may be unavailable in this deployment.
 */
export function completingStrategies(facts: FactorFacts): StrategyName[] {
  const offered = offeredStrategies(facts.active, facts.firstFactor, facts.verified);
  return facts.authenticators.length > 0 ? verifiableStrategies(facts, offered) : enrollableFirst(offered);
}

/** Returns those of them that this deployment can serve. */
export const usableStrategies = (facts: FactorFacts): StrategyName[] =>
  completingStrategies(facts).filter((strategy) => facts.traits[strategy].available);

/** Returns what keeps codes of the strategy from being taken. Undefined if nothing does. */
export const shutFactorOf = (shut: readonly ShutFactor[], strategy: StrategyName): ShutFactor | undefined =>
  shut.find(({ kind }) => kind === factorKind(strategy));

/** Whether the policy exempts the login because of its first factor. */
export const isExemptAsSso = ({ firstFactor, policy }: Pick<MfaFacts, 'firstFactor' | 'policy'>): boolean =>
  firstFactor === 'ENTERPRISE_SSO' && policy.enforceMfaType === 'FORCE_EXCEPT_SAML';

/** Whether a policy of somebody else than the tenant asks for a second factor in this login. */
const isDemandedBeside = ({ policy, firstFactor }: Pick<MfaFacts, 'policy' | 'firstFactor'>, tenantId: string): boolean =>
  policy.enforcing.some((each) => each.tenantId !== tenantId && demands(each, firstFactor));

/** The exemptions that a login looks at: those of the environment, and those of the tenant that it enters. */
export const exemptionsHere = <Exemption extends ExemptionInForce>(exemptions: readonly Exemption[], tenantId: string | null): Exemption[] =>
  exemptions.filter((exemption) => exemption.tenantId === null || exemption.tenantId === tenantId);

/**
 * Returns the exemption that opens the login. Null if there is none. That of the environment counts for every login. A tenant exempts from
 * what it asks for itself, in logins that enter it: where the environment or another tenant of the person asks for a second factor too, the
 * stricter one wins.
 */
export const exemptionOf = (facts: Pick<MfaFacts, 'exemptions' | 'tenantId' | 'policy' | 'firstFactor'>): ExemptionInForce | null =>
  exemptionsHere(facts.exemptions, facts.tenantId).find(({ tenantId }) => tenantId === null || !isDemandedBeside(facts, tenantId)) ?? null;

/** Returns the time to enroll that the policies give the person, also one that has ended. Null if there is none. */
export const graceOf = (facts: Pick<MfaFacts, 'policy' | 'firstFactor' | 'at' | 'firstLoginAt' | 'heldFactorAt'>): MfaGrace | null =>
  graceUnder(
    facts.policy.enforcing.filter((policy) => demands(policy, facts.firstFactor)),
    facts,
    facts.at,
  );

/** Whether the first factor is refused because the address is not verified. */
export const isRefusedAsUnverified = ({ verified, unverifiedMayLogIn }: Pick<MfaFacts, 'verified' | 'unverifiedMayLogIn'>): boolean =>
  !verified && !unverifiedMayLogIn;

const policyRule = ({ decidedBy }: MfaFacts['policy']): MfaRule =>
  decidedBy === null || decidedBy.tenantId === null ? 'ENVIRONMENT_POLICY' : 'TENANT_POLICY';

/**
 * Decides what a login leads to after its first factor. The login and whatever explains or predicts one ask this function, so that they
 * cannot disagree. It reads nothing and makes no text, so that it can be asked about everybody; `explainMfa` says how it came about.
 *
 * Nobody is locked out by a factor that is shut for a while: waiting opens it, and the login asks for it as always. If all that could
 * complete the login is shut for good, the person cannot get in, and the outcome says so.
 */
export function decideMfa(facts: MfaFacts): MfaDecision {
  if (facts.locked) return { outcome: 'LOCKED_OUT', decisive: 'ACCOUNT_LOCKED' };
  if (!facts.entersTenant) return { outcome: 'LOCKED_OUT', decisive: 'NO_OPEN_MEMBERSHIP' };
  if (isRefusedAsUnverified(facts)) return { outcome: 'LOCKED_OUT', decisive: 'ADDRESS_NOT_VERIFIED' };
  // What was proven goes before what was waived, so that the session can state it.
  if (isMultiFactor(facts.firstFactor)) return { outcome: 'SATISFIED', decisive: 'USER_VERIFICATION' };
  if (facts.mfaBypass) return { outcome: 'EXEMPT', decisive: 'BYPASS' };
  if (exemptionOf(facts) !== null) return { outcome: 'EXEMPT', decisive: 'EXEMPTION' };
  if (isExemptAsSso(facts)) return { outcome: 'EXEMPT', decisive: 'SSO_EXEMPTION' };
  const enrolled = facts.authenticators.length > 0;
  if (!enrolled && facts.policy.enforceMfaType === 'DONT_FORCE') return { outcome: 'NO_SECOND_FACTOR', decisive: policyRule(facts.policy) };
  // A person in grace may have nothing yet that could be proven, so a device makes no difference.
  if (!enrolled && isInGrace(graceOf(facts), facts.at)) return { outcome: 'IN_GRACE', decisive: 'GRACE' };
  if (facts.device !== null) return { outcome: 'REMEMBERED', decisive: 'REMEMBERED_DEVICE' };
  const usable = usableStrategies(facts);
  if (usable.length === 0) return { outcome: 'LOCKED_OUT', decisive: 'STRATEGY_AVAILABLE' };
  const open = facts.shut.length === 0 ? usable : usable.filter((strategy) => shutFactorOf(facts.shut, strategy)?.until !== null);
  if (open.length === 0) return { outcome: 'LOCKED_OUT', decisive: 'FACTOR_SHUT' };
  if (enrolled) return { outcome: 'MUST_VERIFY', decisive: 'FACTOR_ENROLLED' };
  // Where only a code by e-mail is left there is nothing to enroll, and each login asks for a code.
  const enrolls = open.some((strategy) => facts.traits[strategy].enrollable);
  return { outcome: enrolls ? 'MUST_ENROLL' : 'MUST_VERIFY', decisive: policyRule(facts.policy) };
}

/** Whether the login does not go on without a second factor. */
export const needsSecondFactor = ({ outcome }: MfaDecision): boolean =>
  outcome === 'MUST_VERIFY' || outcome === 'MUST_ENROLL' || outcome === 'LOCKED_OUT';
