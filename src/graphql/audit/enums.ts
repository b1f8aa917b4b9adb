import type { AuditEvent, EventKind } from '../../domain/audit/event.ts';
import { builder } from '../builder/builder.ts';
import { enumValues } from '../builder/enum-values.ts';

export const MfaEventKind = builder.enumType('MfaEventKind', {
  description: 'What happened. New kinds may be added in any release: have a default.',
  values: enumValues<EventKind>({
    ENVIRONMENT_AUTHENTICATED: 'An environment token was handed out.',
    ENVIRONMENT_AUTHENTICATION_FAILED: 'Somebody gave a wrong client id or secret.',
    LOGIN_SUCCEEDED: 'A login was completed and a session opened; `reason` lists the methods proven (RFC 8176).',
    LOGIN_FAILED: 'A login was refused; `reason` is the code of the refusal.',
    MFA_CHALLENGED: 'The first factor held and a second one was asked for.',
    MFA_SUCCEEDED: 'A second factor was proven.',
    MFA_FAILED:
      'A second factor was refused; `reason` is the code of the refusal, or `SIGN_COUNT_NOT_RISING` where a WebAuthn authenticator may have been copied.',
    FACTOR_ENROLLED: 'A factor was bound to the user.',
    FACTOR_REMOVED: 'A factor was taken from the user; `reason` is its id.',
    FACTOR_RENAMED: 'A factor got another name; `reason` is its id.',
    CODE_SENT: 'A code was sent to the user.',
    DEVICE_REMEMBERED: 'A device may spare the second factor for a while.',
    DEVICE_REVOKED: 'A remembered device asks for the second factor again; `reason` is its id, or says that all do.',
    SESSION_REFRESHED: 'New tokens were handed out for a session.',
    SESSION_ENDED: 'A session ended; `reason` says why.',
    REFRESH_TOKEN_REUSED: 'A refresh token was presented again long after its use: it may be stolen, so the session ended.',
    POLICY_CREATED: 'An MFA policy was set for the first time; `reason` is the rule.',
    POLICY_UPDATED: 'An MFA policy was changed; `reason` is the rule now.',
    STRATEGY_SET: 'A strategy was switched on or off.',
    MFA_CONFIGURATION_SET: 'Names or code lives were set; `reason` lists the objects replaced.',
    TENANT_CREATED: 'A tenant was created.',
    USER_CREATED: 'A user was created.',
    USER_JOINED_TENANT: 'A known user joined a tenant.',
    USER_VERIFIED: 'The address of a user was marked as verified.',
    USER_UPDATED: 'Facts about a user were changed; `reason` lists them.',
    MFA_BYPASS_SET: 'A user is spared the second factor at login from now on, or no longer; `reason` is `on` or `off`.',
    ENVIRONMENT_UPDATED: 'Settings of the environment were changed; `reason` lists them.',
    ACTIVATION_TOKEN_GENERATED: 'A token to activate a user was handed out.',
    USER_ACTIVATED: 'A user was activated by such a token, and the address counts as verified.',
    PASSWORD_RESET_REQUESTED: 'A link to set a new password was asked for.',
    PASSWORD_RESET_FAILED: 'Setting a new password by a link was refused; `reason` is the code of the refusal.',
    PASSWORD_CHANGED: 'A password was changed; sessions and remembered devices ended with it.',
    TENANT_REQUESTED: 'A user asked to go on in another tenant at the next refresh.',
    USER_LOCKED: 'An account was shut: by an administrator, or where `reason` is `ACCOUNT_LOCKED` by the lockout policy.',
    USER_UNLOCKED: 'An account was opened again.',
    MFA_RESET: 'An administrator removed all factors of a user; `reason` lists their strategies.',
    LOCKOUT_POLICY_CREATED: 'A lockout policy was set for the first time; `reason` is the rule.',
    LOCKOUT_POLICY_UPDATED: 'A lockout policy was changed; `reason` is the rule now.',
    STEP_UP_REQUIRED: 'An operation was refused until a second factor is proven again.',
    SESSION_ELEVATED: 'A session was raised by a second factor; `reason` lists the methods proven (RFC 8176).',
    RECOVERY_USED: 'A recovery code was spent: all factors, sessions and remembered devices of the user went with it.',
    RECOVERY_FAILED: 'A recovery was refused; `reason` is the code of the refusal.',
    RECOVERY_CODES_GENERATED: 'A new set of recovery codes took the place of the old one.',
    MESSAGE_GIVEN_UP:
      'A code could not be delivered and will not be tried again; `reason` is what the provider answered. The request that caused it is named.',
    ENROLLMENT_BEGUN: 'A secret to set a factor up with was made and shown; nothing is bound yet.',
    REFRESH_FAILED: 'A refresh was refused; `reason` is the code of the refusal.',
    REQUEST_REFUSED: 'A change, or a tenant named in a header, was refused to a caller; `reason` is the code of the refusal.',
  }),
});

export const ActorKind = builder.enumType('ActorKind', {
  description: 'Who acted.',
  values: enumValues<AuditEvent['actorKind']>({
    NOBODY: 'A caller without a token, such as anybody who logs in.',
    USER: 'A user, by an access token.',
    ENVIRONMENT: 'A holder of the environment token.',
  }),
});
