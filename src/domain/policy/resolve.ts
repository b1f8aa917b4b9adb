import type { FirstFactor } from '../session/first-factor.ts';
import type { StrategyName } from '../strategy-name.ts';
import type { MfaEnforcement, MfaPolicy, MfaPolicyFields, StrategySetting } from './policy.ts';
import { defaultPolicyFields, enforcements } from './policy.ts';

/** Why a policy decided the merged enforcement. */
export const policyReasons = ['NO_POLICY', 'ONLY_ENVIRONMENT', 'ONLY_TENANT', 'ENVIRONMENT_STRICTER', 'TENANT_STRICTER', 'SAME_STRENGTH'] as const;
/** One of `policyReasons`. */
export type PolicyReason = (typeof policyReasons)[number];

/** The policy that results from merging those of the environment and of tenants. */
export interface EffectiveMfaPolicy extends MfaPolicyFields {
  /** The policy whose enforcement applies; the environment's if both are equally strict. Null if there is no policy. */
  decidedBy: MfaPolicy | null;
  reason: PolicyReason;
  /** Those of the merged policies that enforce a second factor. */
  enforcing: readonly MfaPolicy[];
}

const strength = (enforcement: MfaEnforcement): number => enforcements.indexOf(enforcement);

/**
 * Merges the policy of the environment with those of the given tenants. The strictest enforcement wins. Devices are
 * remembered only if every policy allows it, and for the shortest time that any of them sets. Without any policy, MFA is
 * not enforced and no device is remembered.
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
    enforcing: records.filter(({ enforceMfaType }) => enforceMfaType !== 'DONT_FORCE'),
  };
}

function decide(environment: MfaPolicy | null, tenant: MfaPolicy | null): { decidedBy: MfaPolicy | null; reason: PolicyReason } {
  if (environment === null) return tenant === null ? { decidedBy: null, reason: 'NO_POLICY' } : { decidedBy: tenant, reason: 'ONLY_TENANT' };
  if (tenant === null) return { decidedBy: environment, reason: 'ONLY_ENVIRONMENT' };
  const difference = strength(tenant.enforceMfaType) - strength(environment.enforceMfaType);
  if (difference > 0) return { decidedBy: tenant, reason: 'TENANT_STRICTER' };
  return { decidedBy: environment, reason: difference < 0 ? 'ENVIRONMENT_STRICTER' : 'SAME_STRENGTH' };
}

/** Tells whether a strategy that was never set is active. Only the authenticator app is, because it needs no provider. */
const activeByDefault = (strategy: StrategyName): boolean => strategy === 'AUTHENTICATOR_APP';

/** Returns whether each of the strategies is active: it has to be on in the environment, and the tenant must not have switched it off. */
export function resolveStrategies(
  strategies: readonly StrategyName[],
  environment: readonly StrategySetting[],
  tenant: readonly StrategySetting[],
): { strategy: StrategyName; active: boolean }[] {
  const row = (settings: readonly StrategySetting[], strategy: StrategyName) => settings.find((setting) => setting.strategy === strategy)?.active;
  return strategies.map((strategy) => ({
    strategy,
    active: (row(environment, strategy) ?? activeByDefault(strategy)) && (row(tenant, strategy) ?? true),
  }));
}

/**
 * Returns the strategies a user may choose for the first authenticator during login. A built-in WebAuthn authenticator
 * works on one device only, so it is offered only if there is no other strategy.
 */
export function enrollableFirst(offered: readonly StrategyName[]): StrategyName[] {
  const others = offered.filter((strategy) => strategy !== 'WEBAUTHN_PLATFORM');
  return others.length > 0 ? others : [...offered];
}

/** Whether the strategy proves something else than this first factor does. */
export const mayFollow = (strategy: StrategyName, firstFactor: FirstFactor): boolean =>
  !(strategy === 'EMAIL_CODE' && firstFactor === 'EMAIL_CODE') && !(strategy === 'SMS' && firstFactor === 'SMS_CODE');

/**
 * Returns the active strategies that can serve as second factor after the given first factor. A code by e-mail cannot
 * follow a login by e-mail code, because it would prove the same mailbox twice, and it is never sent to an address that is not verified,
 * which may be somebody else's. A text message cannot follow a login by one, whatever the number, because one SIM card may receive both.
 */
export const offeredStrategies = (active: readonly StrategyName[], firstFactor: FirstFactor, emailVerified: boolean): StrategyName[] =>
  active.filter((strategy) => mayFollow(strategy, firstFactor) && (strategy !== 'EMAIL_CODE' || emailVerified));
