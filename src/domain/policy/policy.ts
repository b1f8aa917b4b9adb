import type { StrategyName } from '../strategy-name.ts';

/** The values of `enforceMfaType`, from weakest to strictest. When policies are merged, the strictest value wins. */
export const enforcements = ['DONT_FORCE', 'FORCE_EXCEPT_SAML', 'FORCE'] as const;
/** One of `enforcements`. */
export type MfaEnforcement = (typeof enforcements)[number];

/** The owner of a policy or setting: the id of a tenant, or null for the environment. */
export type SettingsOwner = string | null;

/** The fields of an MFA policy that can be set. */
export interface MfaPolicyFields {
  enforceMfaType: MfaEnforcement;
  allowRememberMyDevice: boolean;
  /** Seconds a remembered device may skip the second factor, 0 to 2147483647. With 0 no device is remembered. */
  mfaDeviceExpirationSeconds: number;
}

/** The grace that a policy gives. Both fields are null for a policy that never gave any. */
export interface PolicyGrace {
  /** When the first scheduled enforcement of this policy began. It is never moved, so that no grace is given twice. */
  graceStartsAt: Date | null;
  /** How many days people have. Null if everybody is asked at once. */
  graceDays: number | null;
}

/** The grace of a policy that never gave any. */
export const noGrace: PolicyGrace = { graceStartsAt: null, graceDays: null };

/** The MFA policy of a tenant or of the environment. */
export interface MfaPolicy extends MfaPolicyFields, PolicyGrace {
  id: string;
  tenantId: SettingsOwner;
  createdAt: Date;
  updatedAt: Date;
}

/** Values of the fields a new policy does not set, as Frontegg documents them. A policy without fields enforces MFA. */
export const defaultPolicyFields: MfaPolicyFields = {
  enforceMfaType: 'FORCE',
  allowRememberMyDevice: false,
  mfaDeviceExpirationSeconds: 1_209_600,
};

/** Largest value of `mfaDeviceExpirationSeconds`. */
export const maxDeviceExpirationSeconds = 2_147_483_647;

/** Stores MFA policies, at most one for each owner. */
export interface MfaPolicyRepository {
  /** Returns the policies of the owners that have one. */
  findMany(owners: readonly SettingsOwner[]): Promise<MfaPolicy[]>;
  /** Returns the tenants that have one, at most `limit` of them and in no order. */
  tenantIds(limit: number): Promise<string[]>;
  /** Creates the policy. False if the owner has one already, so that only one of two parallel calls succeeds. */
  create(policy: MfaPolicy): Promise<boolean>;
  /** Changes the given fields. Null if the owner has no policy. */
  update(owner: SettingsOwner, change: Partial<MfaPolicyFields & PolicyGrace>, now: Date): Promise<MfaPolicy | null>;
  /** Removes the policy of the tenant. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}

/** Whether a strategy is switched on for a tenant or for the environment. */
export interface StrategySetting {
  tenantId: SettingsOwner;
  strategy: StrategyName;
  active: boolean;
}

/** Stores which strategies are switched on. */
export interface StrategySettingRepository {
  /** Returns the settings of the owners; strategies that were never set are missing. */
  findMany(owners: readonly SettingsOwner[]): Promise<StrategySetting[]>;
  /** Returns the tenants that have a setting, at most `limit` of them and in no order. */
  tenantIds(limit: number): Promise<string[]>;
  /** Creates or replaces a setting. */
  set(setting: StrategySetting, now: Date): Promise<void>;
  /** Removes all settings of the tenant. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}
