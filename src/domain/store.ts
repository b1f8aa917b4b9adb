import type { BulkInvitationRepository } from './account/bulk-invitation.ts';
import type { UserMigrationRepository } from './account/user-migration.ts';
import type { UserTokenRepository } from './account/user-token.ts';
import type { EventRepository } from './audit/event.ts';
import type { AuthenticatorRepository } from './authenticator/authenticator.ts';
import type { OneTimeCodeRepository } from './authenticator/one-time-code.ts';
import type { EnrollmentRepository } from './authenticator/pending-enrollment.ts';
import type { RememberedDeviceRepository } from './device/remembered-device.ts';
import type { TenantRepository } from './directory/tenant.ts';
import type { UserRepository } from './directory/user.ts';
import type { UserEmailRepository } from './directory/user-email.ts';
import type { UserPhoneRepository } from './directory/user-phone.ts';
import type { UsernameRepository } from './directory/username.ts';
import type { CaptchaPolicyRepository } from './environment/captcha-policy.ts';
import type { EnvironmentRepository, EnvironmentSecretRepository, SigningKeyRepository } from './environment/environment.ts';
import type { RetainedKeyRepository, SealedValueRepository } from './environment/sealed-values.ts';
import type { GroupRepository } from './group/group.ts';
import type { AdoptionRepository } from './insight/adoption.ts';
import type { MfaPlanRepository } from './insight/plan.ts';
import type { PopulationRepository } from './insight/population.ts';
import type { InvitationLinkRepository } from './invitation/invitation-link.ts';
import type { FixedWindowRepository } from './limits/fixed-window.ts';
import type { GuessRepository } from './limits/guesses.ts';
import type { SlidingWindowRepository } from './limits/sliding-window.ts';
import type { LockoutPolicyRepository } from './lockout/lockout-policy.ts';
import type { PasswordFailureRepository } from './lockout/password-failures.ts';
import type { ChallengeRepository } from './login/challenge.ts';
import type { OutboxRepository } from './messaging/message.ts';
import type { AccountNoteRepository } from './oauth/account-note.ts';
import type { AuthorizationCodeRepository } from './oauth/authorization-code.ts';
import type { HostedLoginRepository } from './oauth/hosted-login.ts';
import type { InteractionRepository } from './oauth/interaction.ts';
import type { RedirectUriRepository } from './oauth/redirect-uri.ts';
import type { PasskeyCeremonyRepository } from './passkey/ceremony.ts';
import type { PasskeyRepository } from './passkey/passkey.ts';
import type {
  PasswordHistoryPolicyRepository,
  PasswordHistoryRepository,
  PasswordPolicyRepository,
  PasswordRotationRepository,
} from './password/policy.ts';
import type { MfaExemptionRepository } from './policy/exemption.ts';
import type { MfaPolicyRepository, StrategySettingRepository } from './policy/policy.ts';
import type { EnforcementScheduleRepository } from './policy/schedule.ts';
import type { RecoveryCodeRepository } from './recovery/recovery-code.ts';
import type { PurgedTable } from './retention.ts';
import type { PermissionRepository } from './role/permission.ts';
import type { RoleRepository } from './role/role.ts';
import type { JwtTemplateRepository } from './session/jwt-template.ts';
import type { SessionRepository } from './session/session.ts';
import type { SessionPolicyRepository } from './session/session-policy.ts';
import type { ApiTokenRepository } from './token/api-token.ts';

/** A repository of credentials of users. `session/revocation.ts` says what ends them. */
export interface EndsWithUser {
  /** Ends all valid credentials of the user, and none of other users. */
  endAllOf(userId: string, now: Date): Promise<unknown>;
}

/** A repository of credentials that are for one tenant. */
export interface EndsInTenant {
  /** Ends all valid credentials for the tenant, of one user, or with null of everybody. */
  endAllIn(tenantId: string, userId: string | null, now: Date): Promise<void>;
}

/** A repository of rows that belong to a tenant and are deleted with it. */
export interface RemovedWithTenant {
  /** Removes everything that belongs to the tenant, and nothing of others. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}

/** All repositories by name. */
export interface Repositories {
  environment: EnvironmentRepository;
  environmentSecrets: EnvironmentSecretRepository;
  retainedKeys: RetainedKeyRepository;
  sealedValues: SealedValueRepository;
  signingKeys: SigningKeyRepository;
  tenants: TenantRepository;
  users: UserRepository;
  userEmails: UserEmailRepository;
  userPhones: UserPhoneRepository;
  usernames: UsernameRepository;
  populations: PopulationRepository;
  roles: RoleRepository;
  permissions: PermissionRepository;
  apiTokens: ApiTokenRepository;
  groups: GroupRepository;
  policies: MfaPolicyRepository;
  strategySettings: StrategySettingRepository;
  mfaPlans: MfaPlanRepository;
  enforcementSchedules: EnforcementScheduleRepository;
  mfaExemptions: MfaExemptionRepository;
  lockoutPolicies: LockoutPolicyRepository;
  passwordPolicies: PasswordPolicyRepository;
  passwordHistoryPolicies: PasswordHistoryPolicyRepository;
  passwordRotations: PasswordRotationRepository;
  passwordHistory: PasswordHistoryRepository;
  passwordFailures: PasswordFailureRepository;
  challenges: ChallengeRepository;
  pendingEnrollments: EnrollmentRepository;
  authenticators: AuthenticatorRepository;
  oneTimeCodes: OneTimeCodeRepository;
  passkeys: PasskeyRepository;
  passkeyCeremonies: PasskeyCeremonyRepository;
  recoveryCodes: RecoveryCodeRepository;
  rememberedDevices: RememberedDeviceRepository;
  sessions: SessionRepository;
  jwtTemplates: JwtTemplateRepository;
  sessionPolicies: SessionPolicyRepository;
  captchaPolicy: CaptchaPolicyRepository;
  slidingWindows: SlidingWindowRepository;
  fixedWindows: FixedWindowRepository;
  guesses: GuessRepository;
  events: EventRepository;
  outbox: OutboxRepository;
  userTokens: UserTokenRepository;
  invitationLinks: InvitationLinkRepository;
  bulkInvitations: BulkInvitationRepository;
  userMigrations: UserMigrationRepository;
  adoption: AdoptionRepository;
  interactions: InteractionRepository;
  authorizationCodes: AuthorizationCodeRepository;
  accountNotes: AccountNoteRepository;
  hostedLogin: HostedLoginRepository;
  redirectUris: RedirectUriRepository;
}

/**
 * What a transaction has to itself until it ends:
 * - `user`: everything that belongs to one person, such as sessions, authenticators, codes and locks;
 * - `holderOfRefreshToken`: the same of the user whose refresh token has this hash, for work that does not know the user yet;
 * - `subject`: everything that is kept for an address or a name, whether or not it belongs to somebody;
 * - `task`: this task of the server alone, for which nothing else waits;
 * - `SETTINGS`: the policies and settings of the environment and of all tenants;
 * - `NOTHING`: work whose every statement is guarded by itself, or which only adds rows.
 *
 * Transactions of a person or a subject read the settings, so they never run at the same time as one that changes these.
 */
export type Exclusive =
  | { readonly user: string }
  | { readonly holderOfRefreshToken: string }
  | { readonly subject: string }
  | { readonly task: string }
  | 'SETTINGS'
  | 'NOTHING';

/** The database: its repositories and its transactions. */
export interface Store extends Repositories {
  /**
   * Runs `work` in one transaction, which is committed as a whole or not at all. Transactions that name the same `exclusive` run one
   * after the other, so that `work` may read, decide and write. Its first statement waits for the turn; what `work` does before that
   * statement may come earlier. Repositories used inside `work` take part automatically, and a nested
   * call joins the outer transaction. After a conflict `work` runs again, so it must change nothing but the store.
   */
  transact<T>(exclusive: Exclusive, work: () => Promise<T>): Promise<T>;
  /**
   * Removes rows of the table that ended before the given time, as `retention` defines the end: up to `limit` by each rule, those that
   * ended first before the others. Returns how many it removed, so that fewer than `limit` means that none is left.
   */
  purge(table: PurgedTable, before: Date, limit: number): Promise<number>;
  /**
   * Removes everything but the environment with its credentials and keys, and brings back the roles and permissions that are built in, as a
   * new database has them. Runs in the caller's transaction, which has the settings to itself. Only the demo is ever made anew by it.
   */
  empty(): Promise<void>;
  /**
   * Runs the statements of `work` in one transaction, one after the other, and commits it whatever they answer. So each has to be
   * guarded by itself, and `work` has to call all of them before it waits for any. Unlike `transact` it costs a single round trip.
   */
  atOnce<T>(exclusive: Exclusive, work: () => Promise<T>): Promise<T>;
  /** Throws if the database cannot be reached, cannot be written, or does not have exactly the migrations of this release. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
