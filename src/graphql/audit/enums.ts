import type { AuditEvent, EventKind } from '../../domain/audit/event.ts';
import { builder } from '../builder/builder.ts';
import { enumValues } from '../builder/enum-values.ts';

/** The enum of event kinds. A kind of the domain without a description does not compile. */
export const MfaEventKind = builder.enumType('MfaEventKind', {
  description: 'What happened. Any release may add kinds, so clients need a default case.',
  values: enumValues<EventKind>({
    ENVIRONMENT_AUTHENTICATED: 'An environment token was issued.',
    ENVIRONMENT_AUTHENTICATION_FAILED: 'Somebody sent a wrong client id or secret.',
    LOGIN_SUCCEEDED: 'A login was completed and a session started. `reason` lists the proven methods (RFC 8176).',
    LOGIN_FAILED: 'A login was refused. `reason` is the error code.',
    MFA_CHALLENGED: 'The first factor was correct and a second factor was requested.',
    MFA_SUCCEEDED: 'A second factor was verified.',
    MFA_FAILED:
      'A second factor was refused. `reason` is the error code, or `SIGN_COUNT_NOT_RISING` if a WebAuthn authenticator may have been copied.',
    FACTOR_ENROLLED: 'An authenticator was enrolled.',
    FACTOR_REMOVED: 'An authenticator was removed. `reason` is its id.',
    FACTOR_RENAMED: 'An authenticator was renamed. `reason` is its id.',
    CODE_SENT: 'A code was sent to the user.',
    DEVICE_REMEMBERED: 'A browser became a remembered device, which skips the second factor for a while.',
    DEVICE_REVOKED:
      'A remembered device was revoked, so that its next login needs the second factor again. `reason` is its id, or says that all of them were revoked.',
    SESSION_REFRESHED: 'New tokens were issued for a session.',
    SESSION_ENDED: 'A session ended. `reason` says why.',
    REFRESH_TOKEN_REUSED: 'A refresh token was used again long after it had been replaced. It may have been stolen, so the session was ended.',
    POLICY_CREATED: 'An MFA policy was created. `reason` is the policy.',
    POLICY_UPDATED: 'An MFA policy was changed. `reason` is the new policy.',
    STRATEGY_SET: 'A strategy was switched on or off.',
    MFA_CONFIGURATION_SET: 'The MFA configuration was changed. `reason` lists the objects that were replaced.',
    TENANT_CREATED: 'A tenant was created.',
    TENANT_UPDATED: 'Fields of a tenant were changed. `reason` lists them.',
    TENANT_DELETED: 'A tenant was deleted, with its memberships, roles and settings.',
    ROLE_CREATED: 'A role was created. `reason` is its key.',
    ROLE_UPDATED: 'A role was changed. `reason` is its key, and the fields.',
    ROLE_DELETED: 'A role was deleted and taken from everybody. `reason` is its key.',
    ROLE_PERMISSIONS_SET: 'The permissions in a role were changed. `reason` is its key.',
    PERMISSION_CREATED: 'A permission was created. `reason` is its key.',
    PERMISSION_UPDATED: 'A permission was changed. `reason` is its key, and the fields.',
    PERMISSION_DELETED: 'A permission was deleted and taken from all roles. `reason` is its key.',
    PERMISSION_CATEGORY_CHANGED: 'A category of permissions was created, changed or removed. `reason` is its id, and how.',
    USER_CREATED: 'A user was created.',
    USER_JOINED_TENANT: 'An existing user joined a tenant.',
    USER_DELETED: 'A user was deleted in all tenants. `reason` has a keyed digest of the address.',
    USER_ROLES_CHANGED: 'Roles were given to a user or taken from one. `reason` lists their keys, each with `+` or `-`.',
    USER_VERIFIED: 'The e-mail address of a user was marked as verified.',
    USER_UPDATED: 'Fields of a user were changed. `reason` lists them.',
    MFA_BYPASS_SET: 'The exemption of a user from the second factor at login was set or removed. `reason` is `on` or `off`.',
    ENVIRONMENT_UPDATED: 'Settings of the environment were changed. `reason` lists them.',
    ACTIVATION_TOKEN_GENERATED: 'A token to activate a user was issued.',
    USER_ACTIVATED: 'A user was activated by an activation token, and the e-mail address is now verified.',
    PASSWORD_RESET_REQUESTED: 'A link to set a new password was requested.',
    PASSWORD_RESET_FAILED: 'Setting a new password by a link was refused. `reason` is the error code.',
    PASSWORD_CHANGED: 'The password of a user was set or changed.',
    TENANT_REQUESTED: 'A user asked to switch to another tenant at the next refresh.',
    USER_LOCKED: 'A user was locked: by the lockout policy if `reason` is `ACCOUNT_LOCKED`, otherwise by an administrator.',
    USER_UNLOCKED: 'A user was unlocked.',
    MFA_RESET: 'An administrator removed all authenticators of a user. `reason` lists their strategies.',
    LOCKOUT_POLICY_CREATED: 'A lockout policy was created. `reason` is the policy.',
    LOCKOUT_POLICY_UPDATED: 'A lockout policy was changed. `reason` is the new policy.',
    STEP_UP_REQUIRED: 'An operation was refused because it requires a recently verified second factor.',
    SESSION_ELEVATED: 'A session was stepped up by a second factor. `reason` lists the proven methods (RFC 8176).',
    RECOVERY_USED: 'A recovery code was used. All authenticators, sessions and remembered devices of the user were removed.',
    RECOVERY_FAILED: 'The use of a recovery code was refused. `reason` is the error code.',
    RECOVERY_CODES_GENERATED: 'A new set of recovery codes replaced the old one.',
    MESSAGE_GIVEN_UP:
      'A message could not be delivered and will not be tried again. `reason` is the code of what the provider answered, and `requestId` names the request that caused the message.',
    ENROLLMENT_BEGUN: 'The enrollment of an authenticator began. Nothing is enrolled yet.',
    REFRESH_FAILED: 'A refresh was refused. `reason` is the error code.',
    REQUEST_REFUSED: 'A caller was refused a change, or access to the tenant named in a header. `reason` is the error code.',
  }),
});

/** The enum of the kinds of caller that can cause an event. */
export const ActorKind = builder.enumType('ActorKind', {
  description: 'The kind of caller that acted.',
  values: enumValues<AuditEvent['actorKind']>({
    NOBODY: 'A caller without a token, such as a person who is logging in.',
    USER: 'A user with an access token.',
    ENVIRONMENT: 'A caller with the environment token.',
  }),
});
