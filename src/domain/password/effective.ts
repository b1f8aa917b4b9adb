import type {
  PasswordHistoryFields,
  PasswordHistoryPolicy,
  PasswordPolicy,
  PasswordPolicyFields,
  PasswordRotation,
  PasswordTests,
  StoredPasswordFields,
} from './policy.ts';
import { defaultPasswordFields, noTests, passwordTests } from './policy.ts';

/** Returns what a record says, with the values of `base` where it says nothing. */
export function filledIn(record: StoredPasswordFields | null, base: PasswordPolicyFields): PasswordPolicyFields {
  if (record === null) return base;
  return {
    allowPassphrases: record.allowPassphrases ?? base.allowPassphrases,
    minPhraseLength: record.minPhraseLength ?? base.minPhraseLength,
    minLength: record.minLength ?? base.minLength,
    maxLength: record.maxLength ?? base.maxLength,
    minOptionalTestsToPass: record.minOptionalTestsToPass ?? base.minOptionalTestsToPass,
    blockPwnedPasswords: record.blockPwnedPasswords ?? base.blockPwnedPasswords,
    optionalTests: record.optionalTests ?? base.optionalTests,
    requiredTests: record.requiredTests ?? base.requiredTests,
    forbiddenWords: record.forbiddenWords ?? base.forbiddenWords,
  };
}

const anyOf = (one: PasswordTests | null, other: PasswordTests | null): PasswordTests | null => {
  if (one === null || other === null) return one ?? other;
  const both = { ...noTests };
  for (const test of passwordTests) both[test] = one[test] || other[test];
  return both;
};

/** Returns the policy that refuses whatever one of the two refuses. */
function stricterOf(one: PasswordPolicyFields, other: PasswordPolicyFields): PasswordPolicyFields {
  const minLength = Math.max(one.minLength, other.minLength);
  return {
    allowPassphrases: one.allowPassphrases && other.allowPassphrases,
    minPhraseLength: Math.max(one.minPhraseLength, other.minPhraseLength),
    minLength,
    // Of two owners, one may allow nothing as long as the other one asks for. Some password has to be possible.
    maxLength: Math.max(minLength, Math.min(one.maxLength, other.maxLength)),
    minOptionalTestsToPass: Math.max(one.minOptionalTestsToPass, other.minOptionalTestsToPass),
    blockPwnedPasswords: one.blockPwnedPasswords || other.blockPwnedPasswords,
    optionalTests: anyOf(one.optionalTests, other.optionalTests),
    requiredTests: anyOf(one.requiredTests, other.requiredTests),
    forbiddenWords: [...new Set([...one.forbiddenWords, ...other.forbiddenWords])],
  };
}

/** Returns the strictest of the policy of the environment and of those of the tenants. */
export function effectivePolicy(environment: PasswordPolicy | null, tenants: readonly PasswordPolicy[]): PasswordPolicyFields {
  const base = filledIn(environment, defaultPasswordFields);
  return tenants.reduce((strictest, tenant) => stricterOf(strictest, filledIn(tenant, base)), base);
}

const sizeOf = (policy: PasswordHistoryFields | null): number => (policy?.enabled ? policy.historySize : 0);

/**
 * Returns how many passwords of a member of the tenants are refused, the present one among them. The record of a tenant replaces that of
 * the environment, and of several tenants the one that asks for most counts. 0 if none is refused.
 */
export function effectiveHistorySize(records: readonly PasswordHistoryPolicy[], tenantIds: readonly string[]): number {
  const of = (owner: string | null) => records.find(({ tenantId }) => tenantId === owner) ?? null;
  if (tenantIds.length === 0) return sizeOf(of(null));
  return Math.max(...tenantIds.map((id) => sizeOf(of(id) ?? of(null))));
}

/** Returns the active rotation with the shortest period. Null if passwords do not expire. */
export function effectiveRotation(records: readonly PasswordRotation[]): PasswordRotation | null {
  const active = records.filter(({ isActive }) => isActive);
  return active.sort((one, other) => one.rotationPeriodMinutes - other.rotationPeriodMinutes)[0] ?? null;
}

/** How long a password may still be used. */
export interface PasswordAge {
  expiresAt: Date;
  /** How many whole minutes are left. 0 once it has expired. */
  minutesLeft: number;
  notificationPeriodMinutes: number;
}

/**
 * Returns when the password expires under the rotation. The age of a password that an earlier release has stored is not known, so it counts from
 * the moment from which passwords have expired at all.
 */
export function passwordAge(rotation: PasswordRotation, changedAt: Date | null, now: Date): PasswordAge {
  const from = changedAt ?? rotation.createdAt;
  const expiresAt = new Date(from.getTime() + rotation.rotationPeriodMinutes * 60_000);
  const minutesLeft = Math.max(0, Math.ceil((expiresAt.getTime() - now.getTime()) / 60_000));
  return { expiresAt, minutesLeft, notificationPeriodMinutes: rotation.notificationPeriodMinutes };
}
