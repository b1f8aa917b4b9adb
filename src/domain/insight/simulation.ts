import type { TraitsOfStrategies } from '../authenticator/strategy.ts';
import { BoundedMap } from '../bounded-map.ts';
import { rememberSecondsUnder } from '../device/remembered-device.ts';
import { tenantToEnter } from '../directory/user.ts';
import type { MfaDecision, MfaFacts, ShutFactor } from '../login/decision.ts';
import { decideMfa, graceOf } from '../login/decision.ts';
import type { MfaGrace } from '../policy/grace.ts';
import { graceAfter } from '../policy/grace-change.ts';
import type { MfaPolicy, MfaPolicyFields, SettingsOwner, StrategySetting } from '../policy/policy.ts';
import { defaultPolicyFields, noGrace } from '../policy/policy.ts';
import type { EffectiveMfaPolicy } from '../policy/resolve.ts';
import { resolvePolicy, resolveStrategies } from '../policy/resolve.ts';
import type { StrategyName } from '../strategy-name.ts';
import { strategyNames } from '../strategy-name.ts';
import type { Person } from './population.ts';

/** A change of settings that nobody has made yet. */
export interface MfaPolicyChange {
  /** The fields of the policy that would be written. A policy that does not exist would be created, with the defaults for the others. */
  fields: Partial<MfaPolicyFields>;
  /** Strategies that would be switched. */
  strategies: readonly { strategy: StrategyName; active: boolean }[];
}

/** The policies and strategies of the environment and of some tenants. */
export interface SettingsRecords {
  policies: readonly MfaPolicy[];
  strategies: readonly StrategySetting[];
}

/** Changes of the settings of several owners at once. */
export type MfaPolicyChanges = ReadonlyMap<SettingsOwner, MfaPolicyChange>;

/** Returns the policy as it would be after these fields were written at the time. A new policy has no id. */
function writtenPolicy(owner: SettingsOwner, before: MfaPolicy | null, fields: Partial<MfaPolicyFields>, at: Date): MfaPolicy {
  const written = { id: '', createdAt: at, ...(before ?? { ...defaultPolicyFields, ...noGrace }), ...fields, tenantId: owner, updatedAt: at };
  return { ...written, ...graceAfter(before, written.enforceMfaType) };
}

/** Returns the records as they would be after all changes at the time. A new policy has no id. */
export function changedRecords({ policies, strategies }: SettingsRecords, changes: MfaPolicyChanges, at: Date): SettingsRecords {
  const before = new Map(policies.map((policy) => [policy.tenantId, policy]));
  const written = [...changes].flatMap(([owner, { fields }]): MfaPolicy[] =>
    Object.keys(fields).length === 0 ? [] : [writtenPolicy(owner, before.get(owner) ?? null, fields, at)],
  );
  const switched = [...changes].flatMap(([owner, change]) => change.strategies.map((setting): StrategySetting => ({ tenantId: owner, ...setting })));
  const rewritten = new Set(written.map(({ tenantId }) => tenantId));
  const isSwitched = ({ tenantId, strategy }: StrategySetting): boolean =>
    changes.get(tenantId)?.strategies.some((setting) => setting.strategy === strategy) ?? false;
  return {
    policies: [...policies.filter(({ tenantId }) => !rewritten.has(tenantId)), ...written],
    strategies: [...strategies.filter((setting) => !isSwitched(setting)), ...switched],
  };
}

/** How many merged policies are kept. People in several tenants may all be in different ones, and without a bound each of them would add one. */
const keptPolicies = 10_000;

/** The settings that logins look at, each resolved once. */
export interface SettingsInForce {
  /** Returns the policy of somebody who can enter these tenants. */
  policyOf(tenantIds: readonly string[]): EffectiveMfaPolicy;
  /** Returns the strategies that are switched on in the tenant, or with null in the environment. */
  strategiesIn(tenantId: SettingsOwner): StrategyName[];
}

/** Makes the settings in force from records. Nearly everybody is in one tenant or in the same few, so there is little to resolve. */
export function settingsInForce({ policies, strategies }: SettingsRecords): SettingsInForce {
  const policyByOwner = new Map(policies.map((policy) => [policy.tenantId, policy]));
  const settingsByOwner = new Map<SettingsOwner, StrategySetting[]>();
  for (const setting of strategies) settingsByOwner.set(setting.tenantId, [...(settingsByOwner.get(setting.tenantId) ?? []), setting]);
  const resolvedPolicies = new BoundedMap<string, EffectiveMfaPolicy>(keptPolicies);
  const resolvedStrategies = new Map<SettingsOwner, StrategyName[]>();
  return {
    policyOf(tenantIds) {
      const key = tenantIds.join('\n');
      const known = resolvedPolicies.get(key);
      if (known !== undefined) return known;
      const ofTenants = tenantIds.flatMap((tenantId) => policyByOwner.get(tenantId) ?? []);
      const resolved = resolvePolicy(policyByOwner.get(null) ?? null, ofTenants);
      resolvedPolicies.set(key, resolved);
      return resolved;
    },
    strategiesIn(tenantId) {
      const known = resolvedStrategies.get(tenantId);
      if (known !== undefined) return known;
      const own = tenantId === null ? [] : (settingsByOwner.get(tenantId) ?? []);
      const resolved = resolveStrategies(strategyNames, settingsByOwner.get(null) ?? [], own).flatMap(({ strategy, active }) =>
        active ? [strategy] : [],
      );
      resolvedStrategies.set(tenantId, resolved);
      return resolved;
    },
  };
}

/** What is the same for everybody whose login is simulated. */
export interface SimulatedLogins {
  /** When everybody logs in. */
  at: Date;
  /** The tenant that everybody enters. Null if everybody enters the one that the next login enters. */
  tenantId: SettingsOwner;
  traits: TraitsOfStrategies;
  unverifiedMayLogIn: boolean;
  /** Returns the kinds of factor of a person that take no code for good. */
  shutOf(userId: string): readonly ShutFactor[];
}

/** What a login of a person leads to under some settings, and how long a device of the person is remembered. */
export interface SimulatedLogin extends MfaDecision {
  rememberSeconds: number;
  /** The time to enroll, also one that has ended. Null if there is none. */
  grace: MfaGrace | null;
}

/**
 * Decides a login of the person by password, from a browser that is not remembered. It asks the function that logins ask, with the same
 * facts.
 */
export function simulateLogin(
  person: Person,
  { at, tenantId, traits, unverifiedMayLogIn, shutOf }: SimulatedLogins,
  settings: SettingsInForce,
): SimulatedLogin {
  const { open, authenticators, locked, verified, mfaBypass, exemptions, firstLoginAt, heldFactorAt } = person;
  const entered = tenantId ?? tenantToEnter(person, open);
  const entersTenant = entered !== null && (tenantId === null || open.some((membership) => membership.tenantId === tenantId));
  const policy = settings.policyOf(open.map((membership) => membership.tenantId));
  const facts: MfaFacts = {
    ...{ firstFactor: 'PASSWORD', locked, verified, mfaBypass, unverifiedMayLogIn, traits, entersTenant, policy, authenticators },
    ...{ at, tenantId: entered, exemptions, firstLoginAt, heldFactorAt },
    ...{ active: settings.strategiesIn(entered), device: null, shut: shutOf(person.id) },
  };
  const { outcome, decisive } = decideMfa(facts);
  return { outcome, decisive, rememberSeconds: rememberSecondsUnder(policy), grace: graceOf(facts) };
}
