import type { PasswordHistoryPolicyRepository, PasswordPolicyRepository, PasswordRotationRepository } from '../../domain/password/policy.ts';
import type { Access } from './context.ts';
import { settingsRecords } from './settings-records.ts';

/** Makes the repository of password policies. */
export const passwordPolicyRepository = ({ engine, tables }: Access): PasswordPolicyRepository =>
  settingsRecords(engine, tables.passwordPolicies, 'password_policies');

/** Makes the repository of the rules about earlier passwords. */
export const passwordHistoryPolicyRepository = ({ engine, tables }: Access): PasswordHistoryPolicyRepository =>
  settingsRecords(engine, tables.passwordHistoryPolicies, 'password_history_policies');

/** Makes the repository of rotations. */
export const passwordRotationRepository = ({ engine, tables }: Access): PasswordRotationRepository =>
  settingsRecords(engine, tables.passwordRotations, 'password_rotations');
