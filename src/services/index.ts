import type { Authenticators } from './authenticators.ts';
import type { Challenges } from './challenges.ts';
import type { EnvironmentService } from './environment.ts';
import type { Login } from './login.ts';
import type { MfaChallenge } from './mfa-challenge.ts';
import type { MfaEnrollment } from './mfa-enrollment.ts';
import type { MfaPolicies } from './mfa-policies.ts';
import type { MfaStrategies } from './mfa-strategies.ts';
import type { MfaWarnings } from './mfa-warnings.ts';
import type { Recovery } from './recovery.ts';
import type { RecoveryCodes } from './recovery-codes.ts';
import type { Refresh } from './refresh.ts';
import type { Sessions } from './sessions.ts';
import type { StepUp } from './step-up.ts';
import type { Tenants } from './tenants.ts';
import type { Users } from './users.ts';

/** Everything a transport may ask for. */
export interface Services {
  authenticators: Authenticators;
  challenge: MfaChallenge;
  challenges: Challenges;
  enrollment: MfaEnrollment;
  environment: EnvironmentService;
  login: Login;
  policies: MfaPolicies;
  recovery: Recovery;
  recoveryCodes: RecoveryCodes;
  refresh: Refresh;
  sessions: Sessions;
  stepUp: StepUp;
  strategies: MfaStrategies;
  tenants: Tenants;
  users: Users;
  warnings: MfaWarnings;
}
