import type { EventKind } from './audit/event.ts';

/** Who has to act on an error: the person at the screen, the calling program, or the operator of this server. */
export type Audience = 'person' | 'caller' | 'operator';

interface Entry {
  audience: Audience;
  /** English text for developers, the only text sent to clients. Front ends translate by code. */
  message: string;
  /** What to do about the error. */
  remedy: string;
  /** The kind of event that records the error in the audit trail. */
  recorded: Recorded;
}

/**
 * How the audit trail records an error: by an event of the kind that the use case names, by an event of a kind of its own, or not
 * at all. Never recorded are input that no service looked at, missing or expired credentials, and faults of the server.
 */
export type Recorded = 'BY_USE_CASE' | 'NEVER' | EventKind;

const entry =
  (audience: Audience) =>
  (message: string, remedy: string, recorded: Recorded = 'BY_USE_CASE'): Entry => ({ audience, message, remedy, recorded });
const person = entry('person');
const caller = entry('caller');
const operator = entry('operator');

/** Every error Sallyport returns, by code. Each transport maps every code to its own form; a missing code does not compile. */
export const catalogue = {
  INVALID_INPUT: person('The input is invalid.', 'Correct the fields listed in `issues` and send again.', 'NEVER'),
  INVALID_CREDENTIALS: person('Incorrect email or password.', 'Ask for both again. An unknown user gets the same error.'),
  ACCOUNT_LOCKED: person(
    'User is locked out.',
    'If too many wrong passwords locked the user, the mailed link unlocks the account. Otherwise, or once the link has expired, an administrator of the environment has to unlock it.',
  ),
  EMAIL_NOT_VERIFIED: person('Email is not verified.', 'Verify the address of the user, then log in again.'),
  INVALID_CODE: person('The code is wrong or was used before.', 'Ask for another code. `attemptsRemaining` says how many attempts are left.'),
  INVALID_RECOVERY_CODE: person(
    'The recovery code is wrong or was used before.',
    'Ask for the address and the code again. An unknown user gets the same error.',
  ),
  CODE_EXPIRED: person('The code has expired.', 'Send a new code.'),
  INVALID_TOKEN: person('The token is unknown, expired or already used.', 'Request a new token. Only the newest one works, and only once.'),
  MAGIC_LINK_EXPIRED: person('The magic link has expired.', 'Ask for another link.'),
  MAGIC_LINK_NOT_FOUND: person('The magic link is unknown or was used before.', 'Ask for another link. Only the newest one works, and only once.'),
  MAGIC_LINK_DEVICE_UNKNOWN: person(
    'The magic link works only in the browser that asked for it.',
    'Open the link in that browser, or ask for another one from here. The link was not used up.',
  ),
  CHALLENGE_EXPIRED: person('The mfaToken is unknown, expired or already used.', 'Start again with the first factor.'),
  ATTEMPTS_EXHAUSTED: person(
    'Too many wrong codes for this factor.',
    'Wait until `lockedUntil`. If it is not set, the factor has to be removed and enrolled again.',
  ),
  RATE_LIMITED: person('Too many requests.', 'Wait `retryAfterSeconds`, then send the request again.'),
  STRATEGY_INACTIVE: person('This strategy is not offered here.', 'Choose one of the strategies that are offered.'),
  NOT_ENROLLED: person('MFA is not enrolled.', 'Enroll a factor first.'),
  ALREADY_ENROLLED: person('MFA is already enrolled.', 'Verify an enrolled factor instead of enrolling another.'),
  NO_STRATEGY_AVAILABLE: person(
    'A second factor is required, but no strategy is available.',
    'The operator has to switch on a strategy, or stop enforcing MFA.',
  ),
  FACTOR_LIMIT_REACHED: person('No more authenticators of this kind can be enrolled.', 'Remove an authenticator of this kind first.'),
  PASSKEY_LIMIT_REACHED: person('No more passkeys can be registered.', 'Remove a passkey first.'),
  LAST_FACTOR_ENFORCED: person(
    'MFA is enforced, so the last factor cannot be removed.',
    'Enroll another factor first, or ask an administrator of the environment for a reset.',
  ),
  CREDENTIAL_TAKEN: person('This authenticator is enrolled already.', 'Use another authenticator, or verify with this one.'),
  DEVICE_NOT_FOUND: person('Device not found.', 'List the devices again and use an id from that list.'),
  SESSION_NOT_FOUND: person('Session not found.', 'List the sessions again and use an id from that list.'),
  SESSION_EXPIRED: person('The session has ended.', 'Log in again.'),
  INTERACTION_EXPIRED: person(
    'This sign-in has expired, was completed, or belongs to another browser.',
    'Go back to the application and sign in from there.',
    'NEVER',
  ),
  AUTHORIZATION_REFUSED: caller(
    'The request of the application was refused.',
    '`error` names the reason as RFC 6749 and OpenID Connect define it, and `error_description` says what is wrong.',
  ),
  ENVIRONMENT_CREDENTIALS_INVALID: person(
    'The client id or secret is wrong.',
    'Use the credentials printed at the first start.',
    'ENVIRONMENT_AUTHENTICATION_FAILED',
  ),
  POLICY_EXISTS: person('An MFA policy exists already.', 'Update the policy, or use the upsert.'),
  POLICY_NOT_FOUND: person('No MFA policy exists here.', 'Create a policy, or use the upsert.'),
  LOCKOUT_POLICY_EXISTS: person('A lockout policy exists already.', 'Update the policy, or use the upsert.'),
  LOCKOUT_POLICY_NOT_FOUND: person('No lockout policy exists here.', 'Create a policy, or use the upsert.'),
  PASSWORD_HISTORY_POLICY_EXISTS: person('A rule about earlier passwords exists already.', 'Update the rule, or use the upsert.'),
  PASSWORD_HISTORY_POLICY_NOT_FOUND: person('No rule about earlier passwords exists here.', 'Create a rule, or use the upsert.'),
  PASSWORD_ROTATION_NOT_FOUND: person('No rotation of passwords exists here.', 'Set the rotation first.'),
  INCORRECT_PASSWORD: person(
    'The present password is wrong.',
    'Ask for the present password again. Wrong ones count for the lockout, as at a login.',
  ),
  PASSWORD_EXPIRED: person(
    'The password has expired.',
    'Everything that the login asked for was right. Set a new password with `resetPasswordToken`, then log in with it.',
    'PASSWORD_EXPIRED',
  ),
  MIGRATION_NOT_FOUND: person('Migration not found.', 'Check the id. A migration is kept for 30 days after its end.'),
  NOTHING_TO_UPDATE: person('No field to change was given.', 'Give at least one field to change.'),
  STRATEGY_NOT_IN_ENVIRONMENT: person(
    'The strategy is not active in the environment.',
    'Switch the strategy on in the environment first. A tenant can only switch off what the environment allows.',
  ),
  STRATEGY_UNAVAILABLE: person('The strategy cannot be switched on in this deployment.', '`reason` says what this deployment lacks.'),
  DOCUMENT_INVALID: person('The document is invalid.', 'Correct the places listed in `problems` and send the document again.'),
  DOCUMENT_TOO_LARGE: person('More tenants have settings than one document holds.', 'Ask for one tenant after the other.'),
  PLAN_NOT_FOUND: person('Plan not found.', 'Plan the document, and use the id of the plan.'),
  PLAN_EXPIRED: person('The plan has expired.', 'Plan the document again.'),
  PLAN_APPLIED: person('The plan was applied before.', 'Plan the document again. If nothing is left to do, the new plan has no steps.'),
  PLAN_STALE: person('The settings have changed since the plan was made.', 'Plan the document again, and look at the new steps.'),
  IMPACT_EXCEEDS_LIMIT: person(
    'More people would be locked out, or would have to enroll, than allowed.',
    'Change what is planned, or plan it again with higher limits.',
  ),
  ALREADY_ENFORCED: person('The policy enforces a second factor already.', 'There is nothing to schedule. Change the policy instead.'),
  ENFORCEMENT_SCHEDULED: person('An enforcement is scheduled already.', 'Cancel that one first.'),
  NO_ADMINISTRATOR_ENROLLED: person(
    'No administrator has a second factor.',
    'Somebody whose role may change the security policy has to enroll a factor first.',
  ),
  SCHEDULE_NOT_FOUND: person('Schedule not found.', 'Check the id of the schedule and the tenant of the request.'),
  SCHEDULE_NOT_WAITING: person('The enforcement has begun or was cancelled.', 'Change the policy to end an enforcement that has begun.'),
  EXEMPTION_NOT_FOUND: person('Exemption not found.', 'Check the id of the exemption. It may have ended.'),
  MAILBOX_PROOF_REQUIRED: caller(
    'While a user still has time to enroll, this needs a recent proof that the user reads the mailbox of the primary address.',
    'Have a code sent by the GraphQL mutation `sendMailboxCode`, give it to `proveMailbox`, and send the operation again within five minutes. A login by a code that is sent by e-mail proves the same.',
  ),
  TENANT_EXISTS: person('A tenant with this id exists already.', 'Choose another id, or leave it out.'),
  INVITATIONS_DISABLED: person('Invitations are disabled.', 'Ask the operator to allow tenant invitations.'),
  INVITATION_NOT_FOUND: person(
    'Invitation not found.',
    'Ask for another link. This one has expired, was deleted, or whoever made it may not invite any more.',
  ),
  SIGN_UP_DISABLED: person('Sign up is disabled.', 'Ask the operator for an account.'),
  USER_EXISTS: person('User already exists.', 'Use the existing user, or another address.'),
  EMAIL_NOT_FOUND: person('Email not found.', 'List the addresses of the user again and use one from that list.'),
  PRIMARY_EMAIL: person('The primary e-mail address cannot be removed.', 'Make another address the primary one first.'),
  EMAIL_LIMIT_REACHED: person('The user cannot have more e-mail addresses.', 'Remove an address first.'),
  PHONE_EXISTS: person('Another user has this phone number.', 'Use another number, or remove it from the other user first.'),
  PHONE_NOT_FOUND: person('Phone number not found.', 'List the phone numbers of the user again and use one from that list.'),
  PHONE_LIMIT_REACHED: person('The user cannot have more phone numbers.', 'Remove a phone number first.'),
  USERNAME_EXISTS: person('Another user has this username.', 'Choose another username.'),
  USERNAME_NOT_FOUND: person('Username not found.', 'Check the username. A user removes only their own.'),
  TENANT_NOT_FOUND: person('Tenant not found.', 'Check the id. It may belong to another environment.'),
  USER_NOT_FOUND: person('User not found.', 'Check the id of the user and the tenant of the request.'),
  ROLE_EXISTS: person('A role with this key exists already.', 'Choose another key. A tenant cannot use the key of a role of the environment.'),
  GROUP_EXISTS: person('A group with this name exists already.', 'Choose another name. It is unique in the tenant.'),
  GROUP_NOT_FOUND: person('Group not found.', 'Check the id of the group and the tenant of the request.'),
  GROUPS_DISABLED: operator('Groups are disabled.', 'The operator has to switch on groups.'),
  ROLE_NOT_FOUND: person('Role not found.', 'Check the id of the role and the tenant of the request.'),
  ROLE_LEVEL_TOO_LOW: person('The role is more powerful than those of the caller.', 'Ask somebody whose roles have a smaller level.'),
  PERMISSION_EXISTS: person('A permission with this key exists already.', 'Choose another key.'),
  PERMISSION_NOT_FOUND: person('Permission not found.', 'Check the id of the permission.'),
  BUILT_IN_PERMISSION: person('Built-in permissions and categories cannot be changed.', 'Create a permission or a category of your own.'),
  PERMISSION_CATEGORY_EXISTS: person('A category with this name exists already.', 'Choose another name.'),
  PERMISSION_CATEGORY_NOT_FOUND: person('Permission category not found.', 'Check the id of the category.'),
  API_TOKEN_INVALID: person(
    'The client id, the secret or the refresh token is wrong.',
    'Check the credentials. A token that was deleted or has expired, and one of a user who is locked or has left the tenant, get the same error.',
    'API_TOKEN_REFUSED',
  ),
  API_TOKENS_DISABLED: person('API tokens of users are disabled.', 'Ask the operator to switch on `apiTokensEnabled`.'),
  API_TOKEN_NOT_FOUND: person('API token not found.', 'List the tokens again and use an id from that list.'),
  API_TOKEN_LIMIT_REACHED: person('No more API tokens can be created.', 'Delete a token that no program uses any more.'),
  CAPTCHA_REQUIRED: person('A captcha is required.', 'Let the person answer the captcha of `siteKey`, and send its token with the request.'),
  CAPTCHA_FAILED: person('The captcha was not accepted.', 'Ask for another captcha. A token works once, and for a short time.'),
  CAPTCHA_POLICY_EXISTS: person('A captcha policy exists already.', 'Change the policy that is there.'),
  CAPTCHA_POLICY_NOT_FOUND: person('No captcha policy exists.', 'Create a policy first.'),
  JWT_TEMPLATE_EXISTS: person('A JWT template with this key exists already.', 'Choose another key, or change the template.'),
  JWT_TEMPLATE_NOT_FOUND: person('JWT template not found.', 'List the templates again and use an id from that list.'),
  JWT_TEMPLATE_IN_USE: person('A rule names the JWT template.', 'Remove it from the rules first.'),
  JWT_TEMPLATE_LIMIT_REACHED: person('No more JWT templates can be created.', 'Delete a template that no rule names.'),
  JWT_TARGETING_EXISTS: person('There are rules for JWT templates already.', 'Change the rules that are there.'),
  JWT_TARGETING_NOT_FOUND: person('There are no such rules for JWT templates.', 'Create rules first.'),
  REDIRECT_URI_INVALID: person('The redirect URI cannot be registered.', '`reason` names the rule. Correct the URI, then register it.'),
  REDIRECT_URI_EXISTS: person('The redirect URI is registered already.', 'There is nothing to do.'),
  REDIRECT_URI_NOT_FOUND: person('Redirect URI not found.', 'List the redirect URIs again and use an id from that list.'),
  REDIRECT_URI_LIMIT_REACHED: person('No more redirect URIs can be registered.', 'Delete a redirect URI that no application uses any more.'),
  APPLICATION_NOT_FOUND: caller('Application not found.', 'Use the id of the environment. There is one application, and it has that id.'),
  SMS_UNAVAILABLE: operator('SMS could not be sent.', 'Configure `SMS_PROVIDER`. If it is configured, try again later.'),
  EMAIL_UNAVAILABLE: operator('Email could not be sent.', 'Configure `SMTP_URL`. If it is configured, try again later.'),
  CAPTCHA_UNAVAILABLE: operator(
    'The captcha could not be checked.',
    'Configure `CAPTCHA_VERIFY_URL`, and check the secret of the captcha policy. If both are right, try again later.',
  ),
  TENANT_HEADER_INVALID: caller(
    'The frontegg-tenant-id header must contain a single tenant id.',
    'Send the header once, with one id, or not at all.',
    'NEVER',
  ),
  TENANT_HEADER_REQUIRED: caller('The frontegg-tenant-id header is required.', 'Send the header with the id of a tenant.', 'NEVER'),
  USER_HEADER_REQUIRED: caller('The frontegg-user-id header is required.', 'Send the header with the id of the user to act on.', 'NEVER'),
  UNAUTHENTICATED: caller('Unauthorized.', 'Send a valid bearer token of the kind the operation requires.', 'NEVER'),
  STEP_UP_REQUIRED: caller(
    'A recent second factor is required.',
    'Step up the session and send the operation again within `maxAge` seconds.',
    'STEP_UP_REQUIRED',
  ),
  FORBIDDEN: caller('Forbidden.', 'Use a token that has the permission and the tenant for this operation.'),
  BAD_REQUEST: caller('The request is malformed.', 'Correct the document, its variables or the body. The message says what is wrong.', 'NEVER'),
  NOT_FOUND: caller('Not found.', 'Check the method and the path.', 'NEVER'),
  NOT_SUPPORTED: caller(
    'This server does not have the feature.',
    'Do without the feature. The message names it. No setting switches it on.',
    'NEVER',
  ),
  METHOD_NOT_ALLOWED: caller('The path is not served by this method.', 'Use one of the methods in the header `Allow`.', 'NEVER'),
  PAYLOAD_TOO_LARGE: caller(
    'The request body is too large.',
    'Send at most 64 KiB. With the environment token, GraphQL takes 384 KiB, and an import of many users over REST 2048 KiB.',
    'NEVER',
  ),
  UNSUPPORTED_MEDIA_TYPE: caller(
    'Only application/json in UTF-8 without a content encoding is accepted.',
    'Send the header `Content-Type: application/json`, and the body as it is, without `Content-Encoding`.',
    'NEVER',
  ),
  UNAVAILABLE: operator('The service is busy or its database cannot be reached.', 'Wait `Retry-After` seconds and send the request again.', 'NEVER'),
  INTERNAL: operator('An unexpected error occurred.', 'Report the request id to the operator, who can find the cause in the log.', 'NEVER'),
} satisfies Record<string, Entry>;

/** The code of an error in the catalogue. */
export type ErrorCode = keyof typeof catalogue;
