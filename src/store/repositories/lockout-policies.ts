import type { LockoutPolicyRepository } from '../../domain/lockout/lockout-policy.ts';
import type { Access } from './context.ts';
import { settingsRecords } from './settings-records.ts';

/** Makes the repository of lockout policies. */
export const lockoutPolicyRepository = ({ engine, tables }: Access): LockoutPolicyRepository =>
  settingsRecords(engine, tables.lockoutPolicies, 'lockout_policies');
