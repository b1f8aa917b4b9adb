import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../domain/error-catalogue.ts';
import {
  AttemptsExhausted,
  DomainError,
  InvalidInput,
  PasswordExpired,
  RateLimited,
  RedirectUriInvalid,
  StepUpRequired,
  StrategyUnavailable,
  Unavailable,
} from '../domain/errors.ts';

interface Place {
  status: number;
  text: string;
  /** Frontegg's code, where one is documented for the case. */
  errorCode?: string;
}
const place = (status: number, text: string, errorCode?: string): Place => (errorCode === undefined ? { status, text } : { status, text, errorCode });

/**
 * The status and text of each code of the catalogue, in the words of Frontegg. Clients compare some of these texts, so they must
 * not be changed.
 */
export const restErrors: Readonly<Record<ErrorCode, Place>> = {
  INVALID_INPUT: place(400, 'Invalid request body'),
  INVALID_CREDENTIALS: place(401, 'Incorrect email or password'),
  ACCOUNT_LOCKED: place(401, 'User is locked out', 'ER-01034'),
  EMAIL_NOT_VERIFIED: place(401, 'Email is not verified', 'ER-01060'),
  INVALID_CODE: place(400, 'Invalid code', 'ER-01011'),
  INVALID_RECOVERY_CODE: place(400, 'Invalid recovery code'),
  CODE_EXPIRED: place(400, 'Code expired', 'ER-01017'),
  INVALID_TOKEN: place(400, 'Invalid token'),
  MAGIC_LINK_EXPIRED: place(400, 'Magic link has expired', 'ER-01014'),
  MAGIC_LINK_NOT_FOUND: place(400, 'Magic link not found', 'ER-01015'),
  MAGIC_LINK_DEVICE_UNKNOWN: place(400, 'Unknown device - a Magic Link can only be used from the same device it was requested', 'ER-01016'),
  CHALLENGE_EXPIRED: place(401, 'Invalid MFA token', 'ER-01013'),
  ATTEMPTS_EXHAUSTED: place(429, 'Too many attempts'),
  RATE_LIMITED: place(429, 'Too many attempts'),
  STRATEGY_INACTIVE: place(400, 'Invalid authentication type', 'ER-01012'),
  NOT_ENROLLED: place(400, 'MFA is not enrolled', 'ER-01097'),
  ALREADY_ENROLLED: place(403, 'MFA is already enrolled'),
  NO_STRATEGY_AVAILABLE: place(403, 'No MFA strategy is available'),
  PASSKEY_LIMIT_REACHED: place(403, 'At most 10 passkeys can be registered'),
  FACTOR_LIMIT_REACHED: place(403, 'At most 5 authenticators can be enrolled'),
  LAST_FACTOR_ENFORCED: place(403, 'MFA is enforced, the last factor cannot be removed'),
  CREDENTIAL_TAKEN: place(409, 'Authenticator is already registered'),
  DEVICE_NOT_FOUND: place(404, 'Device not found'),
  SESSION_NOT_FOUND: place(404, 'Session not found'),
  SESSION_EXPIRED: place(401, 'Unauthorized'),
  INTERACTION_EXPIRED: place(400, 'Sign-in has expired'),
  AUTHORIZATION_REFUSED: place(400, 'Invalid request'),
  ENVIRONMENT_CREDENTIALS_INVALID: place(401, 'Invalid authentication', 'ER-01013'),
  POLICY_EXISTS: place(409, 'MFA Policy already exists. Try to use the Update MFA Policy API'),
  POLICY_NOT_FOUND: place(404, 'Security Policy not found. MFA is disabled'),
  LOCKOUT_POLICY_EXISTS: place(409, 'Lockout policy already exists'),
  LOCKOUT_POLICY_NOT_FOUND: place(404, 'Lockout policy not found'),
  PASSWORD_HISTORY_POLICY_EXISTS: place(409, 'Policy already exists. Use the Update Password History Policy API.'),
  PASSWORD_HISTORY_POLICY_NOT_FOUND: place(404, 'Password History Policy not found. Policy is disabled'),
  PASSWORD_ROTATION_NOT_FOUND: place(404, 'Password rotation configuration not found'),
  INCORRECT_PASSWORD: place(400, 'Incorrect password'),
  PASSWORD_EXPIRED: place(200, 'Password has expired'),
  MIGRATION_NOT_FOUND: place(404, 'Migration not found'),
  NOTHING_TO_UPDATE: place(400, 'Missing parameters to update'),
  STRATEGY_NOT_IN_ENVIRONMENT: place(400, 'Strategy is not active in the environment'),
  STRATEGY_UNAVAILABLE: place(400, 'Strategy cannot be switched on'),
  DOCUMENT_INVALID: place(400, 'Document is invalid'),
  DOCUMENT_TOO_LARGE: place(400, 'Too many tenants for one document'),
  PLAN_NOT_FOUND: place(404, 'Plan not found'),
  PLAN_EXPIRED: place(409, 'Plan has expired'),
  PLAN_APPLIED: place(409, 'Plan was applied before'),
  PLAN_STALE: place(409, 'Settings have changed since the plan was made'),
  IMPACT_EXCEEDS_LIMIT: place(409, 'More people are concerned than allowed'),
  ALREADY_ENFORCED: place(409, 'MFA is enforced already'),
  ENFORCEMENT_SCHEDULED: place(409, 'An enforcement is scheduled already'),
  NO_ADMINISTRATOR_ENROLLED: place(409, 'No administrator has a second factor'),
  SCHEDULE_NOT_FOUND: place(404, 'Schedule not found'),
  SCHEDULE_NOT_WAITING: place(409, 'Enforcement has begun or was cancelled'),
  EXEMPTION_NOT_FOUND: place(404, 'Exemption not found'),
  MAILBOX_PROOF_REQUIRED: place(
    403,
    'Prove your mailbox first: log in by a code sent by e-mail, or use the GraphQL mutations sendMailboxCode and proveMailbox with this access token',
  ),
  TENANT_EXISTS: place(409, 'Tenant already exists'),
  INVITATIONS_DISABLED: place(403, 'Invitations are disabled'),
  INVITATION_NOT_FOUND: place(404, 'Invitation not found'),
  SIGN_UP_DISABLED: place(403, 'Sign up is disabled'),
  USER_EXISTS: place(409, 'User already exists'),
  EMAIL_NOT_FOUND: place(404, 'Email not found'),
  PRIMARY_EMAIL: place(400, 'Primary email cannot be removed'),
  EMAIL_LIMIT_REACHED: place(403, 'At most 10 emails can be added'),
  PHONE_EXISTS: place(409, 'Phone number already exists'),
  PHONE_NOT_FOUND: place(404, 'Phone number not found'),
  PHONE_LIMIT_REACHED: place(403, 'At most 5 phone numbers can be added'),
  USERNAME_EXISTS: place(409, 'Username already exists'),
  USERNAME_NOT_FOUND: place(404, 'Username not found'),
  TENANT_NOT_FOUND: place(404, 'Tenant not found'),
  USER_NOT_FOUND: place(404, 'User not found'),
  ROLE_EXISTS: place(409, 'Roles already exists'),
  GROUP_EXISTS: place(409, 'Group already exists'),
  GROUP_NOT_FOUND: place(404, 'Group not found'),
  GROUPS_DISABLED: place(403, 'Groups are disabled'),
  ROLE_NOT_FOUND: place(404, 'Role not found'),
  ROLE_LEVEL_TOO_LOW: place(403, 'Role level is too low'),
  PERMISSION_EXISTS: place(409, 'Permissions already exists'),
  PERMISSION_NOT_FOUND: place(404, 'Permission not found'),
  BUILT_IN_PERMISSION: place(403, 'Built-in permissions cannot be changed'),
  PERMISSION_CATEGORY_EXISTS: place(409, 'Permission category already exists'),
  PERMISSION_CATEGORY_NOT_FOUND: place(404, 'Permission category not found'),
  API_TOKEN_INVALID: place(401, 'Invalid authentication', 'ER-01013'),
  API_TOKENS_DISABLED: place(403, 'Api tokens are disabled'),
  API_TOKEN_NOT_FOUND: place(404, 'API token not found'),
  API_TOKEN_LIMIT_REACHED: place(400, 'No more API tokens can be created'),
  CAPTCHA_REQUIRED: place(400, 'Captcha is required'),
  CAPTCHA_FAILED: place(400, 'Captcha is invalid'),
  CAPTCHA_POLICY_EXISTS: place(409, 'Captcha policy already exists'),
  CAPTCHA_POLICY_NOT_FOUND: place(404, 'Captcha policy not found'),
  JWT_TEMPLATE_EXISTS: place(409, 'JWT template already exists'),
  JWT_TEMPLATE_NOT_FOUND: place(404, 'JWT template not found'),
  JWT_TEMPLATE_IN_USE: place(409, 'JWT template is in use by a targeting rule'),
  JWT_TEMPLATE_LIMIT_REACHED: place(400, 'At most 100 JWT templates can be created'),
  JWT_TARGETING_EXISTS: place(409, 'JWT template targeting already exists'),
  JWT_TARGETING_NOT_FOUND: place(404, 'JWT template targeting not found'),
  REDIRECT_URI_INVALID: place(400, 'Redirect URI is invalid'),
  REDIRECT_URI_EXISTS: place(409, 'Redirect URI already exists'),
  REDIRECT_URI_NOT_FOUND: place(404, 'Redirect URI not found'),
  REDIRECT_URI_LIMIT_REACHED: place(400, 'At most 100 redirect URIs can be registered'),
  APPLICATION_NOT_FOUND: place(404, 'Application not found'),
  SMS_UNAVAILABLE: place(503, 'SMS could not be sent', 'ER-01037'),
  EMAIL_UNAVAILABLE: place(503, 'Email could not be sent'),
  CAPTCHA_UNAVAILABLE: place(503, 'Captcha could not be checked'),
  TENANT_HEADER_INVALID: place(400, 'frontegg-tenant-id header must contain a single tenant id'),
  TENANT_HEADER_REQUIRED: place(403, 'frontegg-tenant-id header is required', 'ER-00008'),
  USER_HEADER_REQUIRED: place(403, 'frontegg-user-id header is required', 'ER-00008'),
  UNAUTHENTICATED: place(401, 'Unauthorized'),
  STEP_UP_REQUIRED: place(401, 'Step-up required'),
  FORBIDDEN: place(403, 'Forbidden'),
  BAD_REQUEST: place(400, 'Invalid request body'),
  NOT_FOUND: place(404, 'Not found', 'ER-00004'),
  NOT_SUPPORTED: place(501, 'The feature is not supported by this server'),
  METHOD_NOT_ALLOWED: place(405, 'Method not allowed'),
  PAYLOAD_TOO_LARGE: place(413, 'Request body is too large'),
  UNSUPPORTED_MEDIA_TYPE: place(415, 'Content-Type must be application/json'),
  UNAVAILABLE: place(503, 'Service unavailable'),
  INTERNAL: place(500, 'Internal server error'),
};

/** A refusal of one route with a text of its own. The status and codes stay those of the catalogue. The use case that threw it has recorded it. */
export class WordedRefusal extends DomainError {
  readonly text: string;
  constructor({ code }: DomainError, text: string) {
    super(code);
    this.text = text;
    this.unrecorded();
  }
}

/**
 * Returns the refusal of a feature that this server does not have.
 * `feature` begins the sentence, so it is a noun in the singular with a capital letter.
 */
export const notSupported = (feature: string): WordedRefusal =>
  new WordedRefusal(new DomainError('NOT_SUPPORTED'), `${feature} is not supported by this server`);

/**
 * Returns the code of a validation text: `ER-` and ten hexadecimal digits computed from the text, so that it is the same in every
 * deployment.
 */
export const validationCode = (text: string): string => `ER-${createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 10)}`;

/** The body of every error. */
export interface ErrorBody {
  errors: string[];
  errorCode?: string;
  errorCodes?: string[];
}

/** Returns the body of an error. */
export function errorBody(error: DomainError): ErrorBody {
  if (error instanceof InvalidInput) return faults(error.issues.map((issue) => issue.message));
  const { text, errorCode } = restErrors[error.code];
  if (error.code === 'BAD_REQUEST') return faults([text]);
  const shown = wordsOf(error) ?? text;
  return errorCode === undefined ? { errors: [shown] } : { errors: [shown], errorCode };
}

/** Returns the text of an error that has one of its own. */
function wordsOf(error: DomainError): string | null {
  if (error instanceof WordedRefusal) return error.text;
  if (error instanceof StrategyUnavailable) return `${restErrors[error.code].text}: ${error.reason}`;
  return error instanceof RedirectUriInvalid ? `Redirect URI ${error.reason}` : null;
}

function faults(texts: readonly string[]): ErrorBody {
  const codes = texts.map(validationCode);
  return { errors: [...texts], errorCode: codes[0] ?? '', ...(codes.length > 1 ? { errorCodes: codes } : {}) };
}

const retryAfter = (error: DomainError): number | null =>
  error instanceof AttemptsExhausted || error instanceof RateLimited || error instanceof Unavailable ? error.retryAfterSeconds : null;

/** Returns the challenge of a step-up (RFC 9470 §3). The values are our own and contain nothing that would need escaping. */
const stepUpChallenge = ({ acrValues, maxAgeSeconds }: StepUpRequired): string =>
  `Bearer error="insufficient_user_authentication", acr_values="${acrValues.join(' ')}", max_age=${maxAgeSeconds}`;

/**
 * Returns the answer of a login whose password has expired. Frontegg's clients take it for an answer of the login and not for an error: they lead
 * to the page for a new password.
 */
const expiredAnswer = ({ expired: { userId, email, resetPasswordToken } }: PasswordExpired) => ({
  ...{ tokenType: 'bearer', mfaRequired: false, resetPasswordToken, userId, userEmail: email },
});

/** Returns the status with which the operation answers a success. */
const successOf = ({ routeOptions: { schema } }: FastifyRequest): number =>
  Number(Object.keys((schema?.response as object | undefined) ?? {}).find((status) => status.startsWith('2')) ?? restErrors.PASSWORD_EXPIRED.status);

/** The methods that some operation is served by. A path has no answer to others, such as TRACE. */
const methodsOfRest = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Answers errors and unknown routes in the shape of REST, for the whole host, because it is the shape of last resort. */
export function answerErrors(app: FastifyInstance): void {
  const send = (request: FastifyRequest, reply: FastifyReply, error: DomainError) => {
    const seconds = retryAfter(error);
    if (seconds !== null) reply.header('retry-after', seconds).header('x-rate-limit-reset', app.secondsFromNow(seconds).toISOString());
    if (error instanceof PasswordExpired) return reply.code(successOf(request)).send(expiredAnswer(error));
    if (error instanceof StepUpRequired) reply.header('www-authenticate', stepUpChallenge(error));
    return reply.code(restErrors[error.code].status).send(errorBody(error));
  };
  app.setErrorHandler((error, request, reply) => send(request, reply, app.asDomainError(error, request)));
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOfRest.has(request.method) ? app.allowedMethods(request.raw.url ?? '') : [];
    // A route that serves this method may answer as if it were not there.
    if (allowed.length === 0 || allowed.includes(request.method)) return send(request, reply, new DomainError('NOT_FOUND'));
    return send(request, reply.header('allow', allowed.join(', ')), new DomainError('METHOD_NOT_ALLOWED'));
  });
}
