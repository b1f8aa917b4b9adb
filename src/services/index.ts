import type { AccountLocks } from './account-locks.ts';
import type { Activation } from './activation.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { Authenticators } from './authenticators.ts';
import type { Challenges } from './challenges.ts';
import type { EnvironmentService } from './environment.ts';
import type { LockoutPolicies } from './lockout-policies.ts';
import type { Login } from './login.ts';
import type { LoginCodes } from './login-codes.ts';
import type { MfaChallenge } from './mfa-challenge.ts';
import type { MfaEnrollment } from './mfa-enrollment.ts';
import type { MfaPolicies } from './mfa-policies.ts';
import type { MfaReset } from './mfa-reset.ts';
import type { MfaStrategies } from './mfa-strategies.ts';
import type { MfaWarnings } from './mfa-warnings.ts';
import type { PasswordReset } from './password-reset.ts';
import type { Refresh } from './refresh.ts';
import type { Sessions } from './sessions.ts';
import type { Tenants } from './tenants.ts';
import type { Users } from './users.ts';

/** Everything a transport may ask for. */
export interface Services {
  activation: Activation;
  accountLocks: AccountLocks;
  auditTrail: AuditTrail;
  authenticators: Authenticators;
  challenge: MfaChallenge;
  challenges: Challenges;
  enrollment: MfaEnrollment;
  environment: EnvironmentService;
  lockoutPolicies: LockoutPolicies;
  login: Login;
  loginCodes: LoginCodes;
  passwordReset: PasswordReset;
  mfaReset: MfaReset;
  policies: MfaPolicies;
  refresh: Refresh;
  sessions: Sessions;
  strategies: MfaStrategies;
  tenants: Tenants;
  users: Users;
  warnings: MfaWarnings;
}
