import type { ErrorCode } from '../../domain/error-catalogue.ts';

/** Errors of every operation with an mfaToken. */
const withToken = ['ACCOUNT_LOCKED', 'CHALLENGE_EXPIRED'] as const;
/** Errors of every answer that is checked. */
const withAnswer = ['ATTEMPTS_EXHAUSTED', 'INVALID_CODE'] as const;
/** Errors of every operation that sends a message. */
const withMessage = ['EMAIL_UNAVAILABLE', 'RATE_LIMITED', 'SMS_UNAVAILABLE'] as const;
/** Errors of every operation that names the user it is about. */
const withTarget = ['INVALID_INPUT', 'USER_NOT_FOUND'] as const;

/** Errors of every operation that enrolls. */
const toEnroll = [
  ...withToken,
  ...withTarget,
  'ALREADY_ENROLLED',
  'FACTOR_LIMIT_REACHED',
  'MAILBOX_PROOF_REQUIRED',
  'STEP_UP_REQUIRED',
  'STRATEGY_INACTIVE',
] as const;
/** Errors of every operation that chooses a factor for a challenge. */
const toChoose = [...withToken, 'DEVICE_NOT_FOUND', 'NOT_ENROLLED', 'STRATEGY_INACTIVE'] as const;
/** Errors of every operation that removes authenticators. */
const toRemove = [...withTarget, 'DEVICE_NOT_FOUND', 'LAST_FACTOR_ENFORCED'] as const;

/** Errors of each use case of enrollment, over all strategies. */
export const enrollmentErrors = {
  begin: [...toEnroll, ...withMessage],
  complete: [...toEnroll, ...withAnswer, 'CODE_EXPIRED', 'CREDENTIAL_TAKEN', 'PASSWORD_EXPIRED'],
} as const;

/** Errors of each use case of verification, over all strategies. */
export const verificationErrors = {
  begin: [...toChoose, ...withMessage],
  verify: [...toChoose, ...withAnswer, 'CODE_EXPIRED', 'PASSWORD_EXPIRED'],
  verifyIfEnrolled: [...toChoose, ...withAnswer, 'CODE_EXPIRED', 'PASSWORD_EXPIRED'],
  rememberDeviceAllowance: withToken,
} as const;

/** Errors of each use case of removal, over all strategies. */
export const removalErrors = {
  begin: [...toRemove, ...withMessage],
  remove: [...toRemove, ...withAnswer, 'CODE_EXPIRED', 'STEP_UP_REQUIRED'],
  disable: [...toRemove, ...withAnswer, 'NOT_ENROLLED'],
} as const;

/** Errors of each use case of managing authenticators. */
export const managementErrors = { rename: [...withTarget, 'DEVICE_NOT_FOUND'] } as const;

/**
 * What distinguishes an operation for one kind of factor from the use case for all of them. A transport publishes for such an
 * operation only the errors that its kind can cause.
 */
export interface OperationTraits {
  /** The operation is always about the user behind the token and names no user. */
  own?: true;
  /** `LOGIN`: there is always an mfaToken. `SESSION`: there is none. Absent: there may be one. */
  at?: 'LOGIN' | 'SESSION';
  /** The channel of its message. Absent if it sends none. */
  sends?: 'EMAIL' | 'SMS';
  /** The answer is checked against something that was started before and can expire. */
  challenged?: true;
  /** No two users may enroll the same credential. */
  unique?: true;
  /**
   * `REQUIRED`: the operation names an authenticator. `OPTIONAL`: it may name one. `ANY`: it takes any of the user. Absent: it
   * needs none.
   */
  device?: 'REQUIRED' | 'OPTIONAL' | 'ANY';
}

/** Returns the errors of a use case that an operation with these traits can cause. */
export function errorsFor(errors: readonly ErrorCode[], { own, at, sends, challenged, unique, device }: OperationTraits): ErrorCode[] {
  const impossible: [condition: boolean, ...codes: ErrorCode[]][] = [
    [own === true, ...withTarget],
    [at === 'SESSION', ...withToken, 'ALREADY_ENROLLED', 'PASSWORD_EXPIRED'],
    [at === 'LOGIN', 'FACTOR_LIMIT_REACHED', 'MAILBOX_PROOF_REQUIRED', 'STEP_UP_REQUIRED', ...withTarget],
    [sends !== 'EMAIL', 'EMAIL_UNAVAILABLE'],
    [sends !== 'SMS', 'SMS_UNAVAILABLE'],
    [sends === undefined, 'RATE_LIMITED'],
    [challenged !== true, 'CODE_EXPIRED'],
    [unique !== true, 'CREDENTIAL_TAKEN'],
    [device === undefined || device === 'ANY', 'DEVICE_NOT_FOUND'],
    [device === undefined || device === 'REQUIRED', 'NOT_ENROLLED'],
    [device !== undefined, 'STRATEGY_INACTIVE'],
  ];
  return errors.filter((code) => !impossible.some(([condition, ...codes]) => condition && codes.includes(code)));
}
