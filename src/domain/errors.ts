import type { AuditEvent, EventKind } from './audit/event.ts';

/** Who has to act: the person at the screen, the calling program, or the operator of this server. */
export type Audience = 'person' | 'caller' | 'operator';

interface Entry {
  audience: Audience;
  /** The only text that leaves the process; English for developers, front ends translate by code. */
  message: string;
  /** What the caller does about it. */
  remedy: string;
  /** The kind of event that records this refusal in the audit trail; see `Recorded`. */
  recorded: Recorded;
}

/**
 * How the audit trail tells of a refusal: by an event of the kind that the refused use case names, by an event of a kind of
 * its own, or not at all. Never recorded are input that no service looked at, missing or dead credentials, and our own faults.
 */
export type Recorded = 'BY_USE_CASE' | 'NEVER' | EventKind;

const entry =
  (audience: Audience) =>
  (message: string, remedy: string, recorded: Recorded = 'BY_USE_CASE'): Entry => ({ audience, message, remedy, recorded });
const person = entry('person');
const caller = entry('caller');
const operator = entry('operator');

/** Every refusal Sallyport knows. Transports give each a place of their own; a code without one does not compile. */
export const catalogue = {
  INVALID_INPUT: person('The input is invalid.', 'Correct the fields listed in `issues` and send again.', 'NEVER'),
  INVALID_CREDENTIALS: person('Incorrect email or password.', 'Ask for both again. The answer is the same for an unknown user.'),
  ACCOUNT_LOCKED: person('User is locked out.', 'An administrator of the environment has to unlock the user.'),
  EMAIL_NOT_VERIFIED: person('Email is not verified.', 'Verify the address of the user, then log in again.'),
  INVALID_CODE: person('The code is wrong or was used before.', 'Ask for the next code; `attemptsRemaining` says how many tries are left.'),
  INVALID_RECOVERY_CODE: person(
    'The recovery code is wrong or was used before.',
    'Ask for address and code again. The answer is the same for an unknown user.',
  ),
  CODE_EXPIRED: person('The code has expired.', 'Send a new code.'),
  INVALID_TOKEN: person('The token is unknown, expired or spent.', 'Ask for a new one; only the newest counts, and only once.'),
  CHALLENGE_EXPIRED: person('The mfaToken is unknown, expired or spent.', 'Start again with the first factor.'),
  ATTEMPTS_EXHAUSTED: person('Too many wrong codes for this factor.', 'Wait until `lockedUntil`; without it the factor has to be bound anew.'),
  RATE_LIMITED: person('Too many requests.', 'Wait `retryAfterSeconds`, then send again.'),
  STRATEGY_INACTIVE: person('This way of proving a second factor is not offered here.', 'Choose one of the strategies offered by the challenge.'),
  NOT_ENROLLED: person('MFA is not enrolled.', 'Enroll a factor first.'),
  ALREADY_ENROLLED: person('MFA is already enrolled.', 'Verify an existing factor instead of enrolling another.'),
  NO_STRATEGY_AVAILABLE: person(
    'A second factor is required, but no strategy is available.',
    'The operator has to switch a strategy on, or stop enforcing.',
  ),
  FACTOR_LIMIT_REACHED: person('No more authenticator apps can be enrolled.', 'Remove one of them first; a user may have five.'),
  LAST_FACTOR_ENFORCED: person(
    'MFA is enforced, so the last factor cannot be removed.',
    'Enroll another factor first, or ask an administrator of the environment for a reset.',
  ),
  CREDENTIAL_TAKEN: person('This authenticator is registered already.', 'Use another authenticator, or verify with this one.'),
  DEVICE_NOT_FOUND: person('Device not found.', 'Use an id from the list of devices of this challenge.'),
  SESSION_EXPIRED: person('The session has ended.', 'Log in again.'),
  ENVIRONMENT_CREDENTIALS_INVALID: person(
    'The client id or secret is wrong.',
    'Use the credentials printed at the first start.',
    'ENVIRONMENT_AUTHENTICATION_FAILED',
  ),
  POLICY_EXISTS: person('An MFA policy exists already.', 'Update it, or use the upsert.'),
  POLICY_NOT_FOUND: person('No MFA policy exists here.', 'Create one, or use the upsert.'),
  LOCKOUT_POLICY_EXISTS: person('A lockout policy exists already.', 'Update it, or use the upsert.'),
  LOCKOUT_POLICY_NOT_FOUND: person('No lockout policy exists here.', 'Create one, or use the upsert.'),
  NOTHING_TO_UPDATE: person('No field to change was given.', 'Give at least one field of the policy.'),
  STRATEGY_NOT_IN_ENVIRONMENT: person(
    'The strategy is not active in the environment.',
    'Switch it on in the environment first; a tenant can only narrow.',
  ),
  STRATEGY_UNAVAILABLE: person('The strategy cannot be switched on in this deployment.', 'Read `reason`: a provider is missing.'),
  TENANT_EXISTS: person('A tenant with this id exists already.', 'Choose another id, or leave it out.'),
  USER_EXISTS: person('User already exists.', 'Use the existing user, or another address.'),
  TENANT_NOT_FOUND: person('Tenant not found.', 'Check the id; it may belong to another environment.'),
  USER_NOT_FOUND: person('User not found.', 'Check the id and the tenant it is looked for in.'),
  SMS_UNAVAILABLE: operator('SMS could not be sent.', 'Configure `SMS_PROVIDER`; try again later.'),
  EMAIL_UNAVAILABLE: operator('Email could not be sent.', 'Configure `SMTP_URL`; try again later.'),
  TENANT_HEADER_INVALID: caller(
    'The frontegg-tenant-id header must contain a single tenant id.',
    'Send the header once, with one id, or not at all.',
    'NEVER',
  ),
  TENANT_HEADER_REQUIRED: caller('The frontegg-tenant-id header is required.', 'Send the header with the id of a tenant.', 'NEVER'),
  USER_HEADER_REQUIRED: caller('The frontegg-user-id header is required.', 'Send the header with the id of the user to act on.', 'NEVER'),
  UNAUTHENTICATED: caller('Unauthorized.', 'Send a valid bearer token of the kind the operation takes.', 'NEVER'),
  STEP_UP_REQUIRED: caller(
    'A fresh second factor is required.',
    'Step up the session, at most `maxAge` seconds before the operation, and send it again.',
    'STEP_UP_REQUIRED',
  ),
  FORBIDDEN: caller('Forbidden.', 'Use a token whose permissions and tenants cover the operation.'),
  BAD_REQUEST: caller('The request is malformed.', 'Correct the document, its variables or the body; see the message.', 'NEVER'),
  NOT_FOUND: caller('Not found.', 'Check method and path.', 'NEVER'),
  PAYLOAD_TOO_LARGE: caller('The request body is too large.', 'Send at most 64 KiB.', 'NEVER'),
  UNSUPPORTED_MEDIA_TYPE: caller('Only application/json in UTF-8 is accepted.', 'Send the header `Content-Type: application/json`.', 'NEVER'),
  UNAVAILABLE: operator('The service is busy or its database cannot be reached.', 'Wait `Retry-After` seconds and send again.', 'NEVER'),
  INTERNAL: operator('An unexpected error occurred.', 'Report the request id to the operator, who finds the cause in the log.', 'NEVER'),
} satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof catalogue;
export const errorCodes = Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]];

/** What the event of a refusal says besides its kind, its caller and the code of the refusal. */
export type EventFields = Partial<Pick<AuditEvent, 'tenantId' | 'userId' | 'strategy' | 'reason'>>;

/**
 * A refusal with a code of the catalogue. It carries what its event in the audit trail will say, so that whoever refuses
 * writes nothing: the border of the use case records it once, after the rollback that it caused. `detail` is for the log alone.
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  /** The field of the command that the refusal is about, where the code alone does not say it. */
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

  /** Adds fields to the event; a field that was set nearer to the fault stays. Answers the error itself. */
  about(fields: EventFields): this {
    Object.assign(this.event, { ...fields, ...this.event });
    return this;
  }

  /** Leaves the refusal out of the audit trail: anybody can cause any number of them, or no service looked. Answers the error itself. */
  unrecorded(): this {
    this.settled = true;
    return this;
  }
}

/** Runs `work`; every refusal thrown in it carries these fields to its event. */
export async function withEventFields<T>(fields: EventFields, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DomainError ? error.about(fields) : error;
  }
}

/** One fault of an input: where it is and what is wrong, in words a person understands. */
export interface InputIssue {
  path: string[];
  message: string;
}

export class InvalidInput extends DomainError {
  readonly issues: readonly InputIssue[];
  constructor(issues: readonly InputIssue[]) {
    super('INVALID_INPUT');
    this.issues = issues;
  }
}

/** Wrong, replayed and spent codes alike. `attemptsRemaining` is null where nothing was charged. */
export class InvalidCode extends DomainError {
  readonly attemptsRemaining: number | null;
  constructor(attemptsRemaining: number | null = null, field?: string) {
    super('INVALID_CODE', undefined, field);
    this.attemptsRemaining = attemptsRemaining;
  }
}

/** The refusal of a text that could never be a code. Nothing is charged for it, and the audit trail does not tell of it. */
export const malformedCode = (field?: string): InvalidCode => new InvalidCode(null, field).unrecorded();

export class AttemptsExhausted extends DomainError {
  /** Null when waiting does not help. */
  readonly lockedUntil: Date | null;
  readonly retryAfterSeconds: number;
  constructor(lockedUntil: Date | null, now: Date) {
    super('ATTEMPTS_EXHAUSTED');
    this.lockedUntil = lockedUntil;
    this.retryAfterSeconds = lockedUntil === null ? 86_400 : secondsBetween(now, lockedUntil);
  }
}

export class RateLimited extends DomainError {
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super('RATE_LIMITED');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class StrategyUnavailable extends DomainError {
  /** Why, in words for the operator. */
  readonly reason: string;
  constructor(reason: string) {
    super('STRATEGY_UNAVAILABLE');
    this.reason = reason;
  }
}

/** A sensitive operation wants a second factor proven in this session, not longer ago than so many seconds (RFC 9470). */
export class StepUpRequired extends DomainError {
  /** Values of `acr` that would do. */
  readonly acrValues: readonly string[];
  readonly maxAgeSeconds: number;
  constructor(acrValues: readonly string[], maxAgeSeconds: number) {
    super('STEP_UP_REQUIRED');
    this.acrValues = acrValues;
    this.maxAgeSeconds = maxAgeSeconds;
  }
}

/** Too much work waits already, or the database does not answer. */
export class Unavailable extends DomainError {
  readonly retryAfterSeconds = 5;
  constructor(detail: string) {
    super('UNAVAILABLE', detail);
  }
}

/** For use in expressions: `await find() ?? fail('USER_NOT_FOUND')`. */
export function fail(code: ErrorCode, detail?: string): never {
  throw new DomainError(code, detail);
}

const secondsBetween = (from: Date, to: Date): number => Math.max(1, Math.ceil((to.getTime() - from.getTime()) / 1000));
