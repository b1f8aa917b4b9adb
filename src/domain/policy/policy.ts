import type { StrategyName } from '../strategy-name.ts';

/** From weakest to strictest: the order is the rule by which policies combine. */
export const enforcements = ['DONT_FORCE', 'FORCE_EXCEPT_SAML', 'FORCE'] as const;
export type MfaEnforcement = (typeof enforcements)[number];

/** Whose record: a tenant's id, or null for the environment. */
export type SettingsOwner = string | null;

export interface MfaPolicyFields {
  enforceMfaType: MfaEnforcement;
  allowRememberMyDevice: boolean;
  /** Seconds a remembered device is honored, 0 … 2147483647; 0 remembers nothing. */
  mfaDeviceExpirationSeconds: number;
}

export interface MfaPolicy extends MfaPolicyFields {
  id: string;
  tenantId: SettingsOwner;
  createdAt: Date;
  updatedAt: Date;
}

/** Frontegg's documented defaults: creating a policy without fields switches enforcement on. */
export const defaultPolicyFields: MfaPolicyFields = {
  enforceMfaType: 'FORCE',
  allowRememberMyDevice: false,
  mfaDeviceExpirationSeconds: 1_209_600,
};

export const maxDeviceExpirationSeconds = 2_147_483_647;

export interface MfaPolicyRepository {
  findMany(owners: readonly SettingsOwner[]): Promise<MfaPolicy[]>;
  /** False when the owner has a policy: of two concurrent creations exactly one wins. */
  create(policy: MfaPolicy): Promise<boolean>;
  /** Changes the fields given; null when the owner has no policy. */
  update(owner: SettingsOwner, change: Partial<MfaPolicyFields>, now: Date): Promise<MfaPolicy | null>;
}

export interface StrategySetting {
  tenantId: SettingsOwner;
  strategy: StrategyName;
  active: boolean;
}

export interface StrategySettingRepository {
  findMany(owners: readonly SettingsOwner[]): Promise<StrategySetting[]>;
  set(setting: StrategySetting, now: Date): Promise<void>;
}
