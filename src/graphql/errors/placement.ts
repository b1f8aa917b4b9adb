import type { ErrorCode } from '../../domain/error-catalogue.ts';
import {
  AttemptsExhausted,
  DomainError,
  InvalidCode,
  InvalidInput,
  PasswordExpired,
  RateLimited,
  RedirectUriInvalid,
  StrategyUnavailable,
} from '../../domain/errors.ts';
import { InvalidDocument } from '../../domain/insight/document-problem.ts';

/** The classes by which the errors plugin and the unions recognize an error. */
type ErrorClass =
  | typeof DomainError
  | typeof AttemptsExhausted
  | typeof InvalidCode
  | typeof InvalidDocument
  | typeof InvalidInput
  | typeof PasswordExpired
  | typeof RateLimited
  | typeof RedirectUriInvalid
  | typeof StrategyUnavailable;

interface Member<C extends ErrorClass = ErrorClass> {
  /** The name of its type in the schema. */
  name: string;
  refusal: C;
  /** Path of the field of the input it is about; empty if it is about the whole input. */
  at: readonly string[];
  /** Whether its type has fields of its own. */
  carriesData: boolean;
}

/**
 * A union member without data. The domain has a class only for errors with data, so this class recognizes its errors by
 * their code.
 */
function plain(name: string, code: ErrorCode, ...at: string[]) {
  const refusal = class extends DomainError {
    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof DomainError && value.code === code;
    }
  };
  return { name, refusal, at, carriesData: false } satisfies Member;
}

/** A union member whose error has a class of its own and data in it. */
const withData = <C extends ErrorClass>(name: string, refusal: C, ...at: string[]) => ({ name, refusal, at, carriesData: true }) satisfies Member<C>;

/**
 * Where each code of the catalogue appears: as a member of the unions of mutations that can fail so, or at the top level.
 * A code without a place does not compile.
 */
export const errorPlacement = {
  INVALID_INPUT: withData('InvalidInputError', InvalidInput),
  INVALID_CREDENTIALS: plain('InvalidCredentialsError', 'INVALID_CREDENTIALS'),
  ACCOUNT_LOCKED: plain('AccountLockedError', 'ACCOUNT_LOCKED'),
  EMAIL_NOT_VERIFIED: plain('EmailNotVerifiedError', 'EMAIL_NOT_VERIFIED', 'email'),
  INVALID_CODE: withData('InvalidCodeError', InvalidCode, 'code'),
  INVALID_RECOVERY_CODE: plain('InvalidRecoveryCodeError', 'INVALID_RECOVERY_CODE', 'recoveryCode'),
  CODE_EXPIRED: plain('CodeExpiredError', 'CODE_EXPIRED', 'code'),
  INVALID_TOKEN: plain('InvalidTokenError', 'INVALID_TOKEN', 'token'),
  MAGIC_LINK_EXPIRED: plain('MagicLinkExpiredError', 'MAGIC_LINK_EXPIRED', 'token'),
  MAGIC_LINK_NOT_FOUND: plain('MagicLinkNotFoundError', 'MAGIC_LINK_NOT_FOUND', 'token'),
  MAGIC_LINK_DEVICE_UNKNOWN: plain('MagicLinkDeviceUnknownError', 'MAGIC_LINK_DEVICE_UNKNOWN', 'browserToken'),
  CHALLENGE_EXPIRED: plain('ChallengeExpiredError', 'CHALLENGE_EXPIRED', 'mfaToken'),
  ATTEMPTS_EXHAUSTED: withData('AttemptsExhaustedError', AttemptsExhausted),
  RATE_LIMITED: withData('RateLimitedError', RateLimited),
  STRATEGY_INACTIVE: plain('StrategyInactiveError', 'STRATEGY_INACTIVE'),
  NOT_ENROLLED: plain('NotEnrolledError', 'NOT_ENROLLED'),
  ALREADY_ENROLLED: plain('AlreadyEnrolledError', 'ALREADY_ENROLLED', 'mfaToken'),
  NO_STRATEGY_AVAILABLE: plain('NoStrategyAvailableError', 'NO_STRATEGY_AVAILABLE'),
  PASSKEY_LIMIT_REACHED: plain('PasskeyLimitReachedError', 'PASSKEY_LIMIT_REACHED'),
  FACTOR_LIMIT_REACHED: plain('FactorLimitReachedError', 'FACTOR_LIMIT_REACHED'),
  LAST_FACTOR_ENFORCED: plain('LastFactorEnforcedError', 'LAST_FACTOR_ENFORCED'),
  CREDENTIAL_TAKEN: plain('CredentialTakenError', 'CREDENTIAL_TAKEN', 'credential'),
  DEVICE_NOT_FOUND: plain('DeviceNotFoundError', 'DEVICE_NOT_FOUND', 'deviceId'),
  SESSION_NOT_FOUND: plain('SessionNotFoundError', 'SESSION_NOT_FOUND', 'id'),
  SESSION_EXPIRED: plain('SessionExpiredError', 'SESSION_EXPIRED', 'refreshToken'),
  ENVIRONMENT_CREDENTIALS_INVALID: plain('EnvironmentCredentialsInvalidError', 'ENVIRONMENT_CREDENTIALS_INVALID'),
  POLICY_EXISTS: plain('PolicyExistsError', 'POLICY_EXISTS'),
  POLICY_NOT_FOUND: plain('PolicyNotFoundError', 'POLICY_NOT_FOUND'),
  LOCKOUT_POLICY_EXISTS: plain('LockoutPolicyExistsError', 'LOCKOUT_POLICY_EXISTS'),
  LOCKOUT_POLICY_NOT_FOUND: plain('LockoutPolicyNotFoundError', 'LOCKOUT_POLICY_NOT_FOUND'),
  PASSWORD_HISTORY_POLICY_EXISTS: 'TOP_LEVEL',
  PASSWORD_HISTORY_POLICY_NOT_FOUND: 'TOP_LEVEL',
  PASSWORD_ROTATION_NOT_FOUND: 'TOP_LEVEL',
  INCORRECT_PASSWORD: plain('IncorrectPasswordError', 'INCORRECT_PASSWORD', 'password'),
  PASSWORD_EXPIRED: withData('PasswordExpiredError', PasswordExpired),
  MIGRATION_NOT_FOUND: plain('MigrationNotFoundError', 'MIGRATION_NOT_FOUND', 'migrationId'),
  NOTHING_TO_UPDATE: plain('NothingToUpdateError', 'NOTHING_TO_UPDATE'),
  STRATEGY_NOT_IN_ENVIRONMENT: plain('StrategyNotInEnvironmentError', 'STRATEGY_NOT_IN_ENVIRONMENT', 'strategy'),
  STRATEGY_UNAVAILABLE: withData('StrategyUnavailableError', StrategyUnavailable, 'strategy'),
  DOCUMENT_INVALID: withData('DocumentInvalidError', InvalidDocument, 'document'),
  PLAN_NOT_FOUND: plain('PlanNotFoundError', 'PLAN_NOT_FOUND', 'planId'),
  PLAN_EXPIRED: plain('PlanExpiredError', 'PLAN_EXPIRED', 'planId'),
  PLAN_APPLIED: plain('PlanAppliedError', 'PLAN_APPLIED', 'planId'),
  PLAN_STALE: plain('PlanStaleError', 'PLAN_STALE', 'planId'),
  IMPACT_EXCEEDS_LIMIT: plain('ImpactExceedsLimitError', 'IMPACT_EXCEEDS_LIMIT', 'planId'),
  ALREADY_ENFORCED: plain('AlreadyEnforcedError', 'ALREADY_ENFORCED'),
  ENFORCEMENT_SCHEDULED: plain('EnforcementScheduledError', 'ENFORCEMENT_SCHEDULED'),
  NO_ADMINISTRATOR_ENROLLED: plain('NoAdministratorEnrolledError', 'NO_ADMINISTRATOR_ENROLLED'),
  SCHEDULE_NOT_FOUND: plain('ScheduleNotFoundError', 'SCHEDULE_NOT_FOUND', 'scheduleId'),
  SCHEDULE_NOT_WAITING: plain('ScheduleNotWaitingError', 'SCHEDULE_NOT_WAITING', 'scheduleId'),
  EXEMPTION_NOT_FOUND: plain('ExemptionNotFoundError', 'EXEMPTION_NOT_FOUND', 'exemptionId'),
  TENANT_EXISTS: plain('TenantExistsError', 'TENANT_EXISTS', 'tenantId'),
  INVITATIONS_DISABLED: plain('InvitationsDisabledError', 'INVITATIONS_DISABLED'),
  INVITATION_NOT_FOUND: plain('InvitationNotFoundError', 'INVITATION_NOT_FOUND'),
  SIGN_UP_DISABLED: plain('SignUpDisabledError', 'SIGN_UP_DISABLED'),
  USER_EXISTS: plain('UserExistsError', 'USER_EXISTS', 'email'),
  EMAIL_NOT_FOUND: plain('EmailNotFoundError', 'EMAIL_NOT_FOUND'),
  PRIMARY_EMAIL: plain('PrimaryEmailError', 'PRIMARY_EMAIL', 'emailId'),
  EMAIL_LIMIT_REACHED: plain('EmailLimitReachedError', 'EMAIL_LIMIT_REACHED', 'email'),
  PHONE_EXISTS: plain('PhoneExistsError', 'PHONE_EXISTS', 'phoneNumber'),
  PHONE_NOT_FOUND: plain('PhoneNotFoundError', 'PHONE_NOT_FOUND'),
  PHONE_LIMIT_REACHED: plain('PhoneLimitReachedError', 'PHONE_LIMIT_REACHED', 'phoneNumber'),
  USERNAME_EXISTS: plain('UsernameExistsError', 'USERNAME_EXISTS', 'username'),
  USERNAME_NOT_FOUND: plain('UsernameNotFoundError', 'USERNAME_NOT_FOUND', 'username'),
  TENANT_NOT_FOUND: plain('TenantNotFoundError', 'TENANT_NOT_FOUND', 'tenantId'),
  USER_NOT_FOUND: plain('UserNotFoundError', 'USER_NOT_FOUND', 'userId'),
  ROLE_EXISTS: plain('RoleExistsError', 'ROLE_EXISTS', 'key'),
  GROUP_EXISTS: plain('GroupExistsError', 'GROUP_EXISTS', 'name'),
  GROUP_NOT_FOUND: plain('GroupNotFoundError', 'GROUP_NOT_FOUND', 'groupId'),
  GROUPS_DISABLED: plain('GroupsDisabledError', 'GROUPS_DISABLED'),
  ROLE_NOT_FOUND: plain('RoleNotFoundError', 'ROLE_NOT_FOUND', 'roleId'),
  ROLE_LEVEL_TOO_LOW: plain('RoleLevelTooLowError', 'ROLE_LEVEL_TOO_LOW'),
  PERMISSION_EXISTS: plain('PermissionExistsError', 'PERMISSION_EXISTS', 'key'),
  PERMISSION_NOT_FOUND: plain('PermissionNotFoundError', 'PERMISSION_NOT_FOUND'),
  BUILT_IN_PERMISSION: plain('BuiltInPermissionError', 'BUILT_IN_PERMISSION'),
  PERMISSION_CATEGORY_EXISTS: plain('PermissionCategoryExistsError', 'PERMISSION_CATEGORY_EXISTS', 'name'),
  PERMISSION_CATEGORY_NOT_FOUND: plain('PermissionCategoryNotFoundError', 'PERMISSION_CATEGORY_NOT_FOUND', 'categoryId'),
  API_TOKEN_INVALID: plain('ApiTokenInvalidError', 'API_TOKEN_INVALID'),
  API_TOKENS_DISABLED: plain('ApiTokensDisabledError', 'API_TOKENS_DISABLED'),
  API_TOKEN_NOT_FOUND: plain('ApiTokenNotFoundError', 'API_TOKEN_NOT_FOUND', 'id'),
  API_TOKEN_LIMIT_REACHED: plain('ApiTokenLimitReachedError', 'API_TOKEN_LIMIT_REACHED'),
  JWT_TEMPLATE_EXISTS: plain('JwtTemplateExistsError', 'JWT_TEMPLATE_EXISTS', 'key'),
  JWT_TEMPLATE_NOT_FOUND: plain('JwtTemplateNotFoundError', 'JWT_TEMPLATE_NOT_FOUND', 'id'),
  JWT_TEMPLATE_IN_USE: plain('JwtTemplateInUseError', 'JWT_TEMPLATE_IN_USE', 'id'),
  JWT_TEMPLATE_LIMIT_REACHED: plain('JwtTemplateLimitReachedError', 'JWT_TEMPLATE_LIMIT_REACHED'),
  CAPTCHA_REQUIRED: plain('CaptchaRequiredError', 'CAPTCHA_REQUIRED', 'captchaToken'),
  CAPTCHA_FAILED: plain('CaptchaFailedError', 'CAPTCHA_FAILED', 'captchaToken'),
  CAPTCHA_POLICY_EXISTS: 'TOP_LEVEL',
  CAPTCHA_POLICY_NOT_FOUND: 'TOP_LEVEL',
  JWT_TARGETING_EXISTS: 'TOP_LEVEL',
  JWT_TARGETING_NOT_FOUND: 'TOP_LEVEL',
  REDIRECT_URI_INVALID: withData('RedirectUriInvalidError', RedirectUriInvalid, 'uri'),
  REDIRECT_URI_EXISTS: plain('RedirectUriExistsError', 'REDIRECT_URI_EXISTS', 'uri'),
  REDIRECT_URI_NOT_FOUND: plain('RedirectUriNotFoundError', 'REDIRECT_URI_NOT_FOUND', 'id'),
  REDIRECT_URI_LIMIT_REACHED: plain('RedirectUriLimitReachedError', 'REDIRECT_URI_LIMIT_REACHED'),
  DOCUMENT_TOO_LARGE: 'TOP_LEVEL',
  SMS_UNAVAILABLE: 'TOP_LEVEL',
  EMAIL_UNAVAILABLE: 'TOP_LEVEL',
  CAPTCHA_UNAVAILABLE: 'TOP_LEVEL',
  TENANT_HEADER_INVALID: 'TOP_LEVEL',
  TENANT_HEADER_REQUIRED: 'TOP_LEVEL',
  USER_HEADER_REQUIRED: 'TOP_LEVEL',
  UNAUTHENTICATED: 'TOP_LEVEL',
  STEP_UP_REQUIRED: 'TOP_LEVEL',
  MAILBOX_PROOF_REQUIRED: 'TOP_LEVEL',
  FORBIDDEN: 'TOP_LEVEL',
  BAD_REQUEST: 'TOP_LEVEL',
  NOT_FOUND: 'TOP_LEVEL',
  APPLICATION_NOT_FOUND: 'TOP_LEVEL',
  INTERACTION_EXPIRED: 'TOP_LEVEL',
  AUTHORIZATION_REFUSED: 'TOP_LEVEL',
  NOT_SUPPORTED: 'TOP_LEVEL',
  METHOD_NOT_ALLOWED: 'TOP_LEVEL',
  PAYLOAD_TOO_LARGE: 'TOP_LEVEL',
  UNSUPPORTED_MEDIA_TYPE: 'TOP_LEVEL',
  UNAVAILABLE: 'TOP_LEVEL',
  INTERNAL: 'TOP_LEVEL',
} as const satisfies Record<ErrorCode, Member | 'TOP_LEVEL'>;

/** Codes of errors that are members of unions. */
export type UnionErrorCode = { [Code in ErrorCode]: (typeof errorPlacement)[Code] extends Member ? Code : never }[ErrorCode];

/** Returns the union members for the errors of a use case and for those the transport adds. Errors that stand at the top level are left out. */
export const unionErrors = (errors: readonly ErrorCode[], ...own: UnionErrorCode[]): ErrorClass[] =>
  [...new Set([...errors, ...own])].flatMap((code) => {
    const place: Member | 'TOP_LEVEL' = errorPlacement[code];
    return place === 'TOP_LEVEL' ? [] : [place.refusal];
  });

/** Returns the options of a mutation whose result is a success or one of the errors of its use case; `own` are those the transport adds. */
export const resultUnion = (mutation: string, errors: readonly ErrorCode[], ...own: UnionErrorCode[]) => ({
  types: unionErrors(errors, ...own),
  union: { description: `Result of \`${mutation}\`: success, or one of the errors the person can act on.` },
});

/** Returns where in the arguments an error points. A single problem of format points at its field. */
export function pathOf(error: DomainError): string[] {
  const place = errorPlacement[error.code];
  if (place === 'TOP_LEVEL') return [];
  // The code is compared instead of the class, because the errors plugin passes proxies that hide their class.
  const [only, ...others] = error.code === 'INVALID_INPUT' ? (error as InvalidInput).issues : [];
  if (error.field !== undefined) return ['input', error.field];
  return ['input', ...(only !== undefined && others.length === 0 ? only.path : place.at)];
}
