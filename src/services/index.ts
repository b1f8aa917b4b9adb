import type { Authenticators } from './authenticators.ts';
import type { Challenges } from './challenges.ts';
import type { EnvironmentService } from './environment.ts';
import type { FactorRemoval } from './factor-removal.ts';
import type { Login } from './login.ts';
import type { MfaChallenge } from './mfa-challenge.ts';
import type { MfaEnrollment } from './mfa-enrollment.ts';
import type { MfaPolicies } from './mfa-policies.ts';
import type { MfaStrategies } from './mfa-strategies.ts';
import type { MfaWarnings } from './mfa-warnings.ts';
import type { Refresh } from './refresh.ts';
import type { RememberedDevices } from './remembered-devices.ts';
import type { SelfService } from './self-service.ts';
import type { Sessions } from './sessions.ts';
import type { Tenants } from './tenants.ts';
import type { Users } from './users.ts';

/** Everything a transport may ask for. */
export interface Services {
  authenticators: Authenticators;
  challenge: MfaChallenge;
  challenges: Challenges;
  devices: RememberedDevices;
  enrollment: MfaEnrollment;
  environment: EnvironmentService;
  factorRemoval: FactorRemoval;
  login: Login;
  policies: MfaPolicies;
  refresh: Refresh;
  selfService: SelfService;
  sessions: Sessions;
  strategies: MfaStrategies;
  tenants: Tenants;
  users: Users;
  warnings: MfaWarnings;
}
