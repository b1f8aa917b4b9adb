import type { MfaEnforcement as Enforcement } from '../../domain/policy/policy.ts';
import type { PolicyReason } from '../../domain/policy/resolve.ts';
import type { MfaWarning as Warning } from '../../services/policy/warnings.ts';
import { builder } from '../builder/builder.ts';
import { enumValues } from '../builder/enum-values.ts';

/** The enum of enforcements. */
export const MfaEnforcement = builder.enumType('MfaEnforcement', {
  description:
    'Whether users must have a second factor, from weakest to strictest. Users who have enrolled an authenticator are asked for it even with `DONT_FORCE`. A login by a passkey that verified its user has proven two factors and satisfies each of them, unless `STRICT_PASSKEYS` is set.',
  values: enumValues<Enforcement>({
    DONT_FORCE: 'Nobody has to enroll an authenticator.',
    FORCE_EXCEPT_SAML: 'Like `FORCE`, but logins through enterprise single sign-on need no second factor.',
    FORCE: 'Every user has to enroll an authenticator at the next login.',
  }),
});

/** The enum of reasons of an effective policy. */
export const MfaPolicyReason = builder.enumType('MfaPolicyReason', {
  description: 'Why this policy decided the enforcement.',
  values: enumValues<PolicyReason>({
    NO_POLICY: 'Neither the environment nor the tenant has a policy, so nothing is enforced.',
    ONLY_ENVIRONMENT: 'Only the environment has a policy.',
    ONLY_TENANT: 'Only the tenant has a policy.',
    ENVIRONMENT_STRICTER: 'Both have a policy, and the one of the environment is stricter. A tenant can only be stricter than the environment.',
    TENANT_STRICTER: 'Both have a policy, and the one of the tenant is stricter.',
    SAME_STRENGTH: 'Both policies enforce the same. The one of the environment counts as the deciding one.',
  }),
});

/** The enum of warnings. */
export const MfaWarning = builder.enumType('MfaWarning', {
  description: 'Consequences of settings that contradict each other. Any release may add values.',
  values: enumValues<Warning>({
    NO_STRATEGY_AVAILABLE: 'A second factor is enforced, but no strategy is active. Users without an authenticator cannot log in.',
  }),
});

/** The description of a list of warnings. */
export const warningsDescription = 'What the current settings will cause at the next logins. Empty if nothing is wrong.';
