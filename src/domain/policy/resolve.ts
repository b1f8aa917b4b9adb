import type { FirstFactor } from '../session/first-factor.ts';
import type { StrategyName } from '../strategy-name.ts';
import { strategyNames } from '../strategy-name.ts';
import type { MfaEnforcement, MfaPolicy, MfaPolicyFields, StrategySetting } from './policy.ts';
import { defaultPolicyFields, enforcements } from './policy.ts';

/** Which record decided the merged enforcement, and why. */
export const policyReasons = ['NO_POLICY', 'ONLY_ENVIRONMENT', 'ONLY_TENANT', 'ENVIRONMENT_STRICTER', 'TENANT_STRICTER', 'SAME_STRENGTH'] as const;
export type PolicyReason = (typeof policyReasons)[number];

export interface EffectiveMfaPolicy extends MfaPolicyFields {
  /** The record whose enforcement holds; null when there is none. On equal strength the environment's. */
  decidedBy: MfaPolicy | null;
  reason: PolicyReason;
}

const strength = (enforcement: MfaEnforcement): number => enforcements.indexOf(enforcement);

/**
 * Merges the environment's record with those of all tenants concerned: the strictest enforcement wins, a device is
 * remembered only if every record allows it, for the shortest life any of them gives. No record: nothing is enforced
 * and nothing remembered.
 */
export function resolvePolicy(environment: MfaPolicy | null, tenants: readonly MfaPolicy[]): EffectiveMfaPolicy {
  const records = environment === null ? [...tenants] : [environment, ...tenants];
  const strictestTenant = tenants.reduce<MfaPolicy | null>(
    (best, policy) => (best === null || strength(policy.enforceMfaType) > strength(best.enforceMfaType) ? policy : best),
    null,
  );
  const { decidedBy, reason } = decide(environment, strictestTenant);
  return {
    enforceMfaType: decidedBy?.enforceMfaType ?? 'DONT_FORCE',
    allowRememberMyDevice: records.length > 0 && records.every((policy) => policy.allowRememberMyDevice),
    mfaDeviceExpirationSeconds:
      records.length === 0 ? defaultPolicyFields.mfaDeviceExpirationSeconds : Math.min(...records.map((policy) => policy.mfaDeviceExpirationSeconds)),
    decidedBy,
    reason,
  };
}

function decide(environment: MfaPolicy | null, tenant: MfaPolicy | null): { decidedBy: MfaPolicy | null; reason: PolicyReason } {
  if (environment === null) return tenant === null ? { decidedBy: null, reason: 'NO_POLICY' } : { decidedBy: tenant, reason: 'ONLY_TENANT' };
  if (tenant === null) return { decidedBy: environment, reason: 'ONLY_ENVIRONMENT' };
  const difference = strength(tenant.enforceMfaType) - strength(environment.enforceMfaType);
  if (difference > 0) return { decidedBy: tenant, reason: 'TENANT_STRICTER' };
  return { decidedBy: environment, reason: difference < 0 ? 'ENVIRONMENT_STRICTER' : 'SAME_STRENGTH' };
}

/** Without a row the authenticator app is active and the other four are not: it alone needs no provider. */
const activeByDefault = (strategy: StrategyName): boolean => strategy === 'AUTHENTICATOR_APP';

/** Strategies in force: on in the environment and, where a tenant is given, not switched off by it. */
export function resolveStrategies(
  environment: readonly StrategySetting[],
  tenant: readonly StrategySetting[],
): { strategy: StrategyName; active: boolean }[] {
  const row = (settings: readonly StrategySetting[], strategy: StrategyName) => settings.find((setting) => setting.strategy === strategy)?.active;
  return strategyNames.map((strategy) => ({
    strategy,
    active: (row(environment, strategy) ?? activeByDefault(strategy)) && (row(tenant, strategy) ?? true),
  }));
}

/**
 * What may be enrolled as the first factor while a login waits for one. A built-in authenticator is only there on this one
 * device, so it comes first only where there is nothing else.
 */
export function enrollableFirst(offered: readonly StrategyName[]): StrategyName[] {
  const others = offered.filter((strategy) => strategy !== 'WEBAUTHN_PLATFORM');
  return others.length > 0 ? others : [...offered];
}

/** A code to the mailbox that was the first factor would prove the same thing twice. */
export const offeredStrategies = (active: readonly StrategyName[], firstFactor: FirstFactor): StrategyName[] =>
  active.filter((strategy) => !(strategy === 'EMAIL_CODE' && firstFactor === 'EMAIL_CODE'));
