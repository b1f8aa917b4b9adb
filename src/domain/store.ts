import type { UserTokenRepository } from './account/user-token.ts';
import type { EventRepository } from './audit/event.ts';
import type { AuthenticatorRepository } from './authenticator/authenticator.ts';
import type { OneTimeCodeRepository } from './authenticator/one-time-code.ts';
import type { EnrollmentRepository } from './authenticator/pending-enrollment.ts';
import type { RememberedDeviceRepository } from './device/remembered-device.ts';
import type { TenantRepository } from './directory/tenant.ts';
import type { UserRepository } from './directory/user.ts';
import type { EnvironmentRepository, SigningKeyRepository } from './environment/environment.ts';
import type { BudgetRepository } from './limits/budget.ts';
import type { QuotaRepository } from './limits/quota.ts';
import type { LockoutPolicyRepository } from './lockout/lockout-policy.ts';
import type { PasswordFailureRepository } from './lockout/password-failures.ts';
import type { ChallengeRepository } from './login/challenge.ts';
import type { OutboxRepository } from './messaging/message.ts';
import type { MfaPolicyRepository, StrategySettingRepository } from './policy/policy.ts';
import type { RecoveryCodeRepository } from './recovery/recovery-code.ts';
import type { SessionRepository } from './session/session.ts';

/** Every repository of what lets a user in, or stands for one, has this method; services/session/revocation.ts says when it is called. */
export interface EndsWithUser {
  /** Ends everything of the user that still holds; what others have stays. */
  endAllOf(userId: string, now: Date): Promise<unknown>;
}

export interface Repositories {
  environment: EnvironmentRepository;
  signingKeys: SigningKeyRepository;
  tenants: TenantRepository;
  users: UserRepository;
  policies: MfaPolicyRepository;
  strategySettings: StrategySettingRepository;
  lockoutPolicies: LockoutPolicyRepository;
  passwordFailures: PasswordFailureRepository;
  challenges: ChallengeRepository;
  enrollments: EnrollmentRepository;
  authenticators: AuthenticatorRepository;
  oneTimeCodes: OneTimeCodeRepository;
  recoveryCodes: RecoveryCodeRepository;
  devices: RememberedDeviceRepository;
  sessions: SessionRepository;
  budgets: BudgetRepository;
  quotas: QuotaRepository;
  events: EventRepository;
  outbox: OutboxRepository;
  userTokens: UserTokenRepository;
}

export interface Store extends Repositories {
  /**
   * All or nothing. Repositories used inside `work` take part by themselves; a nested call joins the outer one.
   * `work` may run more than once (serialization conflicts), so it changes nothing but the store.
   */
  transact<T>(work: () => Promise<T>): Promise<T>;
  /** Throws when the database cannot be reached or is not at this release's migration. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
