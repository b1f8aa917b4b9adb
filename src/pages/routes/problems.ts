import type { ErrorCode } from '../../domain/error-catalogue.ts';
import type { DomainError } from '../../domain/errors.ts';
import { AttemptsExhausted, InvalidCode, InvalidInput, RateLimited } from '../../domain/errors.ts';
import type { PasswordFault } from '../../domain/password/faults.ts';
import { PasswordRefused } from '../../domain/password/faults.ts';
import type { FieldName, PlainProblem, Problem } from '../problem.ts';
import { fieldNames } from '../problem.ts';

/** The errors that a person is told about in words of their own. All others are faults of the server. */
const plain: Partial<Record<ErrorCode, PlainProblem>> = {
  INVALID_CREDENTIALS: 'WRONG_CREDENTIALS',
  ACCOUNT_LOCKED: 'ACCOUNT_LOCKED',
  EMAIL_NOT_VERIFIED: 'EMAIL_NOT_VERIFIED',
  CODE_EXPIRED: 'CODE_EXPIRED',
  MAGIC_LINK_EXPIRED: 'LINK_EXPIRED',
  MAGIC_LINK_NOT_FOUND: 'LINK_USED',
  MAGIC_LINK_DEVICE_UNKNOWN: 'LINK_ELSEWHERE',
  INVALID_RECOVERY_CODE: 'INVALID_RECOVERY_CODE',
  CREDENTIAL_TAKEN: 'CREDENTIAL_TAKEN',
  EMAIL_UNAVAILABLE: 'EMAIL_UNAVAILABLE',
  SMS_UNAVAILABLE: 'SMS_UNAVAILABLE',
  NO_STRATEGY_AVAILABLE: 'NO_STRATEGY_AVAILABLE',
  STRATEGY_INACTIVE: 'STRATEGY_INACTIVE',
  // The way was there when the page was made.
  NOT_ENROLLED: 'STRATEGY_INACTIVE',
  DEVICE_NOT_FOUND: 'STRATEGY_INACTIVE',
  ALREADY_ENROLLED: 'ALREADY_ENROLLED',
  FACTOR_LIMIT_REACHED: 'FACTOR_LIMIT_REACHED',
  PASSKEY_LIMIT_REACHED: 'PASSKEY_LIMIT_REACHED',
  PHONE_LIMIT_REACHED: 'PHONE_LIMIT_REACHED',
  PHONE_NOT_FOUND: 'GONE',
  CHALLENGE_EXPIRED: 'CHALLENGE_EXPIRED',
  INTERACTION_EXPIRED: 'SIGN_IN_EXPIRED',
  SIGN_UP_DISABLED: 'SIGN_UP_DISABLED',
  INVITATION_NOT_FOUND: 'INVITATION_NOT_FOUND',
  USER_EXISTS: 'USER_EXISTS',
  CAPTCHA_REQUIRED: 'CAPTCHA_REQUIRED',
  CAPTCHA_FAILED: 'CAPTCHA_FAILED',
  CAPTCHA_UNAVAILABLE: 'CAPTCHA_UNAVAILABLE',
  INCORRECT_PASSWORD: 'INCORRECT_PASSWORD',
  SESSION_NOT_FOUND: 'GONE',
  LAST_FACTOR_ENFORCED: 'LAST_FACTOR_ENFORCED',
  AUTHORIZATION_REFUSED: 'REQUEST_INVALID',
  BAD_REQUEST: 'FORM_REFUSED',
  PAYLOAD_TOO_LARGE: 'FORM_REFUSED',
  UNSUPPORTED_MEDIA_TYPE: 'FORM_REFUSED',
  FORBIDDEN: 'FORM_REFUSED',
  METHOD_NOT_ALLOWED: 'NOT_FOUND',
  NOT_FOUND: 'NOT_FOUND',
  UNAVAILABLE: 'UNAVAILABLE',
};

/** The field that somebody corrects after an error, where there is one. */
const fields: Partial<Record<ErrorCode, FieldName>> = {
  INVALID_CREDENTIALS: 'password',
  INCORRECT_PASSWORD: 'password',
  INVALID_CODE: 'code',
  INVALID_RECOVERY_CODE: 'recoveryCode',
  USER_EXISTS: 'email',
};

const ofInput: Partial<Record<string, PlainProblem>> = {
  email: 'INVALID_EMAIL',
  phoneNumber: 'INVALID_PHONE',
  name: 'NAME_LONG',
  companyName: 'NAME_LONG',
};

/** Returns what is wrong with a new password as a problem. */
function passwordProblem({ faults: [first], issues }: PasswordRefused): Problem {
  const field = issues[0]?.path.at(-1) === 'newPassword' ? 'newPassword' : 'password';
  return first === undefined ? { code: 'FORM_REFUSED' } : { field, ...problemOfFault(first) };
}

const plainFaults = {
  NO_LOWERCASE: 'PASSWORD_NO_LOWERCASE',
  NO_UPPERCASE: 'PASSWORD_NO_UPPERCASE',
  NO_NUMBER: 'PASSWORD_NO_NUMBER',
  NO_SPECIAL: 'PASSWORD_NO_SPECIAL',
  REPEATED: 'PASSWORD_REPEATED',
  COMMON: 'PASSWORD_COMMON',
  FORBIDDEN_WORD: 'PASSWORD_FORBIDDEN_WORD',
  BREACHED: 'PASSWORD_BREACHED',
  REUSED: 'PASSWORD_REUSED',
  TOO_FEW_TESTS: 'PASSWORD_SIMPLE',
} as const satisfies Partial<Record<PasswordFault['code'], PlainProblem>>;

const problemOfFault = (fault: PasswordFault) => {
  switch (fault.code) {
    case 'TOO_SHORT':
      return { code: 'PASSWORD_SHORT', min: fault.number } as const;
    case 'TOO_LONG':
      return { code: 'PASSWORD_LONG', max: fault.number } as const;
    default:
      return { code: plainFaults[fault.code] };
  }
};

function inputProblem(error: InvalidInput): Problem {
  if (error instanceof PasswordRefused) return passwordProblem(error);
  const field = fieldNames.find((name) => error.issues.some(({ path }) => path.at(-1) === name));
  const code = field === undefined ? undefined : ofInput[field];
  return code === undefined || field === undefined ? { code: 'FORM_REFUSED' } : { code, field };
}

/** Returns an error as a problem of the person. */
export function problemOf(error: DomainError): Problem {
  const named = fields[error.code];
  const at = named === undefined ? {} : { field: named };
  if (error instanceof RateLimited) return { code: 'RATE_LIMITED', seconds: error.retryAfterSeconds };
  if (error instanceof InvalidCode) return { code: 'INVALID_CODE', attempts: error.attemptsRemaining, ...at };
  if (error instanceof AttemptsExhausted)
    return error.lockedUntil === null ? { code: 'FACTOR_BLOCKED' } : { code: 'ATTEMPTS_EXHAUSTED', seconds: error.retryAfterSeconds };
  if (error instanceof InvalidInput) return inputProblem(error);
  return { code: plain[error.code] ?? 'INTERNAL', ...at };
}

/** Tells whether an error is told on the page that it happened on. All others have a page of their own. */
export const staysOnPage = (error: DomainError): boolean => problemOf(error).code !== 'INTERNAL' && error.code !== 'UNAVAILABLE';
