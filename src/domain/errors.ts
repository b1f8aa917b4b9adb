import type { AuditEvent } from './audit/event.ts';
import type { ErrorCode, Recorded } from './error-catalogue.ts';
import { catalogue } from './error-catalogue.ts';

/** All error codes. */
export const errorCodes = Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]];

/** What the event of a refusal says besides its kind, its caller and the code. */
export type EventFields = Partial<Pick<AuditEvent, 'tenantId' | 'userId' | 'strategy' | 'reason'>>;

/**
 * An error of the catalogue. It carries what its event in the audit trail will say. The code that throws it writes nothing: the
 * wrapper of the use case records it once, after the rollback that it caused. `detail` is written to the log only and never sent to
 * a client.
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  /** The input field that is wrong, if it is not the usual one for this code. */
  readonly field: string | undefined;
  /** Fields of the event, as far as somebody on the way named them. */
  readonly event: EventFields = {};
  /** True once the refusal needs no event any more: it was recorded, or it must not be. */
  settled = false;

  constructor(code: ErrorCode, detail?: string, field?: string) {
    super(catalogue[code].message);
    this.name = code;
    this.code = code;
    this.detail = detail;
    this.field = field;
  }

  /** Adds fields to the event; a field that was set nearer to the fault stays. Returns the error itself. */
  about(fields: EventFields): this {
    Object.assign(this.event, { ...fields, ...this.event });
    return this;
  }

  /** Leaves the refusal out of the audit trail: anybody can cause any number of them, or no service looked at the input. Returns the error itself. */
  unrecorded(): this {
    this.settled = true;
    return this;
  }
}

/**
 * Returns how the audit trail has to record an error. Null if it must not: the error is no refusal, it has an event already, or the
 * catalogue wants none.
 */
export function recordedAs(error: unknown): Exclude<Recorded, 'NEVER'> | null {
  if (!(error instanceof DomainError) || error.settled) return null;
  const { recorded } = catalogue[error.code];
  return recorded === 'NEVER' ? null : recorded;
}

/** Runs `work`. Every error of the catalogue that it throws carries these fields to its event. */
export async function withEventFields<T>(fields: EventFields, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DomainError ? error.about(fields) : error;
  }
}

/** One problem of an input: the field and what is wrong with it. The text is shown to people. */
export interface InputIssue {
  path: string[];
  message: string;
}

/** Thrown for input with one or more problems. */
export class InvalidInput extends DomainError {
  readonly issues: readonly InputIssue[];
  constructor(issues: readonly InputIssue[]) {
    super('INVALID_INPUT');
    this.issues = issues;
  }
}

/** Thrown for a wrong, replayed or used code alike. `attemptsRemaining` is null if no attempt was counted. */
export class InvalidCode extends DomainError {
  readonly attemptsRemaining: number | null;
  constructor(attemptsRemaining: number | null = null, field?: string) {
    super('INVALID_CODE', undefined, field);
    this.attemptsRemaining = attemptsRemaining;
  }
}

/** Returns the error for a text that could never be a code. Nothing is charged for it, and the audit trail does not record it. */
export const malformedCode = (field?: string): InvalidCode => new InvalidCode(null, field).unrecorded();

/** What `retryAfterSeconds` says when waiting does not help: one day, so that clients that retry by themselves do so rarely. */
export const unendingRetrySeconds = 86_400;

/** Thrown when a factor has no attempts left. */
export class AttemptsExhausted extends DomainError {
  /** When the next attempt is free. Null if waiting does not help. */
  readonly lockedUntil: Date | null;
  readonly retryAfterSeconds: number;
  constructor(lockedUntil: Date | null, now: Date) {
    super('ATTEMPTS_EXHAUSTED');
    this.lockedUntil = lockedUntil;
    this.retryAfterSeconds = lockedUntil === null ? unendingRetrySeconds : secondsBetween(now, lockedUntil);
  }
}

/** What a login leads to whose password has expired: a new password, and no session. */
export interface ExpiredPassword {
  userId: string;
  email: string;
  /** The token of a link that sets a new password, for the person who has just proven every factor. */
  resetPasswordToken: string;
  resetPasswordTokenExpiresAt: Date;
}

/** Thrown after everything else of a login was right, and has been committed. */
export class PasswordExpired extends DomainError {
  readonly expired: ExpiredPassword;
  constructor(expired: ExpiredPassword) {
    super('PASSWORD_EXPIRED');
    this.expired = expired;
  }
}

/** Thrown when a rate limit is exceeded. */
export class RateLimited extends DomainError {
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super('RATE_LIMITED');
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Returns the error for a limit that is free again at the given time. */
  static until(freeAt: Date, now: Date): RateLimited {
    return new RateLimited(secondsBetween(now, freeAt));
  }
}

/** Thrown when a strategy cannot be switched on in this deployment. */
export class StrategyUnavailable extends DomainError {
  /** Why it cannot, in words for the operator. */
  readonly reason: string;
  constructor(reason: string) {
    super('STRATEGY_UNAVAILABLE');
    this.reason = reason;
  }
}

/** Thrown when a URI cannot be registered. */
export class RedirectUriInvalid extends DomainError {
  /** Which rule it breaks, in words that follow the name of a field. */
  readonly reason: string;
  constructor(reason: string) {
    super('REDIRECT_URI_INVALID');
    this.reason = reason;
  }
}

/** Thrown when an operation requires a second factor proven in this session within the last `maxAgeSeconds` (RFC 9470). */
export class StepUpRequired extends DomainError {
  /** Values of `acr` that satisfy the operation. */
  readonly acrValues: readonly string[];
  readonly maxAgeSeconds: number;
  constructor(acrValues: readonly string[], maxAgeSeconds: number) {
    super('STEP_UP_REQUIRED');
    this.acrValues = acrValues;
    this.maxAgeSeconds = maxAgeSeconds;
  }
}

/** Thrown when too much work waits already, or the database does not respond. */
export class Unavailable extends DomainError {
  readonly retryAfterSeconds = 5;
  constructor(detail: string) {
    super('UNAVAILABLE', detail);
  }
}

/** Throws a `DomainError`. It can be used in expressions, as in `(await find()) ?? fail('USER_NOT_FOUND')`. */
export function fail(code: ErrorCode, detail?: string): never {
  throw new DomainError(code, detail);
}

const secondsBetween = (from: Date, to: Date): number => Math.max(1, Math.ceil((to.getTime() - from.getTime()) / 1000));
