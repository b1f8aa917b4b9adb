import type { MfaOutcome } from '../login/decision.ts';
import type { ExplainedDecision, MembershipProblem, MfaStep, ShutStrategy } from '../login/steps.ts';
import type { GraceBasis } from '../policy/grace.ts';
import type { MfaEnforcement } from '../policy/policy.ts';
import type { StrategyName } from '../strategy-name.ts';

/** The names that the sentences use. */
export interface SpokenNames {
  person: string;
  /** Returns the name of a tenant that the reader may know. */
  tenant(id: string): string;
}

/** What an authenticator of each strategy is called. */
const authenticatorWords: Readonly<Record<StrategyName, string>> = {
  AUTHENTICATOR_APP: 'an authenticator app',
  WEBAUTHN_PLATFORM: 'a passkey on a device',
  WEBAUTHN_CROSS_PLATFORM: 'a security key',
  SMS: 'a phone for text messages',
  EMAIL_CODE: 'a code by e-mail',
};

/** What a person does to prove a factor of each strategy. */
const actionWords: Readonly<Record<StrategyName, string>> = {
  AUTHENTICATOR_APP: 'enter a code',
  WEBAUTHN_PLATFORM: 'use a passkey',
  WEBAUTHN_CROSS_PLATFORM: 'use a security key',
  SMS: 'enter a code',
  EMAIL_CODE: 'enter a code',
};

const enforcementWords: Readonly<Record<MfaEnforcement, string>> = {
  DONT_FORCE: 'does not force multi-factor authentication',
  FORCE_EXCEPT_SAML: 'forces multi-factor authentication except for logins through enterprise single sign-on',
  FORCE: 'forces multi-factor authentication',
};

/** What is wrong with a membership. `%` is replaced by the tenant. */
const membershipWords: Readonly<Record<MembershipProblem, string>> = {
  NONE: 'there is no membership in %',
  PENDING: 'the invitation to % was not accepted yet',
  DISABLED: 'the membership in % is disabled',
  EXPIRED: 'the membership in % has expired',
};

/** Joins words to one list: "a", "a and b", "a, b and c". */
function listed(words: readonly string[], last: 'and' | 'or'): string {
  const each = [...new Set(words)];
  return each.length < 2 ? (each[0] ?? '') : `${each.slice(0, -1).join(', ')} ${last} ${each.at(-1)}`;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const authenticators = (strategies: readonly StrategyName[], last: 'and' | 'or' = 'and'): string =>
  listed(
    strategies.map((strategy) => authenticatorWords[strategy]),
    last,
  );
const actions = (strategies: readonly StrategyName[]): string =>
  listed(
    strategies.map((strategy) => actionWords[strategy]),
    'or',
  );
/** Writes a moment to the minute, in the time zone of which no reader has to be asked. */
const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

type PolicyStep = Extract<MfaStep, { rule: 'ENVIRONMENT_POLICY' | 'TENANT_POLICY' }>;

/** Names the policy of a step. */
function policyWords({ rule, tenantId }: PolicyStep, names: SpokenNames): string {
  if (rule === 'ENVIRONMENT_POLICY') return 'the policy of the environment';
  return tenantId === null ? 'a policy of another tenant' : `the policy of the tenant ${names.tenant(tenantId)}`;
}

function policyNote(step: PolicyStep, names: SpokenNames): string {
  if (step.enforceMfaType !== null) return `${capital(policyWords(step, names))} ${enforcementWords[step.enforceMfaType]}.`;
  return step.rule === 'ENVIRONMENT_POLICY' ? 'The environment has no policy.' : `The tenant ${names.tenant(step.tenantId ?? '')} has no policy.`;
}

/** Says why a tenant cannot be entered. */
const entryProblem = ({ tenantId, problem }: Extract<MfaStep, { rule: 'NO_OPEN_MEMBERSHIP' }>, names: SpokenNames): string =>
  membershipWords[problem ?? 'NONE'].replace('%', () => `the tenant ${names.tenant(tenantId)}`);

/** Says of a factor for how long it is shut. */
function shutWords({ strategy, until }: ShutStrategy): string {
  const factor = authenticatorWords[strategy].replace(/^an? /, 'the ');
  return until === null
    ? `${factor} is not accepted until it is removed and enrolled again, after too many wrong answers in a row`
    : `${factor} is not accepted before ${minute(until)}, after too many wrong answers`;
}
const shutNotes = (shut: readonly ShutStrategy[]): string => shut.map((each) => `${capital(shutWords(each))}.`).join(' ');

function exemptionNote({ exemption }: Extract<MfaStep, { rule: 'EXEMPTION' }>, names: SpokenNames): string {
  if (exemption === null) return 'There is no exemption for a while.';
  const { until, ofTenant, overruled } = exemption;
  const giver = ofTenant === null ? '' : ` by the tenant ${names.tenant(ofTenant)}`;
  const given = `The account is exempt from the second factor${giver} until ${minute(until)}`;
  return overruled ? `${given}, which has no effect, because another policy asks for one.` : `${given}.`;
}

const graceBasisWords: Readonly<Record<GraceBasis, string>> = {
  ENFORCEMENT: 'when the enforcement began',
  FIRST_LOGIN: 'the first login',
};

function graceNote({ finding, grace }: Extract<MfaStep, { rule: 'GRACE' }>): string {
  if (finding === 'LOST') return 'The account has held an authenticator, so no time is given to enroll one.';
  if (finding === 'NONE' || grace === null) return 'Not every policy that asks for a second factor gives time to enroll.';
  const end = `${finding === 'RUNS' ? 'ends' : 'ended'} at ${minute(grace.endsAt)}`;
  return `The time to enroll an authenticator ${end}. It is counted from ${minute(grace.startedAt)}, ${graceBasisWords[grace.basis]}.`;
}

const deviceNotes: Readonly<Record<Extract<MfaStep, { rule: 'REMEMBERED_DEVICE' }>['finding'], string>> = {
  RECOGNIZED: 'The login comes from a remembered device.',
  NOT_RECOGNIZED: 'The device is not remembered for this account, or no longer.',
  NOT_GIVEN: 'The login does not come from a remembered device.',
  NOT_ALLOWED: 'Devices are not remembered, because not every policy allows it.',
};

/** Returns what a rule found, as a sentence for people. */
export function noteOf(step: MfaStep, names: SpokenNames): string {
  switch (step.rule) {
    case 'ACCOUNT_LOCKED':
      return step.applied ? 'The account is locked, so no login succeeds until it is unlocked.' : 'The account is not locked.';
    case 'NO_OPEN_MEMBERSHIP':
      return step.problem === null
        ? `${names.person} can enter the tenant ${names.tenant(step.tenantId)}.`
        : `${capital(entryProblem(step, names))}.`;
    case 'ADDRESS_NOT_VERIFIED':
      if (step.applied) return 'The e-mail address is not verified, and without that this way to log in is closed.';
      return step.verified ? 'The e-mail address is verified.' : 'The e-mail address is not verified, and this way to log in is open without that.';
    case 'USER_VERIFICATION':
      if (step.applied) return 'The login is by a passkey that verified its user, which proves two factors at once.';
      return step.firstFactor === 'PASSKEY'
        ? 'The login is by a passkey that did not verify its user, which proves one factor.'
        : 'The login is not by a passkey.';
    case 'BYPASS':
      return step.applied ? 'The account is exempt from the second factor, without an end.' : 'The account is not exempt from the second factor.';
    case 'EXEMPTION':
      return exemptionNote(step, names);
    case 'GRACE':
      return graceNote(step);
    case 'ENVIRONMENT_POLICY':
    case 'TENANT_POLICY':
      return policyNote(step, names);
    case 'SSO_EXEMPTION':
      if (step.applied) return 'The login is through enterprise single sign-on, which the policy exempts.';
      return step.firstFactor === 'ENTERPRISE_SSO'
        ? 'The login is through enterprise single sign-on, which no policy exempts.'
        : 'The login is not through enterprise single sign-on.';
    case 'FACTOR_ENROLLED':
      return step.applied ? `The account has ${authenticators(step.strategies)}.` : 'The account has no authenticator.';
    case 'REMEMBERED_DEVICE':
      return deviceNotes[step.finding];
    case 'STRATEGY_AVAILABLE':
      if (step.applied) return `${capital(authenticators(step.strategies, 'or'))} can be used.`;
      return step.verifies ? 'This server cannot serve what the account has.' : 'No strategy is switched on that this person could use.';
    case 'FACTOR_SHUT':
      return step.applied ? shutNotes(step.shut) : 'No factor is shut after wrong answers.';
  }
}

/** Finds the step of a rule among those that were looked at. */
const stepOf = <Rule extends MfaStep['rule']>(steps: readonly MfaStep[], rule: Rule) =>
  steps.find((step): step is Extract<MfaStep, { rule: Rule }> => step.rule === rule);

const isPolicy = (step: MfaStep): step is PolicyStep => step.rule === 'ENVIRONMENT_POLICY' || step.rule === 'TENANT_POLICY';

/** Returns why a second factor is asked for: the policy that enforces it, and what the account has. */
function reasons(steps: readonly MfaStep[], names: SpokenNames): string[] {
  const policies = steps.filter(isPolicy).filter(({ applied }) => applied);
  const strictest = policies.find(({ decisive }) => decisive) ?? policies.find(({ enforceMfaType }) => enforceMfaType === 'FORCE') ?? policies[0];
  const enrolled = stepOf(steps, 'FACTOR_ENROLLED');
  return [
    ...(strictest === undefined ? [] : [`${policyWords(strictest, names)} ${enforcementWords[strictest.enforceMfaType ?? 'FORCE']}`]),
    ...(enrolled?.applied ? [`the account has ${authenticators(enrolled.strategies)}`] : []),
  ];
}

/** Returns why a login is refused. */
function refusalReasons({ decisive, steps }: ExplainedDecision, names: SpokenNames): string[] {
  const membership = stepOf(steps, 'NO_OPEN_MEMBERSHIP');
  if (decisive === 'ACCOUNT_LOCKED') return ['the account is locked'];
  if (decisive === 'NO_OPEN_MEMBERSHIP' && membership !== undefined) return [entryProblem(membership, names)];
  if (decisive === 'ADDRESS_NOT_VERIFIED') return ['the e-mail address is not verified'];
  if (decisive === 'FACTOR_SHUT') return [...reasons(steps, names), ...(stepOf(steps, 'FACTOR_SHUT')?.shut ?? []).map(shutWords)];
  const verifies = stepOf(steps, 'STRATEGY_AVAILABLE')?.verifies;
  return [
    ...reasons(steps, names),
    verifies ? 'this server cannot serve what the account has' : 'no strategy is switched on that this person could use',
  ];
}

/** Says what the person must do. Where nothing can be enrolled, or one of the strategies needs no enrollment, a code by e-mail will do. */
function demand({ outcome, steps }: ExplainedDecision): string {
  const shut = stepOf(steps, 'FACTOR_SHUT')?.shut ?? [];
  const isOpen = (strategy: StrategyName): boolean => !shut.some((each) => each.strategy === strategy && each.until === null);
  const strategies = (stepOf(steps, 'STRATEGY_AVAILABLE')?.strategies ?? []).filter(isOpen);
  if (outcome === 'MUST_VERIFY')
    return strategies.every((strategy) => strategy === 'EMAIL_CODE') ? 'enter a code sent by e-mail' : actions(strategies);
  return strategies.includes('EMAIL_CODE') ? 'enroll an authenticator or enter a code sent by e-mail' : 'enroll an authenticator';
}

const because = (what: string, reasonsGiven: readonly string[]): string => `${what}, because ${listed(reasonsGiven, 'and')}.`;

/** What is said where no second factor is asked for. */
const freePasses: Readonly<Partial<Record<MfaOutcome, string>>> = {
  NO_SECOND_FACTOR: 'no policy forces multi-factor authentication and the account has no authenticator',
  REMEMBERED: 'the login comes from a remembered device',
  SATISFIED: 'the passkey verifies its user and so proves two factors at once',
};

/** Says that the account is exempt, and until when. */
function exemptWords(steps: readonly MfaStep[]): string {
  const exemption = stepOf(steps, 'EXEMPTION')?.exemption ?? null;
  return exemption === null ? 'the account is exempt from it' : `the account is exempt from it until ${minute(exemption.until)}`;
}

/** Returns what the login leads to and why, as sentences that support can read out. */
export function sentenceOf(decision: ExplainedDecision, names: SpokenNames): string {
  const { outcome, decisive, steps } = decision;
  const { person } = names;
  if (outcome === 'LOCKED_OUT') return because(`${person} cannot log in`, refusalReasons(decision, names));
  if (outcome === 'IN_GRACE') {
    const until = stepOf(steps, 'GRACE')?.grace?.endsAt;
    return `${because(`${person} needs no second factor yet`, reasons(steps, names).concat('the time to enroll has not ended'))}${until === undefined ? '' : ` It ends at ${minute(until)}.`}`;
  }
  const exempt =
    decisive === 'BYPASS' || decisive === 'EXEMPTION' ? exemptWords(steps) : 'logins through enterprise single sign-on are exempt from it';
  if (outcome !== 'MUST_VERIFY' && outcome !== 'MUST_ENROLL') return because(`${person} needs no second factor`, [freePasses[outcome] ?? exempt]);
  const none = outcome === 'MUST_ENROLL' || !stepOf(steps, 'FACTOR_ENROLLED')?.applied ? ['the account has no authenticator'] : [];
  const asked = because(`${person} must ${demand(decision)}`, [...reasons(steps, names), ...none]);
  const shut = stepOf(steps, 'FACTOR_SHUT')?.shut ?? [];
  return [asked, ...(shut.length === 0 ? [] : [shutNotes(shut)])].join(' ');
}
