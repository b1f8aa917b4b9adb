import type { ErrorCode } from '../../domain/errors.ts';

/** Errors of every operation with an mfaToken. */
const withToken = ['ACCOUNT_LOCKED', 'CHALLENGE_EXPIRED'] as const;
/** Errors of every answer that is checked. */
const withAnswer = ['ATTEMPTS_EXHAUSTED', 'INVALID_CODE'] as const;
/** Errors of everything that sends a message. */
const withMessage = ['EMAIL_UNAVAILABLE', 'RATE_LIMITED', 'SMS_UNAVAILABLE'] as const;
/** Errors of everything that names the user it is about. */
const withTarget = ['INVALID_INPUT', 'USER_NOT_FOUND'] as const;

const toEnroll = [...withToken, ...withTarget, 'ALREADY_ENROLLED', 'FACTOR_LIMIT_REACHED', 'STEP_UP_REQUIRED', 'STRATEGY_INACTIVE'] as const;
const toChoose = [...withToken, 'DEVICE_NOT_FOUND', 'NOT_ENROLLED', 'STRATEGY_INACTIVE'] as const;
const toRemove = [...withTarget, 'DEVICE_NOT_FOUND', 'LAST_FACTOR_ENFORCED'] as const;

/** Errors of each use case of enrollment, over all strategies. */
export const enrollmentErrors = {
  begin: [...toEnroll, ...withMessage],
  complete: [...toEnroll, ...withAnswer, 'CODE_EXPIRED', 'CREDENTIAL_TAKEN'],
} as const;

/** Errors of each use case of verification, over all strategies. */
export const verificationErrors = {
  begin: [...toChoose, ...withMessage],
  verify: [...toChoose, ...withAnswer, 'CODE_EXPIRED'],
  isEnrolled: withToken,
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
 * What distinguishes an operation for one kind of factor from the use case for all of them: a transport whose operation is about one
 * kind publishes only the errors that this kind can meet.
 */
export interface OperationTraits {
  /** The user is the one behind the token; no user is named. */
  own?: true;
  /** There is no mfaToken, or there is always one. */
  at?: 'LOGIN' | 'SESSION';
  /** Sends a message by this channel; absent: sends none. */
  sends?: 'EMAIL' | 'SMS';
  /** The answer is held against something started before, which can expire. */
  challenged?: true;
  /** The credential is unique over all users. */
  unique?: true;
  /** `REQUIRED`: names an authenticator; `OPTIONAL`: may name one; `ANY`: takes any of the user's; absent: needs none. */
  device?: 'REQUIRED' | 'OPTIONAL' | 'ANY';
}

/** The errors of a use case that an operation with these traits can meet. */
export function errorsFor(errors: readonly ErrorCode[], { own, at, sends, challenged, unique, device }: OperationTraits): ErrorCode[] {
  const impossible: [condition: boolean, ...codes: ErrorCode[]][] = [
    [own === true, ...withTarget],
    [at === 'SESSION', ...withToken, 'ALREADY_ENROLLED'],
    [at === 'LOGIN', 'FACTOR_LIMIT_REACHED', 'STEP_UP_REQUIRED', ...withTarget],
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
