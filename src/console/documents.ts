// Generated from the GraphQL documents beside it; do not edit.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@urql/core';
import { gql } from '@urql/core';
export const ActorKind = {
  ApiToken: 'API_TOKEN',
  Environment: 'ENVIRONMENT',
  Nobody: 'NOBODY',
  User: 'USER'
} as const;

export type ActorKind = typeof ActorKind[keyof typeof ActorKind];
export const AdoptionInterval = {
  Day: 'DAY',
  Month: 'MONTH',
  Week: 'WEEK'
} as const;

export type AdoptionInterval = typeof AdoptionInterval[keyof typeof AdoptionInterval];
export const AdoptionSort = {
  LeastFirst: 'LEAST_FIRST',
  MostUnenrolledFirst: 'MOST_UNENROLLED_FIRST'
} as const;

export type AdoptionSort = typeof AdoptionSort[keyof typeof AdoptionSort];
export type AuthenticateEnvironmentInput = {
  clientId: string;
  secret: string;
};

export type BeginWebAuthnInput = {
  deviceId: string;
  mfaToken: string;
};

export type EnrollAuthenticatorAppInput = {
  mfaToken?: string | null | undefined;
};

export const ErrorCode = {
  AccountLocked: 'ACCOUNT_LOCKED',
  AlreadyEnforced: 'ALREADY_ENFORCED',
  AlreadyEnrolled: 'ALREADY_ENROLLED',
  ApiTokensDisabled: 'API_TOKENS_DISABLED',
  ApiTokenInvalid: 'API_TOKEN_INVALID',
  ApiTokenLimitReached: 'API_TOKEN_LIMIT_REACHED',
  ApiTokenNotFound: 'API_TOKEN_NOT_FOUND',
  ApplicationNotFound: 'APPLICATION_NOT_FOUND',
  AttemptsExhausted: 'ATTEMPTS_EXHAUSTED',
  AuthorizationRefused: 'AUTHORIZATION_REFUSED',
  BadRequest: 'BAD_REQUEST',
  BuiltInPermission: 'BUILT_IN_PERMISSION',
  CaptchaFailed: 'CAPTCHA_FAILED',
  CaptchaPolicyExists: 'CAPTCHA_POLICY_EXISTS',
  CaptchaPolicyNotFound: 'CAPTCHA_POLICY_NOT_FOUND',
  CaptchaRequired: 'CAPTCHA_REQUIRED',
  CaptchaUnavailable: 'CAPTCHA_UNAVAILABLE',
  ChallengeExpired: 'CHALLENGE_EXPIRED',
  CodeExpired: 'CODE_EXPIRED',
  CredentialTaken: 'CREDENTIAL_TAKEN',
  DeviceNotFound: 'DEVICE_NOT_FOUND',
  DocumentInvalid: 'DOCUMENT_INVALID',
  DocumentTooLarge: 'DOCUMENT_TOO_LARGE',
  EmailLimitReached: 'EMAIL_LIMIT_REACHED',
  EmailNotFound: 'EMAIL_NOT_FOUND',
  EmailNotVerified: 'EMAIL_NOT_VERIFIED',
  EmailUnavailable: 'EMAIL_UNAVAILABLE',
  EnforcementScheduled: 'ENFORCEMENT_SCHEDULED',
  EnvironmentCredentialsInvalid: 'ENVIRONMENT_CREDENTIALS_INVALID',
  ExemptionNotFound: 'EXEMPTION_NOT_FOUND',
  FactorLimitReached: 'FACTOR_LIMIT_REACHED',
  Forbidden: 'FORBIDDEN',
  GroupsDisabled: 'GROUPS_DISABLED',
  GroupExists: 'GROUP_EXISTS',
  GroupNotFound: 'GROUP_NOT_FOUND',
  ImpactExceedsLimit: 'IMPACT_EXCEEDS_LIMIT',
  IncorrectPassword: 'INCORRECT_PASSWORD',
  InteractionExpired: 'INTERACTION_EXPIRED',
  Internal: 'INTERNAL',
  InvalidCode: 'INVALID_CODE',
  InvalidCredentials: 'INVALID_CREDENTIALS',
  InvalidInput: 'INVALID_INPUT',
  InvalidRecoveryCode: 'INVALID_RECOVERY_CODE',
  InvalidToken: 'INVALID_TOKEN',
  InvitationsDisabled: 'INVITATIONS_DISABLED',
  InvitationNotFound: 'INVITATION_NOT_FOUND',
  JwtTargetingExists: 'JWT_TARGETING_EXISTS',
  JwtTargetingNotFound: 'JWT_TARGETING_NOT_FOUND',
  JwtTemplateExists: 'JWT_TEMPLATE_EXISTS',
  JwtTemplateInUse: 'JWT_TEMPLATE_IN_USE',
  JwtTemplateLimitReached: 'JWT_TEMPLATE_LIMIT_REACHED',
  JwtTemplateNotFound: 'JWT_TEMPLATE_NOT_FOUND',
  LastFactorEnforced: 'LAST_FACTOR_ENFORCED',
  LockoutPolicyExists: 'LOCKOUT_POLICY_EXISTS',
  LockoutPolicyNotFound: 'LOCKOUT_POLICY_NOT_FOUND',
  MagicLinkDeviceUnknown: 'MAGIC_LINK_DEVICE_UNKNOWN',
  MagicLinkExpired: 'MAGIC_LINK_EXPIRED',
  MagicLinkNotFound: 'MAGIC_LINK_NOT_FOUND',
  MailboxProofRequired: 'MAILBOX_PROOF_REQUIRED',
  MethodNotAllowed: 'METHOD_NOT_ALLOWED',
  MigrationNotFound: 'MIGRATION_NOT_FOUND',
  NothingToUpdate: 'NOTHING_TO_UPDATE',
  NotEnrolled: 'NOT_ENROLLED',
  NotFound: 'NOT_FOUND',
  NotSupported: 'NOT_SUPPORTED',
  NoAdministratorEnrolled: 'NO_ADMINISTRATOR_ENROLLED',
  NoStrategyAvailable: 'NO_STRATEGY_AVAILABLE',
  PasskeyLimitReached: 'PASSKEY_LIMIT_REACHED',
  PasswordExpired: 'PASSWORD_EXPIRED',
  PasswordHistoryPolicyExists: 'PASSWORD_HISTORY_POLICY_EXISTS',
  PasswordHistoryPolicyNotFound: 'PASSWORD_HISTORY_POLICY_NOT_FOUND',
  PasswordRotationNotFound: 'PASSWORD_ROTATION_NOT_FOUND',
  PayloadTooLarge: 'PAYLOAD_TOO_LARGE',
  PermissionCategoryExists: 'PERMISSION_CATEGORY_EXISTS',
  PermissionCategoryNotFound: 'PERMISSION_CATEGORY_NOT_FOUND',
  PermissionExists: 'PERMISSION_EXISTS',
  PermissionNotFound: 'PERMISSION_NOT_FOUND',
  PhoneExists: 'PHONE_EXISTS',
  PhoneLimitReached: 'PHONE_LIMIT_REACHED',
  PhoneNotFound: 'PHONE_NOT_FOUND',
  PlanApplied: 'PLAN_APPLIED',
  PlanExpired: 'PLAN_EXPIRED',
  PlanNotFound: 'PLAN_NOT_FOUND',
  PlanStale: 'PLAN_STALE',
  PolicyExists: 'POLICY_EXISTS',
  PolicyNotFound: 'POLICY_NOT_FOUND',
  PrimaryEmail: 'PRIMARY_EMAIL',
  RateLimited: 'RATE_LIMITED',
  RedirectUriExists: 'REDIRECT_URI_EXISTS',
  RedirectUriInvalid: 'REDIRECT_URI_INVALID',
  RedirectUriLimitReached: 'REDIRECT_URI_LIMIT_REACHED',
  RedirectUriNotFound: 'REDIRECT_URI_NOT_FOUND',
  RoleExists: 'ROLE_EXISTS',
  RoleLevelTooLow: 'ROLE_LEVEL_TOO_LOW',
  RoleNotFound: 'ROLE_NOT_FOUND',
  ScheduleNotFound: 'SCHEDULE_NOT_FOUND',
  ScheduleNotWaiting: 'SCHEDULE_NOT_WAITING',
  SessionExpired: 'SESSION_EXPIRED',
  SessionNotFound: 'SESSION_NOT_FOUND',
  SignUpDisabled: 'SIGN_UP_DISABLED',
  SmsUnavailable: 'SMS_UNAVAILABLE',
  StepUpRequired: 'STEP_UP_REQUIRED',
  StrategyInactive: 'STRATEGY_INACTIVE',
  StrategyNotInEnvironment: 'STRATEGY_NOT_IN_ENVIRONMENT',
  StrategyUnavailable: 'STRATEGY_UNAVAILABLE',
  TenantExists: 'TENANT_EXISTS',
  TenantHeaderInvalid: 'TENANT_HEADER_INVALID',
  TenantHeaderRequired: 'TENANT_HEADER_REQUIRED',
  TenantNotFound: 'TENANT_NOT_FOUND',
  Unauthenticated: 'UNAUTHENTICATED',
  Unavailable: 'UNAVAILABLE',
  UnsupportedMediaType: 'UNSUPPORTED_MEDIA_TYPE',
  UsernameExists: 'USERNAME_EXISTS',
  UsernameNotFound: 'USERNAME_NOT_FOUND',
  UserExists: 'USER_EXISTS',
  UserHeaderRequired: 'USER_HEADER_REQUIRED',
  UserNotFound: 'USER_NOT_FOUND'
} as const;

export type ErrorCode = typeof ErrorCode[keyof typeof ErrorCode];
export const FirstFactor = {
  EmailCode: 'EMAIL_CODE',
  EnterpriseSso: 'ENTERPRISE_SSO',
  Passkey: 'PASSKEY',
  Password: 'PASSWORD',
  SmsCode: 'SMS_CODE',
  VerifiedPasskey: 'VERIFIED_PASSKEY'
} as const;

export type FirstFactor = typeof FirstFactor[keyof typeof FirstFactor];
export type GenerateStepUpInput = {
  maxAgeSeconds?: number | null | undefined;
};

export type LogInInput = {
  captchaToken?: string | null | undefined;
  deviceToken?: string | null | undefined;
  email?: string | null | undefined;
  invitationToken?: string | null | undefined;
  password: string;
  username?: string | null | undefined;
};

export type LogOutInput = {
  refreshToken: string;
};

export const MfaEnforcement = {
  DontForce: 'DONT_FORCE',
  Force: 'FORCE',
  ForceExceptSaml: 'FORCE_EXCEPT_SAML'
} as const;

export type MfaEnforcement = typeof MfaEnforcement[keyof typeof MfaEnforcement];
export type MfaEventFilter = {
  kinds?: Array<MfaEventKind> | null | undefined;
  occurredFrom?: string | null | undefined;
  occurredUntil?: string | null | undefined;
  tenantId?: string | null | undefined;
  userId?: string | null | undefined;
};

export const MfaEventKind = {
  AccessTokenCreated: 'ACCESS_TOKEN_CREATED',
  AccessTokenDeleted: 'ACCESS_TOKEN_DELETED',
  ActivationStrategySet: 'ACTIVATION_STRATEGY_SET',
  ActivationTokenGenerated: 'ACTIVATION_TOKEN_GENERATED',
  ApiTokenAuthenticated: 'API_TOKEN_AUTHENTICATED',
  ApiTokenCreated: 'API_TOKEN_CREATED',
  ApiTokenDeleted: 'API_TOKEN_DELETED',
  ApiTokenRefused: 'API_TOKEN_REFUSED',
  ApiTokenUpdated: 'API_TOKEN_UPDATED',
  ApplicationAuthorized: 'APPLICATION_AUTHORIZED',
  ApplicationSignedIn: 'APPLICATION_SIGNED_IN',
  AuthorizationCodeReused: 'AUTHORIZATION_CODE_REUSED',
  AuthorizationFailed: 'AUTHORIZATION_FAILED',
  CaptchaPolicySet: 'CAPTCHA_POLICY_SET',
  CodeSent: 'CODE_SENT',
  DeviceRemembered: 'DEVICE_REMEMBERED',
  DeviceRevoked: 'DEVICE_REVOKED',
  EmailAdded: 'EMAIL_ADDED',
  EmailRemoved: 'EMAIL_REMOVED',
  EnrollmentBegun: 'ENROLLMENT_BEGUN',
  EnvironmentAuthenticated: 'ENVIRONMENT_AUTHENTICATED',
  EnvironmentAuthenticationFailed: 'ENVIRONMENT_AUTHENTICATION_FAILED',
  EnvironmentUpdated: 'ENVIRONMENT_UPDATED',
  FactorEnrolled: 'FACTOR_ENROLLED',
  FactorRemoved: 'FACTOR_REMOVED',
  FactorRenamed: 'FACTOR_RENAMED',
  GroupCreated: 'GROUP_CREATED',
  GroupDeleted: 'GROUP_DELETED',
  GroupMembersChanged: 'GROUP_MEMBERS_CHANGED',
  GroupRolesChanged: 'GROUP_ROLES_CHANGED',
  GroupUpdated: 'GROUP_UPDATED',
  HostedLoginUpdated: 'HOSTED_LOGIN_UPDATED',
  InvitationAccepted: 'INVITATION_ACCEPTED',
  InvitationCreated: 'INVITATION_CREATED',
  InvitationDeleted: 'INVITATION_DELETED',
  InvitationNotUsed: 'INVITATION_NOT_USED',
  InvitationUpdated: 'INVITATION_UPDATED',
  JwtTargetingChanged: 'JWT_TARGETING_CHANGED',
  JwtTemplateChanged: 'JWT_TEMPLATE_CHANGED',
  LockoutPolicyCreated: 'LOCKOUT_POLICY_CREATED',
  LockoutPolicyUpdated: 'LOCKOUT_POLICY_UPDATED',
  LoginFailed: 'LOGIN_FAILED',
  LoginSucceeded: 'LOGIN_SUCCEEDED',
  MailboxProven: 'MAILBOX_PROVEN',
  MessageGivenUp: 'MESSAGE_GIVEN_UP',
  MfaBypassSet: 'MFA_BYPASS_SET',
  MfaChallenged: 'MFA_CHALLENGED',
  MfaConfigurationSet: 'MFA_CONFIGURATION_SET',
  MfaEnforcementCancelled: 'MFA_ENFORCEMENT_CANCELLED',
  MfaEnforcementScheduled: 'MFA_ENFORCEMENT_SCHEDULED',
  MfaEnforcementStarted: 'MFA_ENFORCEMENT_STARTED',
  MfaExemptionEnded: 'MFA_EXEMPTION_ENDED',
  MfaExemptionGranted: 'MFA_EXEMPTION_GRANTED',
  MfaFailed: 'MFA_FAILED',
  MfaReminded: 'MFA_REMINDED',
  MfaReset: 'MFA_RESET',
  MfaSucceeded: 'MFA_SUCCEEDED',
  MigrationFinished: 'MIGRATION_FINISHED',
  MigrationStarted: 'MIGRATION_STARTED',
  PasskeyAdded: 'PASSKEY_ADDED',
  PasskeyRemoved: 'PASSKEY_REMOVED',
  PasskeyRenamed: 'PASSKEY_RENAMED',
  PasswordChanged: 'PASSWORD_CHANGED',
  PasswordExpired: 'PASSWORD_EXPIRED',
  PasswordHistoryPolicySet: 'PASSWORD_HISTORY_POLICY_SET',
  PasswordPolicySet: 'PASSWORD_POLICY_SET',
  PasswordRefused: 'PASSWORD_REFUSED',
  PasswordRehashed: 'PASSWORD_REHASHED',
  PasswordResetFailed: 'PASSWORD_RESET_FAILED',
  PasswordResetRequested: 'PASSWORD_RESET_REQUESTED',
  PasswordRotationSet: 'PASSWORD_ROTATION_SET',
  PermissionCategoryChanged: 'PERMISSION_CATEGORY_CHANGED',
  PermissionCreated: 'PERMISSION_CREATED',
  PermissionDeleted: 'PERMISSION_DELETED',
  PermissionUpdated: 'PERMISSION_UPDATED',
  PhoneAdded: 'PHONE_ADDED',
  PhoneRemoved: 'PHONE_REMOVED',
  PhoneVerified: 'PHONE_VERIFIED',
  PolicyCreated: 'POLICY_CREATED',
  PolicyUpdated: 'POLICY_UPDATED',
  RecoveryCodesGenerated: 'RECOVERY_CODES_GENERATED',
  RecoveryFailed: 'RECOVERY_FAILED',
  RecoveryUsed: 'RECOVERY_USED',
  RedirectUriAdded: 'REDIRECT_URI_ADDED',
  RedirectUriRemoved: 'REDIRECT_URI_REMOVED',
  RefreshFailed: 'REFRESH_FAILED',
  RefreshTokenReused: 'REFRESH_TOKEN_REUSED',
  RequestRefused: 'REQUEST_REFUSED',
  RoleCreated: 'ROLE_CREATED',
  RoleDeleted: 'ROLE_DELETED',
  RolePermissionsSet: 'ROLE_PERMISSIONS_SET',
  RoleUpdated: 'ROLE_UPDATED',
  SessionElevated: 'SESSION_ELEVATED',
  SessionEnded: 'SESSION_ENDED',
  SessionPolicySet: 'SESSION_POLICY_SET',
  SessionRefreshed: 'SESSION_REFRESHED',
  StepUpRequired: 'STEP_UP_REQUIRED',
  StrategySet: 'STRATEGY_SET',
  TenantCreated: 'TENANT_CREATED',
  TenantDeleted: 'TENANT_DELETED',
  TenantRequested: 'TENANT_REQUESTED',
  TenantUpdated: 'TENANT_UPDATED',
  TenantUsersMoved: 'TENANT_USERS_MOVED',
  UsernameRemoved: 'USERNAME_REMOVED',
  UsernameSet: 'USERNAME_SET',
  UserActivated: 'USER_ACTIVATED',
  UserCreated: 'USER_CREATED',
  UserDeleted: 'USER_DELETED',
  UserDisabled: 'USER_DISABLED',
  UserEmailChanged: 'USER_EMAIL_CHANGED',
  UserEnabled: 'USER_ENABLED',
  UserExpirySet: 'USER_EXPIRY_SET',
  UserFlagSet: 'USER_FLAG_SET',
  UserImported: 'USER_IMPORTED',
  UserJoinedTenant: 'USER_JOINED_TENANT',
  UserLeftTenant: 'USER_LEFT_TENANT',
  UserLocked: 'USER_LOCKED',
  UserRolesChanged: 'USER_ROLES_CHANGED',
  UserSignedUp: 'USER_SIGNED_UP',
  UserUnlocked: 'USER_UNLOCKED',
  UserUpdated: 'USER_UPDATED',
  UserVerified: 'USER_VERIFIED'
} as const;

export type MfaEventKind = typeof MfaEventKind[keyof typeof MfaEventKind];
export const MfaOutcome = {
  Exempt: 'EXEMPT',
  InGrace: 'IN_GRACE',
  LockedOut: 'LOCKED_OUT',
  MustEnroll: 'MUST_ENROLL',
  MustVerify: 'MUST_VERIFY',
  NoSecondFactor: 'NO_SECOND_FACTOR',
  Remembered: 'REMEMBERED',
  Satisfied: 'SATISFIED'
} as const;

export type MfaOutcome = typeof MfaOutcome[keyof typeof MfaOutcome];
export type MfaPolicyChange = {
  allowRememberMyDevice?: boolean | null | undefined;
  enforceMfaType?: MfaEnforcement | null | undefined;
  mfaDeviceExpirationSeconds?: number | null | undefined;
  strategies?: Array<MfaStrategyChange> | null | undefined;
};

export const MfaPolicyReason = {
  EnvironmentStricter: 'ENVIRONMENT_STRICTER',
  NoPolicy: 'NO_POLICY',
  OnlyEnvironment: 'ONLY_ENVIRONMENT',
  OnlyTenant: 'ONLY_TENANT',
  SameStrength: 'SAME_STRENGTH',
  TenantStricter: 'TENANT_STRICTER'
} as const;

export type MfaPolicyReason = typeof MfaPolicyReason[keyof typeof MfaPolicyReason];
export const MfaRule = {
  AccountLocked: 'ACCOUNT_LOCKED',
  AddressNotVerified: 'ADDRESS_NOT_VERIFIED',
  Bypass: 'BYPASS',
  EnvironmentPolicy: 'ENVIRONMENT_POLICY',
  Exemption: 'EXEMPTION',
  FactorEnrolled: 'FACTOR_ENROLLED',
  FactorShut: 'FACTOR_SHUT',
  Grace: 'GRACE',
  NoOpenMembership: 'NO_OPEN_MEMBERSHIP',
  RememberedDevice: 'REMEMBERED_DEVICE',
  SsoExemption: 'SSO_EXEMPTION',
  StrategyAvailable: 'STRATEGY_AVAILABLE',
  TenantPolicy: 'TENANT_POLICY',
  UserVerification: 'USER_VERIFICATION'
} as const;

export type MfaRule = typeof MfaRule[keyof typeof MfaRule];
export type MfaStrategyChange = {
  active: boolean;
  strategy: MfaStrategyName;
};

export const MfaStrategyName = {
  AuthenticatorApp: 'AUTHENTICATOR_APP',
  EmailCode: 'EMAIL_CODE',
  Sms: 'SMS',
  WebauthnCrossPlatform: 'WEBAUTHN_CROSS_PLATFORM',
  WebauthnPlatform: 'WEBAUTHN_PLATFORM'
} as const;

export type MfaStrategyName = typeof MfaStrategyName[keyof typeof MfaStrategyName];
export const MfaWarning = {
  NoStrategyAvailable: 'NO_STRATEGY_AVAILABLE'
} as const;

export type MfaWarning = typeof MfaWarning[keyof typeof MfaWarning];
export type RecoverMfaInput = {
  email: string;
  recoveryCode: string;
};

export type RefreshSessionInput = {
  deviceToken?: string | null | undefined;
  refreshToken: string;
  tenantId?: string | null | undefined;
};

export type RemoveAuthenticatorInput = {
  code?: string | null | undefined;
  deviceId: string;
  userId?: string | null | undefined;
};

export type ResetUserMfaInput = {
  userId: string;
};

export type RevokeAllRememberedDevicesInput = {
  userId?: string | null | undefined;
};

export type SendEmailCodeInput = {
  mfaToken: string;
};

export type SendSmsCodeInput = {
  deviceId: string;
  mfaToken: string;
};

export type SetMfaStrategyInput = {
  active: boolean;
  strategy: MfaStrategyName;
};

export type SimulateMfaPolicyInput = {
  change: MfaPolicyChange;
  tenantId?: string | null | undefined;
};

export const SortDirection = {
  Ascending: 'ASCENDING',
  Descending: 'DESCENDING'
} as const;

export type SortDirection = typeof SortDirection[keyof typeof SortDirection];
export type TenantSort = {
  by: TenantSortKey;
  direction?: SortDirection | null | undefined;
};

export const TenantSortKey = {
  CreatedAt: 'CREATED_AT',
  Id: 'ID',
  Name: 'NAME'
} as const;

export type TenantSortKey = typeof TenantSortKey[keyof typeof TenantSortKey];
export type UnlockUserInput = {
  userId: string;
};

export type UpsertMfaPolicyInput = {
  allowRememberMyDevice?: boolean | null | undefined;
  enforceMfaType: MfaEnforcement;
  mfaDeviceExpirationSeconds?: number | null | undefined;
};

export type UserFilter = {
  email?: string | null | undefined;
  lastLoginFrom?: string | null | undefined;
  lastLoginUntil?: string | null | undefined;
  locked?: boolean | null | undefined;
  loggedIn?: boolean | null | undefined;
  mfaEnrolled?: boolean | null | undefined;
  onlyWeakFactors?: boolean | null | undefined;
  roleId?: string | null | undefined;
  tenantId?: string | null | undefined;
  verified?: boolean | null | undefined;
};

export type UserSort = {
  by: UserSortKey;
  direction?: SortDirection | null | undefined;
};

export const UserSortKey = {
  CreatedAt: 'CREATED_AT',
  Email: 'EMAIL',
  LastLoginAt: 'LAST_LOGIN_AT',
  Name: 'NAME'
} as const;

export type UserSortKey = typeof UserSortKey[keyof typeof UserSortKey];
export type VerifyAuthenticatorAppEnrollmentInput = {
  code: string;
  mfaToken?: string | null | undefined;
  name?: string | null | undefined;
  rememberDevice?: boolean | null | undefined;
};

export type VerifyAuthenticatorAppInput = {
  code: string;
  deviceId?: string | null | undefined;
  mfaToken: string;
  rememberDevice?: boolean | null | undefined;
};

export type VerifyEmailCodeInput = {
  code: string;
  mfaToken: string;
  otcToken: string;
  rememberDevice?: boolean | null | undefined;
};

export type VerifySmsInput = {
  code: string;
  deviceId: string;
  mfaToken: string;
  otcToken: string;
  rememberDevice?: boolean | null | undefined;
};

export type VerifyWebAuthnInput = {
  credential: Record<string, unknown>;
  deviceId: string;
  mfaToken: string;
  rememberDevice?: boolean | null | undefined;
  webauthnToken: string;
};

export type EventsQueryVariables = Exact<{
  filter?: MfaEventFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type EventsQuery = { mfaEvents: { nodes: Array<{ id: string, occurredAt: string, kind: MfaEventKind, mfaStrategy: MfaStrategyName | null, reason: string | null, actorKind: ActorKind, actorId: string | null, userId: string | null, tenantId: string | null, address: string, requestId: string, actor: { email: string } | null, user: { email: string } | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type UserIdOfEmailQueryVariables = Exact<{
  email: string;
}>;


export type UserIdOfEmailQuery = { users: { nodes: Array<{ restId: string }> } };

export type FindPeopleQueryVariables = Exact<{
  search?: string | null | undefined;
  filter?: UserFilter | null | undefined;
  sort?: UserSort | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type FindPeopleQuery = { users: { totalCount: number | null, nodes: Array<{ restId: string, name: string, email: string, locked: boolean, verified: boolean, mfaEnrolled: boolean, mfaBypass: boolean, lastLoginAt: string | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type PersonQueryVariables = Exact<{
  id: string;
}>;


export type PersonQuery = { user: { restId: string, name: string, email: string, username: string | null, createdAt: string, lastLoginAt: string | null, locked: boolean, verified: boolean, mfaEnrolled: boolean, mfaBypass: boolean, recoveryCodesRemaining: number, activeTenant: { restId: string, name: string } | null, memberships: Array<{ pending: boolean, disabled: boolean, expiresAt: string | null, tenant: { restId: string, name: string } | null, roles: Array<{ key: string, name: string }> }>, authenticators: Array<{ restId: string, strategy: MfaStrategyName, label: string, createdAt: string, lastUsedAt: string | null }>, rememberedDevices: Array<{ restId: string, name: string, honored: boolean, createdAt: string, expiresAt: string }>, mfaGrace: { endsAt: string } | null, mfaExemptions: Array<{ restId: string, reason: string | null, lastsUntil: string | null, tenant: { restId: string, name: string } | null }> } | null };

export type ExplainMfaQueryVariables = Exact<{
  userId: string;
  tenantId?: string | null | undefined;
  firstFactor?: FirstFactor | null | undefined;
}>;


export type ExplainMfaQuery = { explainMfa: { outcome: MfaOutcome, sentence: string, steps: Array<{ rule: MfaRule, applied: boolean, decisive: boolean, note: string }> } | null };

export type UnlockUserMutationVariables = Exact<{
  input: UnlockUserInput;
}>;


export type UnlockUserMutation = { unlockUser:
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'UnlockUserSuccess' }
    | { __typename: 'UserNotFoundError', code: ErrorCode, message: string }
   };

export type ResetUserMfaMutationVariables = Exact<{
  input: ResetUserMfaInput;
}>;


export type ResetUserMfaMutation = { resetUserMfa:
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'ResetUserMfaSuccess' }
    | { __typename: 'UserNotFoundError', code: ErrorCode, message: string }
   };

export type RemoveAuthenticatorMutationVariables = Exact<{
  input: RemoveAuthenticatorInput;
}>;


export type RemoveAuthenticatorMutation = { removeAuthenticator:
    | { __typename: 'AttemptsExhaustedError', code: ErrorCode, message: string }
    | { __typename: 'DeviceNotFoundError', code: ErrorCode, message: string }
    | { __typename: 'InvalidCodeError', code: ErrorCode, message: string }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'LastFactorEnforcedError', code: ErrorCode, message: string }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string }
    | { __typename: 'RemoveAuthenticatorSuccess' }
    | { __typename: 'UserNotFoundError', code: ErrorCode, message: string }
   };

export type RevokeAllRememberedDevicesMutationVariables = Exact<{
  input: RevokeAllRememberedDevicesInput;
}>;


export type RevokeAllRememberedDevicesMutation = { revokeAllRememberedDevices:
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'RevokeAllRememberedDevicesSuccess' }
    | { __typename: 'UserNotFoundError', code: ErrorCode, message: string }
   };

export type TenantsByNeedQueryVariables = Exact<{
  sort?: AdoptionSort | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type TenantsByNeedQuery = { mfaAdoption: { tenants: { totalCount: number | null, nodes: Array<{ tenant: { restId: string, name: string, effectiveMfaPolicy: { enforceMfaType: MfaEnforcement } } | null, count: { users: number, enrolled: number, onlyWeak: number, locked: number, activeLast30Days: number } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } } | null };

export type FindTenantsQueryVariables = Exact<{
  text?: string | null | undefined;
  sort?: TenantSort | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type FindTenantsQuery = { tenants: { totalCount: number | null, nodes: Array<{ restId: string, name: string, createdAt: string, effectiveMfaPolicy: { enforceMfaType: MfaEnforcement } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type PageEndsFragment = { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null };

export type AdoptionCountsFragment = { users: number, activeLast30Days: number, enrolled: number, enrolledOfActive: number, phishingResistant: number, onlyWeak: number, recoveryReady: number, exempt: number, locked: number };

export type AdoptionQueryVariables = Exact<{
  tenantId?: string | null | undefined;
  from?: string | null | undefined;
  every?: AdoptionInterval | null | undefined;
}>;


export type AdoptionQuery = { mfaAdoption: { countedAt: string, now: { users: number, activeLast30Days: number, enrolled: number, enrolledOfActive: number, phishingResistant: number, onlyWeak: number, recoveryReady: number, exempt: number, locked: number }, byStrategy: Array<{ strategy: MfaStrategyName, users: number }>, series: Array<{ dayStartsAt: string, count: { users: number, enrolled: number, phishingResistant: number, onlyWeak: number }, byStrategy: Array<{ strategy: MfaStrategyName, users: number }> }>, funnel: { challenged: number, succeeded: number, failed: number, abandoned: number, enrollmentsBegun: number, enrollmentsConfirmed: number, enrollmentsAbandoned: number } } | null };

export type StoredPolicyFragment = { enforceMfaType: MfaEnforcement, allowRememberMyDevice: boolean, mfaDeviceExpirationSeconds: number, updatedAt: string };

export type EffectivePolicyFragment = { enforceMfaType: MfaEnforcement, allowRememberMyDevice: boolean, mfaDeviceExpirationSeconds: number, reason: MfaPolicyReason };

export type EnvironmentPolicyQueryVariables = Exact<{ [key: string]: never; }>;


export type EnvironmentPolicyQuery = { mfaPolicy: { enforceMfaType: MfaEnforcement, allowRememberMyDevice: boolean, mfaDeviceExpirationSeconds: number, updatedAt: string } | null, effectiveMfaPolicy: { enforceMfaType: MfaEnforcement, allowRememberMyDevice: boolean, mfaDeviceExpirationSeconds: number, reason: MfaPolicyReason }, mfaStrategies: Array<{ strategy: MfaStrategyName, active: boolean }> };

export type TenantPolicyQueryVariables = Exact<{
  tenantId: string;
}>;


export type TenantPolicyQuery = { tenant: { restId: string, name: string, mfaPolicy: { enforceMfaType: MfaEnforcement, allowRememberMyDevice: boolean, mfaDeviceExpirationSeconds: number, updatedAt: string } | null, effectiveMfaPolicy: { enforceMfaType: MfaEnforcement, allowRememberMyDevice: boolean, mfaDeviceExpirationSeconds: number, reason: MfaPolicyReason }, mfaStrategies: Array<{ strategy: MfaStrategyName, active: boolean }> } | null };

export type PolicyImpactQueryVariables = Exact<{
  input: SimulateMfaPolicyInput;
}>;


export type PolicyImpactQuery = { simulateMfaPolicy:
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'NothingToUpdateError', code: ErrorCode, message: string }
    | { __typename: 'SimulateMfaPolicySuccess', impact: { totalCount: number, administratorsLockedOutCount: number, newlyLockedOutCount: number, newlyMustEnrollCount: number, neverLoggedInCount: number, rememberedDevicesVoidedCount: number, after: { enforceMfaType: MfaEnforcement, allowRememberMyDevice: boolean, mfaDeviceExpirationSeconds: number, reason: MfaPolicyReason }, counts: Array<{ outcome: MfaOutcome, before: number, after: number }> } }
    | { __typename: 'StrategyNotInEnvironmentError', code: ErrorCode, message: string }
    | { __typename: 'StrategyUnavailableError', code: ErrorCode, message: string, reason: string }
    | { __typename: 'TenantNotFoundError', code: ErrorCode, message: string }
   };

export type PeopleOfImpactQueryVariables = Exact<{
  input: SimulateMfaPolicyInput;
  outcome?: MfaOutcome | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type PeopleOfImpactQuery = { simulateMfaPolicy:
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'NothingToUpdateError', code: ErrorCode, message: string }
    | { __typename: 'SimulateMfaPolicySuccess', impact: { people: { totalCount: number | null, edges: Array<{ was: MfaOutcome, becomes: MfaOutcome, because: MfaRule, node: { restId: string, name: string, email: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } }
    | { __typename: 'StrategyNotInEnvironmentError', code: ErrorCode, message: string }
    | { __typename: 'StrategyUnavailableError', code: ErrorCode, message: string }
    | { __typename: 'TenantNotFoundError', code: ErrorCode, message: string }
   };

export type SavePolicyMutationVariables = Exact<{
  input: UpsertMfaPolicyInput;
}>;


export type SavePolicyMutation = { upsertMfaPolicy:
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string, issues: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'UpsertMfaPolicySuccess', warnings: Array<MfaWarning> }
   };

export type SwitchStrategyMutationVariables = Exact<{
  input: SetMfaStrategyInput;
}>;


export type SwitchStrategyMutation = { setMfaStrategy:
    | { __typename: 'SetMfaStrategySuccess', warnings: Array<MfaWarning> }
    | { __typename: 'StrategyNotInEnvironmentError', code: ErrorCode, message: string }
    | { __typename: 'StrategyUnavailableError', code: ErrorCode, message: string, reason: string }
   };

export type VerifyAuthenticatorAppMutationVariables = Exact<{
  input: VerifyAuthenticatorAppInput;
}>;


export type VerifyAuthenticatorAppMutation = { verifyAuthenticatorApp:
    | { __typename: 'AccountLockedError', code: ErrorCode, message: string }
    | { __typename: 'AttemptsExhaustedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'ChallengeExpiredError', code: ErrorCode, message: string }
    | { __typename: 'DeviceNotFoundError', code: ErrorCode, message: string }
    | { __typename: 'InvalidCodeError', code: ErrorCode, message: string, attemptsRemaining: number | null }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'NotEnrolledError', code: ErrorCode, message: string }
    | { __typename: 'PasswordExpiredError', code: ErrorCode, message: string }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'VerifyAuthenticatorAppSuccess', session: { accessToken: string, expiresInSeconds: number, refreshToken: string, tenantId: string } }
   };

export type SendEmailCodeMutationVariables = Exact<{
  input: SendEmailCodeInput;
}>;


export type SendEmailCodeMutation = { sendEmailCode:
    | { __typename: 'AccountLockedError', code: ErrorCode, message: string }
    | { __typename: 'ChallengeExpiredError', code: ErrorCode, message: string }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'SendEmailCodeSuccess', otcToken: string }
    | { __typename: 'StrategyInactiveError', code: ErrorCode, message: string }
   };

export type VerifyEmailCodeMutationVariables = Exact<{
  input: VerifyEmailCodeInput;
}>;


export type VerifyEmailCodeMutation = { verifyEmailCode:
    | { __typename: 'AccountLockedError', code: ErrorCode, message: string }
    | { __typename: 'AttemptsExhaustedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'ChallengeExpiredError', code: ErrorCode, message: string }
    | { __typename: 'CodeExpiredError', code: ErrorCode, message: string }
    | { __typename: 'InvalidCodeError', code: ErrorCode, message: string, attemptsRemaining: number | null }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'PasswordExpiredError', code: ErrorCode, message: string }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'StrategyInactiveError', code: ErrorCode, message: string }
    | { __typename: 'VerifyEmailCodeSuccess', session: { accessToken: string, expiresInSeconds: number, refreshToken: string, tenantId: string } }
   };

export type SendSmsCodeMutationVariables = Exact<{
  input: SendSmsCodeInput;
}>;


export type SendSmsCodeMutation = { sendSmsCode:
    | { __typename: 'AccountLockedError', code: ErrorCode, message: string }
    | { __typename: 'ChallengeExpiredError', code: ErrorCode, message: string }
    | { __typename: 'DeviceNotFoundError', code: ErrorCode, message: string }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'SendSmsCodeSuccess', otcToken: string }
   };

export type VerifySmsMutationVariables = Exact<{
  input: VerifySmsInput;
}>;


export type VerifySmsMutation = { verifySms:
    | { __typename: 'AccountLockedError', code: ErrorCode, message: string }
    | { __typename: 'AttemptsExhaustedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'ChallengeExpiredError', code: ErrorCode, message: string }
    | { __typename: 'CodeExpiredError', code: ErrorCode, message: string }
    | { __typename: 'DeviceNotFoundError', code: ErrorCode, message: string }
    | { __typename: 'InvalidCodeError', code: ErrorCode, message: string, attemptsRemaining: number | null }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'PasswordExpiredError', code: ErrorCode, message: string }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'VerifySmsSuccess', session: { accessToken: string, expiresInSeconds: number, refreshToken: string, tenantId: string } }
   };

export type BeginWebAuthnMutationVariables = Exact<{
  input: BeginWebAuthnInput;
}>;


export type BeginWebAuthnMutation = { beginWebAuthn:
    | { __typename: 'AccountLockedError', code: ErrorCode, message: string }
    | { __typename: 'BeginWebAuthnSuccess', options: Record<string, unknown>, webauthnToken: string }
    | { __typename: 'ChallengeExpiredError', code: ErrorCode, message: string }
    | { __typename: 'DeviceNotFoundError', code: ErrorCode, message: string }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, retryAfterSeconds: number }
   };

export type VerifyWebAuthnMutationVariables = Exact<{
  input: VerifyWebAuthnInput;
}>;


export type VerifyWebAuthnMutation = { verifyWebAuthn:
    | { __typename: 'AccountLockedError', code: ErrorCode, message: string }
    | { __typename: 'AttemptsExhaustedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'ChallengeExpiredError', code: ErrorCode, message: string }
    | { __typename: 'CodeExpiredError', code: ErrorCode, message: string }
    | { __typename: 'DeviceNotFoundError', code: ErrorCode, message: string }
    | { __typename: 'InvalidCodeError', code: ErrorCode, message: string }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'PasswordExpiredError', code: ErrorCode, message: string }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'VerifyWebAuthnSuccess', session: { accessToken: string, expiresInSeconds: number, refreshToken: string, tenantId: string } }
   };

export type RecoverMfaMutationVariables = Exact<{
  input: RecoverMfaInput;
}>;


export type RecoverMfaMutation = { recoverMfa:
    | { __typename: 'AttemptsExhaustedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'InvalidRecoveryCodeError', code: ErrorCode, message: string }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'RecoverMfaSuccess' }
   };

export type EnrollAuthenticatorAppMutationVariables = Exact<{
  input: EnrollAuthenticatorAppInput;
}>;


export type EnrollAuthenticatorAppMutation = { enrollAuthenticatorApp:
    | { __typename: 'AccountLockedError', code: ErrorCode, message: string }
    | { __typename: 'AlreadyEnrolledError', code: ErrorCode, message: string }
    | { __typename: 'ChallengeExpiredError', code: ErrorCode, message: string }
    | { __typename: 'EnrollAuthenticatorAppSuccess', qrCode: string, secret: string }
    | { __typename: 'FactorLimitReachedError', code: ErrorCode, message: string }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'StrategyInactiveError', code: ErrorCode, message: string }
   };

export type VerifyAuthenticatorAppEnrollmentMutationVariables = Exact<{
  input: VerifyAuthenticatorAppEnrollmentInput;
}>;


export type VerifyAuthenticatorAppEnrollmentMutation = { verifyAuthenticatorAppEnrollment:
    | { __typename: 'AccountLockedError', code: ErrorCode, message: string }
    | { __typename: 'AlreadyEnrolledError', code: ErrorCode, message: string }
    | { __typename: 'AttemptsExhaustedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'ChallengeExpiredError', code: ErrorCode, message: string }
    | { __typename: 'FactorLimitReachedError', code: ErrorCode, message: string }
    | { __typename: 'InvalidCodeError', code: ErrorCode, message: string, attemptsRemaining: number | null }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'PasswordExpiredError', code: ErrorCode, message: string }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'StrategyInactiveError', code: ErrorCode, message: string }
    | { __typename: 'VerifyAuthenticatorAppEnrollmentSuccess', recoveryCode: string | null, session: { accessToken: string, expiresInSeconds: number, refreshToken: string, tenantId: string } | null }
   };

export type GenerateStepUpMutationVariables = Exact<{
  input: GenerateStepUpInput;
}>;


export type GenerateStepUpMutation = { generateStepUp:
    | { __typename: 'AccountLockedError', code: ErrorCode, message: string }
    | { __typename: 'GenerateStepUpSuccess', session: { accessToken: string, expiresInSeconds: number, refreshToken: string, tenantId: string } }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'NotEnrolledError', code: ErrorCode, message: string }
    | { __typename: 'StepUpChallenge', mfaToken: string, devices: Array<{ id: string, strategy: MfaStrategyName, label: string, phoneNumber: string | null }> }
   };

export type TokensFragment = { accessToken: string, expiresInSeconds: number, refreshToken: string, tenantId: string };

export type ChallengeFragment = { mfaToken: string, enrolled: boolean, availableStrategies: Array<MfaStrategyName>, devices: Array<{ id: string, strategy: MfaStrategyName, label: string, phoneNumber: string | null }> };

export type AuthenticateEnvironmentMutationVariables = Exact<{
  input: AuthenticateEnvironmentInput;
}>;


export type AuthenticateEnvironmentMutation = { authenticateEnvironment:
    | { __typename: 'AuthenticateEnvironmentSuccess', accessToken: string, expiresInSeconds: number }
    | { __typename: 'EnvironmentCredentialsInvalidError', code: ErrorCode, message: string }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, retryAfterSeconds: number }
   };

export type LogInMutationVariables = Exact<{
  input: LogInInput;
}>;


export type LogInMutation = { logIn:
    | { __typename: 'AccountLockedError', code: ErrorCode, message: string }
    | { __typename: 'CaptchaFailedError', code: ErrorCode, message: string }
    | { __typename: 'CaptchaRequiredError', code: ErrorCode, message: string }
    | { __typename: 'EmailNotVerifiedError', code: ErrorCode, message: string }
    | { __typename: 'InvalidCredentialsError', code: ErrorCode, message: string }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'LogInSuccess', session: { accessToken: string, expiresInSeconds: number, refreshToken: string, tenantId: string } }
    | { __typename: 'MfaChallenge', mfaToken: string, enrolled: boolean, availableStrategies: Array<MfaStrategyName>, devices: Array<{ id: string, strategy: MfaStrategyName, label: string, phoneNumber: string | null }> }
    | { __typename: 'NoStrategyAvailableError', code: ErrorCode, message: string }
    | { __typename: 'PasswordExpiredError', code: ErrorCode, message: string }
    | { __typename: 'RateLimitedError', code: ErrorCode, message: string, retryAfterSeconds: number }
    | { __typename: 'StrategyInactiveError', code: ErrorCode, message: string }
   };

export type RefreshSessionMutationVariables = Exact<{
  input: RefreshSessionInput;
}>;


export type RefreshSessionMutation = { refreshSession:
    | { __typename: 'AccountLockedError', code: ErrorCode, message: string }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'MfaChallenge' }
    | { __typename: 'NoStrategyAvailableError', code: ErrorCode, message: string }
    | { __typename: 'RefreshSessionSuccess', session: { accessToken: string, expiresInSeconds: number, refreshToken: string, tenantId: string } }
    | { __typename: 'SessionExpiredError', code: ErrorCode, message: string }
   };

export type LogOutMutationVariables = Exact<{
  input: LogOutInput;
}>;


export type LogOutMutation = { logOut:
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string }
    | { __typename: 'LogOutSuccess' }
   };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { restId: string, name: string, email: string, memberships: Array<{ permissions: Array<string>, tenant: { id: string, restId: string, name: string } | null }> } | null };

export const PageEndsFragmentDoc = gql`
    fragment PageEnds on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}
    ` as unknown as DocumentNode<PageEndsFragment, unknown>;
export const AdoptionCountsFragmentDoc = gql`
    fragment AdoptionCounts on MfaAdoptionCount {
  users
  activeLast30Days
  enrolled
  enrolledOfActive
  phishingResistant
  onlyWeak
  recoveryReady
  exempt
  locked
}
    ` as unknown as DocumentNode<AdoptionCountsFragment, unknown>;
export const StoredPolicyFragmentDoc = gql`
    fragment StoredPolicy on MfaPolicy {
  enforceMfaType
  allowRememberMyDevice
  mfaDeviceExpirationSeconds
  updatedAt
}
    ` as unknown as DocumentNode<StoredPolicyFragment, unknown>;
export const EffectivePolicyFragmentDoc = gql`
    fragment EffectivePolicy on EffectiveMfaPolicy {
  enforceMfaType
  allowRememberMyDevice
  mfaDeviceExpirationSeconds
  reason
}
    ` as unknown as DocumentNode<EffectivePolicyFragment, unknown>;
export const TokensFragmentDoc = gql`
    fragment Tokens on Session {
  accessToken
  expiresInSeconds
  refreshToken
  tenantId
}
    ` as unknown as DocumentNode<TokensFragment, unknown>;
export const ChallengeFragmentDoc = gql`
    fragment Challenge on MfaChallenge {
  mfaToken
  enrolled
  availableStrategies
  devices {
    id
    strategy
    label
    phoneNumber
  }
}
    ` as unknown as DocumentNode<ChallengeFragment, unknown>;
export const EventsDocument = gql`
    query Events($filter: MfaEventFilter, $first: Int, $after: String, $last: Int, $before: String) {
  mfaEvents(
    filter: $filter
    first: $first
    after: $after
    last: $last
    before: $before
  ) {
    nodes {
      id
      occurredAt
      kind
      mfaStrategy
      reason
      actorKind
      actorId
      actor {
        email
      }
      userId
      user {
        email
      }
      tenantId
      address
      requestId
    }
    pageInfo {
      ...PageEnds
    }
  }
}
    ${PageEndsFragmentDoc}` as unknown as DocumentNode<EventsQuery, EventsQueryVariables>;
export const UserIdOfEmailDocument = gql`
    query UserIdOfEmail($email: EmailAddress!) {
  users(filter: {email: $email}, first: 1) {
    nodes {
      restId
    }
  }
}
    ` as unknown as DocumentNode<UserIdOfEmailQuery, UserIdOfEmailQueryVariables>;
export const FindPeopleDocument = gql`
    query FindPeople($search: String, $filter: UserFilter, $sort: UserSort, $first: Int, $after: String, $last: Int, $before: String) {
  users(
    search: $search
    filter: $filter
    sort: $sort
    first: $first
    after: $after
    last: $last
    before: $before
  ) {
    nodes {
      restId
      name
      email
      locked
      verified
      mfaEnrolled
      mfaBypass
      lastLoginAt
    }
    pageInfo {
      ...PageEnds
    }
    totalCount
  }
}
    ${PageEndsFragmentDoc}` as unknown as DocumentNode<FindPeopleQuery, FindPeopleQueryVariables>;
export const PersonDocument = gql`
    query Person($id: ID!) {
  user(id: $id) {
    restId
    name
    email
    username
    createdAt
    lastLoginAt
    locked
    verified
    mfaEnrolled
    mfaBypass
    recoveryCodesRemaining
    activeTenant {
      restId
      name
    }
    memberships {
      pending
      disabled
      expiresAt
      tenant {
        restId
        name
      }
      roles {
        key
        name
      }
    }
    authenticators {
      restId
      strategy
      label
      createdAt
      lastUsedAt
    }
    rememberedDevices {
      restId
      name
      honored
      createdAt
      expiresAt
    }
    mfaGrace {
      endsAt
    }
    mfaExemptions {
      restId
      reason
      lastsUntil
      tenant {
        restId
        name
      }
    }
  }
}
    ` as unknown as DocumentNode<PersonQuery, PersonQueryVariables>;
export const ExplainMfaDocument = gql`
    query ExplainMfa($userId: ID!, $tenantId: ID, $firstFactor: FirstFactor) {
  explainMfa(userId: $userId, tenantId: $tenantId, firstFactor: $firstFactor) {
    outcome
    sentence
    steps {
      rule
      applied
      decisive
      note
    }
  }
}
    ` as unknown as DocumentNode<ExplainMfaQuery, ExplainMfaQueryVariables>;
export const UnlockUserDocument = gql`
    mutation UnlockUser($input: UnlockUserInput!) {
  unlockUser(input: $input) {
    __typename
    ... on UserError {
      code
      message
    }
  }
}
    ` as unknown as DocumentNode<UnlockUserMutation, UnlockUserMutationVariables>;
export const ResetUserMfaDocument = gql`
    mutation ResetUserMfa($input: ResetUserMfaInput!) {
  resetUserMfa(input: $input) {
    __typename
    ... on UserError {
      code
      message
    }
  }
}
    ` as unknown as DocumentNode<ResetUserMfaMutation, ResetUserMfaMutationVariables>;
export const RemoveAuthenticatorDocument = gql`
    mutation RemoveAuthenticator($input: RemoveAuthenticatorInput!) {
  removeAuthenticator(input: $input) {
    __typename
    ... on UserError {
      code
      message
    }
  }
}
    ` as unknown as DocumentNode<RemoveAuthenticatorMutation, RemoveAuthenticatorMutationVariables>;
export const RevokeAllRememberedDevicesDocument = gql`
    mutation RevokeAllRememberedDevices($input: RevokeAllRememberedDevicesInput!) {
  revokeAllRememberedDevices(input: $input) {
    __typename
    ... on UserError {
      code
      message
    }
  }
}
    ` as unknown as DocumentNode<RevokeAllRememberedDevicesMutation, RevokeAllRememberedDevicesMutationVariables>;
export const TenantsByNeedDocument = gql`
    query TenantsByNeed($sort: AdoptionSort, $first: Int, $after: String, $last: Int, $before: String) {
  mfaAdoption {
    tenants(sort: $sort, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        tenant {
          restId
          name
          effectiveMfaPolicy {
            enforceMfaType
          }
        }
        count {
          users
          enrolled
          onlyWeak
          locked
          activeLast30Days
        }
      }
      pageInfo {
        ...PageEnds
      }
      totalCount
    }
  }
}
    ${PageEndsFragmentDoc}` as unknown as DocumentNode<TenantsByNeedQuery, TenantsByNeedQueryVariables>;
export const FindTenantsDocument = gql`
    query FindTenants($text: String, $sort: TenantSort, $first: Int, $after: String, $last: Int, $before: String) {
  tenants(
    filter: {text: $text}
    sort: $sort
    first: $first
    after: $after
    last: $last
    before: $before
  ) {
    nodes {
      restId
      name
      createdAt
      effectiveMfaPolicy {
        enforceMfaType
      }
    }
    pageInfo {
      ...PageEnds
    }
    totalCount
  }
}
    ${PageEndsFragmentDoc}` as unknown as DocumentNode<FindTenantsQuery, FindTenantsQueryVariables>;
export const AdoptionDocument = gql`
    query Adoption($tenantId: ID, $from: DateTime, $every: AdoptionInterval) {
  mfaAdoption(tenantId: $tenantId, from: $from, every: $every) {
    countedAt
    now {
      ...AdoptionCounts
    }
    byStrategy {
      strategy
      users
    }
    series {
      dayStartsAt
      count {
        users
        enrolled
        phishingResistant
        onlyWeak
      }
      byStrategy {
        strategy
        users
      }
    }
    funnel {
      challenged
      succeeded
      failed
      abandoned
      enrollmentsBegun
      enrollmentsConfirmed
      enrollmentsAbandoned
    }
  }
}
    ${AdoptionCountsFragmentDoc}` as unknown as DocumentNode<AdoptionQuery, AdoptionQueryVariables>;
export const EnvironmentPolicyDocument = gql`
    query EnvironmentPolicy {
  mfaPolicy {
    ...StoredPolicy
  }
  effectiveMfaPolicy {
    ...EffectivePolicy
  }
  mfaStrategies {
    strategy
    active
  }
}
    ${StoredPolicyFragmentDoc}
${EffectivePolicyFragmentDoc}` as unknown as DocumentNode<EnvironmentPolicyQuery, EnvironmentPolicyQueryVariables>;
export const TenantPolicyDocument = gql`
    query TenantPolicy($tenantId: ID!) {
  tenant(id: $tenantId) {
    restId
    name
    mfaPolicy {
      ...StoredPolicy
    }
    effectiveMfaPolicy {
      ...EffectivePolicy
    }
    mfaStrategies {
      strategy
      active
    }
  }
}
    ${StoredPolicyFragmentDoc}
${EffectivePolicyFragmentDoc}` as unknown as DocumentNode<TenantPolicyQuery, TenantPolicyQueryVariables>;
export const PolicyImpactDocument = gql`
    query PolicyImpact($input: SimulateMfaPolicyInput!) {
  simulateMfaPolicy(input: $input) {
    __typename
    ... on SimulateMfaPolicySuccess {
      impact {
        totalCount
        administratorsLockedOutCount
        newlyLockedOutCount
        newlyMustEnrollCount
        neverLoggedInCount
        rememberedDevicesVoidedCount
        after {
          ...EffectivePolicy
        }
        counts {
          outcome
          before
          after
        }
      }
    }
    ... on UserError {
      code
      message
    }
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
    ... on StrategyUnavailableError {
      reason
    }
  }
}
    ${EffectivePolicyFragmentDoc}` as unknown as DocumentNode<PolicyImpactQuery, PolicyImpactQueryVariables>;
export const PeopleOfImpactDocument = gql`
    query PeopleOfImpact($input: SimulateMfaPolicyInput!, $outcome: MfaOutcome, $first: Int, $after: String) {
  simulateMfaPolicy(input: $input) {
    __typename
    ... on SimulateMfaPolicySuccess {
      impact {
        people(outcome: $outcome, first: $first, after: $after) {
          edges {
            was
            becomes
            because
            node {
              restId
              name
              email
            }
          }
          pageInfo {
            hasNextPage
            endCursor
          }
          totalCount
        }
      }
    }
    ... on UserError {
      code
      message
    }
  }
}
    ` as unknown as DocumentNode<PeopleOfImpactQuery, PeopleOfImpactQueryVariables>;
export const SavePolicyDocument = gql`
    mutation SavePolicy($input: UpsertMfaPolicyInput!) {
  upsertMfaPolicy(input: $input) {
    __typename
    ... on UpsertMfaPolicySuccess {
      warnings
    }
    ... on UserError {
      code
      message
    }
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
  }
}
    ` as unknown as DocumentNode<SavePolicyMutation, SavePolicyMutationVariables>;
export const SwitchStrategyDocument = gql`
    mutation SwitchStrategy($input: SetMfaStrategyInput!) {
  setMfaStrategy(input: $input) {
    __typename
    ... on SetMfaStrategySuccess {
      warnings
    }
    ... on UserError {
      code
      message
    }
    ... on StrategyUnavailableError {
      reason
    }
  }
}
    ` as unknown as DocumentNode<SwitchStrategyMutation, SwitchStrategyMutationVariables>;
export const VerifyAuthenticatorAppDocument = gql`
    mutation VerifyAuthenticatorApp($input: VerifyAuthenticatorAppInput!) {
  verifyAuthenticatorApp(input: $input) {
    __typename
    ... on VerifyAuthenticatorAppSuccess {
      session {
        ...Tokens
      }
    }
    ... on UserError {
      code
      message
    }
    ... on InvalidCodeError {
      attemptsRemaining
    }
    ... on RateLimitedError {
      retryAfterSeconds
    }
    ... on AttemptsExhaustedError {
      retryAfterSeconds
    }
  }
}
    ${TokensFragmentDoc}` as unknown as DocumentNode<VerifyAuthenticatorAppMutation, VerifyAuthenticatorAppMutationVariables>;
export const SendEmailCodeDocument = gql`
    mutation SendEmailCode($input: SendEmailCodeInput!) {
  sendEmailCode(input: $input) {
    __typename
    ... on SendEmailCodeSuccess {
      otcToken
    }
    ... on UserError {
      code
      message
    }
    ... on RateLimitedError {
      retryAfterSeconds
    }
  }
}
    ` as unknown as DocumentNode<SendEmailCodeMutation, SendEmailCodeMutationVariables>;
export const VerifyEmailCodeDocument = gql`
    mutation VerifyEmailCode($input: VerifyEmailCodeInput!) {
  verifyEmailCode(input: $input) {
    __typename
    ... on VerifyEmailCodeSuccess {
      session {
        ...Tokens
      }
    }
    ... on UserError {
      code
      message
    }
    ... on InvalidCodeError {
      attemptsRemaining
    }
    ... on RateLimitedError {
      retryAfterSeconds
    }
    ... on AttemptsExhaustedError {
      retryAfterSeconds
    }
  }
}
    ${TokensFragmentDoc}` as unknown as DocumentNode<VerifyEmailCodeMutation, VerifyEmailCodeMutationVariables>;
export const SendSmsCodeDocument = gql`
    mutation SendSmsCode($input: SendSmsCodeInput!) {
  sendSmsCode(input: $input) {
    __typename
    ... on SendSmsCodeSuccess {
      otcToken
    }
    ... on UserError {
      code
      message
    }
    ... on RateLimitedError {
      retryAfterSeconds
    }
  }
}
    ` as unknown as DocumentNode<SendSmsCodeMutation, SendSmsCodeMutationVariables>;
export const VerifySmsDocument = gql`
    mutation VerifySms($input: VerifySmsInput!) {
  verifySms(input: $input) {
    __typename
    ... on VerifySmsSuccess {
      session {
        ...Tokens
      }
    }
    ... on UserError {
      code
      message
    }
    ... on InvalidCodeError {
      attemptsRemaining
    }
    ... on RateLimitedError {
      retryAfterSeconds
    }
    ... on AttemptsExhaustedError {
      retryAfterSeconds
    }
  }
}
    ${TokensFragmentDoc}` as unknown as DocumentNode<VerifySmsMutation, VerifySmsMutationVariables>;
export const BeginWebAuthnDocument = gql`
    mutation BeginWebAuthn($input: BeginWebAuthnInput!) {
  beginWebAuthn(input: $input) {
    __typename
    ... on BeginWebAuthnSuccess {
      options
      webauthnToken
    }
    ... on UserError {
      code
      message
    }
    ... on RateLimitedError {
      retryAfterSeconds
    }
  }
}
    ` as unknown as DocumentNode<BeginWebAuthnMutation, BeginWebAuthnMutationVariables>;
export const VerifyWebAuthnDocument = gql`
    mutation VerifyWebAuthn($input: VerifyWebAuthnInput!) {
  verifyWebAuthn(input: $input) {
    __typename
    ... on VerifyWebAuthnSuccess {
      session {
        ...Tokens
      }
    }
    ... on UserError {
      code
      message
    }
    ... on RateLimitedError {
      retryAfterSeconds
    }
    ... on AttemptsExhaustedError {
      retryAfterSeconds
    }
  }
}
    ${TokensFragmentDoc}` as unknown as DocumentNode<VerifyWebAuthnMutation, VerifyWebAuthnMutationVariables>;
export const RecoverMfaDocument = gql`
    mutation RecoverMfa($input: RecoverMfaInput!) {
  recoverMfa(input: $input) {
    __typename
    ... on UserError {
      code
      message
    }
    ... on RateLimitedError {
      retryAfterSeconds
    }
    ... on AttemptsExhaustedError {
      retryAfterSeconds
    }
  }
}
    ` as unknown as DocumentNode<RecoverMfaMutation, RecoverMfaMutationVariables>;
export const EnrollAuthenticatorAppDocument = gql`
    mutation EnrollAuthenticatorApp($input: EnrollAuthenticatorAppInput!) {
  enrollAuthenticatorApp(input: $input) {
    __typename
    ... on EnrollAuthenticatorAppSuccess {
      qrCode
      secret
    }
    ... on UserError {
      code
      message
    }
    ... on RateLimitedError {
      retryAfterSeconds
    }
  }
}
    ` as unknown as DocumentNode<EnrollAuthenticatorAppMutation, EnrollAuthenticatorAppMutationVariables>;
export const VerifyAuthenticatorAppEnrollmentDocument = gql`
    mutation VerifyAuthenticatorAppEnrollment($input: VerifyAuthenticatorAppEnrollmentInput!) {
  verifyAuthenticatorAppEnrollment(input: $input) {
    __typename
    ... on VerifyAuthenticatorAppEnrollmentSuccess {
      recoveryCode
      session {
        ...Tokens
      }
    }
    ... on UserError {
      code
      message
    }
    ... on InvalidCodeError {
      attemptsRemaining
    }
    ... on RateLimitedError {
      retryAfterSeconds
    }
    ... on AttemptsExhaustedError {
      retryAfterSeconds
    }
  }
}
    ${TokensFragmentDoc}` as unknown as DocumentNode<VerifyAuthenticatorAppEnrollmentMutation, VerifyAuthenticatorAppEnrollmentMutationVariables>;
export const GenerateStepUpDocument = gql`
    mutation GenerateStepUp($input: GenerateStepUpInput!) {
  generateStepUp(input: $input) {
    __typename
    ... on GenerateStepUpSuccess {
      session {
        ...Tokens
      }
    }
    ... on StepUpChallenge {
      mfaToken
      devices {
        id
        strategy
        label
        phoneNumber
      }
    }
    ... on UserError {
      code
      message
    }
  }
}
    ${TokensFragmentDoc}` as unknown as DocumentNode<GenerateStepUpMutation, GenerateStepUpMutationVariables>;
export const AuthenticateEnvironmentDocument = gql`
    mutation AuthenticateEnvironment($input: AuthenticateEnvironmentInput!) {
  authenticateEnvironment(input: $input) {
    __typename
    ... on AuthenticateEnvironmentSuccess {
      accessToken
      expiresInSeconds
    }
    ... on UserError {
      code
      message
    }
    ... on RateLimitedError {
      retryAfterSeconds
    }
  }
}
    ` as unknown as DocumentNode<AuthenticateEnvironmentMutation, AuthenticateEnvironmentMutationVariables>;
export const LogInDocument = gql`
    mutation LogIn($input: LogInInput!) {
  logIn(input: $input) {
    __typename
    ... on LogInSuccess {
      session {
        ...Tokens
      }
    }
    ... on MfaChallenge {
      ...Challenge
    }
    ... on UserError {
      code
      message
    }
    ... on RateLimitedError {
      retryAfterSeconds
    }
  }
}
    ${TokensFragmentDoc}
${ChallengeFragmentDoc}` as unknown as DocumentNode<LogInMutation, LogInMutationVariables>;
export const RefreshSessionDocument = gql`
    mutation RefreshSession($input: RefreshSessionInput!) {
  refreshSession(input: $input) {
    __typename
    ... on RefreshSessionSuccess {
      session {
        ...Tokens
      }
    }
    ... on UserError {
      code
      message
    }
  }
}
    ${TokensFragmentDoc}` as unknown as DocumentNode<RefreshSessionMutation, RefreshSessionMutationVariables>;
export const LogOutDocument = gql`
    mutation LogOut($input: LogOutInput!) {
  logOut(input: $input) {
    __typename
    ... on UserError {
      code
      message
    }
  }
}
    ` as unknown as DocumentNode<LogOutMutation, LogOutMutationVariables>;
export const ViewerDocument = gql`
    query Viewer {
  viewer {
    restId
    name
    email
    memberships {
      permissions
      tenant {
        id
        restId
        name
      }
    }
  }
}
    ` as unknown as DocumentNode<ViewerQuery, ViewerQueryVariables>;