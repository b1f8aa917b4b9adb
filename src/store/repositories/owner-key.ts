import type { SettingsOwner } from '../../domain/policy/policy.ts';

/** Returns the owner as a text that is never null, because unique indexes and ORDER BY treat NULL differently in each dialect. */
export const ownerKey = (owner: SettingsOwner): string => (owner === null ? 'environment' : `tenant:${owner}`);

/** Returns the owner that `ownerKey` has spelled. */
export const ownerOf = (key: string): SettingsOwner => (key.startsWith('tenant:') ? key.slice('tenant:'.length) : null);
