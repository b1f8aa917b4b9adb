import type { SettingsOwner } from '../../domain/policy/policy.ts';

/** An owner as a column that is never null: unique indexes and ORDER BY treat NULL differently in each dialect. */
export const ownerKey = (owner: SettingsOwner): string => (owner === null ? 'environment' : `tenant:${owner}`);
