import type { MfaEnforcement as Enforcement } from '../../domain/policy/policy.ts';
import type { PolicyReason } from '../../domain/policy/resolve.ts';
import type { MfaWarning as Warning } from '../../services/policy/warnings.ts';
import { builder } from '../builder/builder.ts';
import { enumValues } from '../builder/enum-values.ts';

export const MfaEnforcement = builder.enumType('MfaEnforcement', {
  description: 'Whether users need a second factor, from weakest to strictest. Users who enrolled a factor are always asked for it.',
  values: enumValues<Enforcement>({
    DONT_FORCE: 'Nobody has to enroll.',
    FORCE_EXCEPT_SAML: 'Like `FORCE`, except for logins through enterprise single sign-on.',
    FORCE: 'Every user has to enroll at the next login.',
  }),
});

export const MfaPolicyReason = builder.enumType('MfaPolicyReason', {
  description: 'Why a record decided the enforcement.',
  values: enumValues<PolicyReason>({
    NO_POLICY: 'Neither the environment nor the tenant has a policy: nothing is enforced.',
    ONLY_ENVIRONMENT: 'Only the environment has a policy.',
    ONLY_TENANT: 'Only the tenant has a policy.',
    ENVIRONMENT_STRICTER: 'Both have one, and that of the environment is stricter: the tenant can only tighten.',
    TENANT_STRICTER: 'Both have one, and that of the tenant is stricter.',
    SAME_STRENGTH: 'Both enforce the same; that of the environment counts as the deciding one.',
  }),
});

export const MfaWarning = builder.enumType('MfaWarning', {
  description: 'What settings that contradict each other will cause. New ones may be added in any release.',
  values: enumValues<Warning>({
    NO_STRATEGY_AVAILABLE: 'A second factor is enforced and no strategy is in force: users without a factor cannot log in.',
  }),
});

export const warningsDescription = 'What the settings in force now will cause at the next logins; empty when nothing is wrong.';
