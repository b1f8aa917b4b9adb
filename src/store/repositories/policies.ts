import type { MfaPolicyRepository } from '../../domain/policy/policy.ts';
import type { Access } from './context.ts';
import { settingsRecords } from './settings-records.ts';

/** Makes the repository of MFA policies. */
export const policyRepository = ({ engine, tables }: Access): MfaPolicyRepository => settingsRecords(engine, tables.mfaPolicies, 'mfa_policies');
