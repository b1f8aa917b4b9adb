import type { SettingsOwner } from '../policy/policy.ts';

/** The fields of a lockout policy that can be set. */
export interface LockoutPolicyFields {
  enabled: boolean;
  /** Consecutive wrong passwords that lock the user, 1 to 2147483647. Values above `attemptsCap` act as `attemptsCap`. */
  maxAttempts: number;
}

/** When wrong passwords lock a user. The policy of a tenant replaces that of the environment, even if it is less strict. */
export interface LockoutPolicy extends LockoutPolicyFields {
  id: string;
  tenantId: SettingsOwner;
  createdAt: Date;
  updatedAt: Date;
}

/** Largest value of `maxAttempts`. */
export const maxStoredAttempts = 2_147_483_647;

/** Most consecutive wrong passwords before an enabled lockout locks the user (NIST 800-63B-4 §3.2.2). */
export const attemptsCap = 100;

/** Returns the number of consecutive wrong passwords that locks a user under the policy. Null if no number does. */
export const attemptsInForce = (policy: LockoutPolicyFields | null): number | null =>
  policy?.enabled ? Math.min(policy.maxAttempts, attemptsCap) : null;

/** Stores lockout policies, at most one for each owner. */
export interface LockoutPolicyRepository {
  /** Returns the policies of the owners that have one. */
  findMany(owners: readonly SettingsOwner[]): Promise<LockoutPolicy[]>;
  /** Returns the tenants that have one, at most `limit` of them and in no order. */
  tenantIds(limit: number): Promise<string[]>;
  /** Creates the policy. False if the owner has one already, so that only one of two parallel calls succeeds. */
  create(policy: LockoutPolicy): Promise<boolean>;
  /** Changes the given fields. Null if the owner has no policy. */
  update(owner: SettingsOwner, change: Partial<LockoutPolicyFields>, now: Date): Promise<LockoutPolicy | null>;
  /** Removes the policy of the tenant. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}
