import type { SettingsOwner } from '../policy/policy.ts';

export interface LockoutPolicyFields {
  enabled: boolean;
  /** Failed passwords in a row that lock the user, 1 … 2147483647; what is above `attemptsCap` is stored without effect. */
  maxAttempts: number;
}

/** When wrong passwords lock a user. The record of a tenant replaces that of the environment, stricter or not. */
export interface LockoutPolicy extends LockoutPolicyFields {
  id: string;
  tenantId: SettingsOwner;
  createdAt: Date;
  updatedAt: Date;
}

export const maxStoredAttempts = 2_147_483_647;

/** A lock-out that is switched on comes after 100 failures in a row at the latest (NIST 800-63B-4 §3.2.2). */
export const attemptsCap = 100;

/** Failures in a row that lock a user under this policy; null where nothing does. */
export const attemptsInForce = (policy: LockoutPolicyFields | null): number | null =>
  policy?.enabled ? Math.min(policy.maxAttempts, attemptsCap) : null;

export interface LockoutPolicyRepository {
  findMany(owners: readonly SettingsOwner[]): Promise<LockoutPolicy[]>;
  /** False when the owner has a policy: of two concurrent creations exactly one wins. */
  create(policy: LockoutPolicy): Promise<boolean>;
  /** Changes the fields given; null when the owner has no policy. */
  update(owner: SettingsOwner, change: Partial<LockoutPolicyFields>, now: Date): Promise<LockoutPolicy | null>;
}
