import type { UserTokenRepository } from './account/user-token.ts';
import type { EventRepository } from './audit/event.ts';
import type { AuthenticatorRepository } from './authenticator/authenticator.ts';
import type { OneTimeCodeRepository } from './authenticator/one-time-code.ts';
import type { EnrollmentRepository } from './authenticator/pending-enrollment.ts';
import type { RememberedDeviceRepository } from './device/remembered-device.ts';
import type { TenantRepository } from './directory/tenant.ts';
import type { UserRepository } from './directory/user.ts';
import type { EnvironmentRepository, SigningKeyRepository } from './environment/environment.ts';
import type { FixedWindowRepository } from './limits/fixed-window.ts';
import type { SlidingWindowRepository } from './limits/sliding-window.ts';
import type { LockoutPolicyRepository } from './lockout/lockout-policy.ts';
import type { PasswordFailureRepository } from './lockout/password-failures.ts';
import type { ChallengeRepository } from './login/challenge.ts';
import type { OutboxRepository } from './messaging/message.ts';
import type { MfaPolicyRepository, StrategySettingRepository } from './policy/policy.ts';
import type { RecoveryCodeRepository } from './recovery/recovery-code.ts';
import type { PurgedTable } from './retention.ts';
import type { SessionRepository } from './session/session.ts';

/** A repository of credentials of users. `session/revocation.ts` says what ends them. */
export interface EndsWithUser {
  /** Ends all valid credentials of the user, and none of other users. */
  endAllOf(userId: string, now: Date): Promise<unknown>;
}

/** All repositories by name. */
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
  pendingEnrollments: EnrollmentRepository;
  authenticators: AuthenticatorRepository;
  oneTimeCodes: OneTimeCodeRepository;
  recoveryCodes: RecoveryCodeRepository;
  rememberedDevices: RememberedDeviceRepository;
  sessions: SessionRepository;
  slidingWindows: SlidingWindowRepository;
  fixedWindows: FixedWindowRepository;
  events: EventRepository;
  outbox: OutboxRepository;
  userTokens: UserTokenRepository;
}

/** The database: its repositories and its transactions. */
export interface Store extends Repositories {
  /**
   * Runs `work` in one transaction, which is committed as a whole or not at all. Repositories used inside `work` take part
   * automatically, and a nested call joins the outer transaction. After a serialization conflict `work` runs again, so it
   * must change nothing but the store.
   */
  transact<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Removes rows of the table that ended before the given time, as `retention` defines the end: up to `limit` by each rule, those that
   * ended first before the others. Returns how many it removed, so that fewer than `limit` means that none is left.
   */
  purge(table: PurgedTable, before: Date, limit: number): Promise<number>;
  /** Throws if the database cannot be reached, cannot be written, or does not have exactly the migrations of this release. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
