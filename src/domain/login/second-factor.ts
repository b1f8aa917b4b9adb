import type { MfaEnforcement } from '../policy/policy.ts';
import type { FirstFactor } from '../session/first-factor.ts';

/** What a login has to do about its second factor. */
export type SecondFactorDecision = 'NOT_REQUIRED' | 'VERIFY' | 'ENROLL';

/** Decides whether a login needs a second factor, and if so, whether the user verifies an authenticator or enrolls the first one. */
export function decideSecondFactor(login: {
  enforceMfaType: MfaEnforcement;
  firstFactor: FirstFactor;
  enrolled: boolean;
  mfaBypass: boolean;
}): SecondFactorDecision {
  if (login.mfaBypass) return 'NOT_REQUIRED';
  if (login.enforceMfaType === 'FORCE_EXCEPT_SAML' && login.firstFactor === 'ENTERPRISE_SSO') return 'NOT_REQUIRED';
  if (login.enrolled) return 'VERIFY';
  return login.enforceMfaType === 'DONT_FORCE' ? 'NOT_REQUIRED' : 'ENROLL';
}
