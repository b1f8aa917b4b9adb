import type { Page, PageRequest } from '../page.ts';
import type { StrategyName } from '../strategy-name.ts';

/** All kinds of audit events. */
export const eventKinds = [
  'ENVIRONMENT_AUTHENTICATED',
  'ENVIRONMENT_AUTHENTICATION_FAILED',
  'LOGIN_SUCCEEDED',
  'LOGIN_FAILED',
  'MFA_CHALLENGED',
  'MFA_SUCCEEDED',
  'MFA_FAILED',
  'FACTOR_ENROLLED',
  'FACTOR_REMOVED',
  'FACTOR_RENAMED',
  'PASSKEY_ADDED',
  'PASSKEY_RENAMED',
  'PASSKEY_REMOVED',
  'CODE_SENT',
  'DEVICE_REMEMBERED',
  'DEVICE_REVOKED',
  'SESSION_REFRESHED',
  'SESSION_ENDED',
  'SESSION_POLICY_SET',
  'REFRESH_TOKEN_REUSED',
  'APPLICATION_AUTHORIZED',
  'APPLICATION_SIGNED_IN',
  'AUTHORIZATION_CODE_REUSED',
  'AUTHORIZATION_FAILED',
  'POLICY_CREATED',
  'POLICY_UPDATED',
  'STRATEGY_SET',
  'MFA_CONFIGURATION_SET',
  'TENANT_CREATED',
  'TENANT_UPDATED',
  'TENANT_DELETED',
  'ROLE_CREATED',
  'ROLE_UPDATED',
  'ROLE_DELETED',
  'ROLE_PERMISSIONS_SET',
  'GROUP_CREATED',
  'GROUP_UPDATED',
  'GROUP_DELETED',
  'GROUP_ROLES_CHANGED',
  'GROUP_MEMBERS_CHANGED',
  'PERMISSION_CREATED',
  'PERMISSION_UPDATED',
  'PERMISSION_DELETED',
  'PERMISSION_CATEGORY_CHANGED',
  'API_TOKEN_CREATED',
  'API_TOKEN_UPDATED',
  'API_TOKEN_DELETED',
  'API_TOKEN_AUTHENTICATED',
  'API_TOKEN_REFUSED',
  'ACCESS_TOKEN_CREATED',
  'ACCESS_TOKEN_DELETED',
  'USER_CREATED',
  'USER_JOINED_TENANT',
  'USER_ROLES_CHANGED',
  'USER_SIGNED_UP',
  'INVITATION_CREATED',
  'INVITATION_ACCEPTED',
  'INVITATION_UPDATED',
  'INVITATION_DELETED',
  'INVITATION_NOT_USED',
  'ACTIVATION_STRATEGY_SET',
  'USER_LEFT_TENANT',
  'USER_DELETED',
  'USER_EMAIL_CHANGED',
  'EMAIL_ADDED',
  'EMAIL_REMOVED',
  'PHONE_ADDED',
  'PHONE_VERIFIED',
  'PHONE_REMOVED',
  'USERNAME_SET',
  'USERNAME_REMOVED',
  'USER_FLAG_SET',
  'USER_DISABLED',
  'USER_ENABLED',
  'USER_EXPIRY_SET',
  'TENANT_USERS_MOVED',
  'USER_VERIFIED',
  'USER_UPDATED',
  'MFA_BYPASS_SET',
  'MFA_EXEMPTION_GRANTED',
  'MFA_EXEMPTION_ENDED',
  'MFA_ENFORCEMENT_SCHEDULED',
  'MFA_ENFORCEMENT_CANCELLED',
  'MFA_ENFORCEMENT_STARTED',
  'MFA_REMINDED',
  'MAILBOX_PROVEN',
  'HOSTED_LOGIN_UPDATED',
  'REDIRECT_URI_ADDED',
  'REDIRECT_URI_REMOVED',
  'ENVIRONMENT_UPDATED',
  'CAPTCHA_POLICY_SET',
  'JWT_TEMPLATE_CHANGED',
  'JWT_TARGETING_CHANGED',
  'ACTIVATION_TOKEN_GENERATED',
  'USER_ACTIVATED',
  'PASSWORD_RESET_REQUESTED',
  'PASSWORD_RESET_FAILED',
  'PASSWORD_CHANGED',
  'PASSWORD_REFUSED',
  'PASSWORD_EXPIRED',
  'PASSWORD_REHASHED',
  'PASSWORD_POLICY_SET',
  'PASSWORD_HISTORY_POLICY_SET',
  'PASSWORD_ROTATION_SET',
  'USER_IMPORTED',
  'MIGRATION_STARTED',
  'MIGRATION_FINISHED',
  'TENANT_REQUESTED',
  'USER_LOCKED',
  'USER_UNLOCKED',
  'MFA_RESET',
  'LOCKOUT_POLICY_CREATED',
  'LOCKOUT_POLICY_UPDATED',
  'STEP_UP_REQUIRED',
  'SESSION_ELEVATED',
  'RECOVERY_USED',
  'RECOVERY_FAILED',
  'RECOVERY_CODES_GENERATED',
  'MESSAGE_GIVEN_UP',
  'ENROLLMENT_BEGUN',
  'REFRESH_FAILED',
  'REQUEST_REFUSED',
] as const;
/** Kinds that callers without credentials can cause by requests that are refused. */
export const refusalKinds: ReadonlySet<EventKind> = new Set([
  'API_TOKEN_REFUSED',
  'AUTHORIZATION_FAILED',
  'ENVIRONMENT_AUTHENTICATION_FAILED',
  'LOGIN_FAILED',
  'MFA_FAILED',
  'PASSWORD_REFUSED',
  'PASSWORD_RESET_FAILED',
  'RECOVERY_FAILED',
  'REFRESH_FAILED',
  'REQUEST_REFUSED',
]);
/** One of `eventKinds`. */
export type EventKind = (typeof eventKinds)[number];

/** One event of the audit trail, written in the same transaction as its effect. It never contains a secret, a code or a token. */
export interface AuditEvent {
  id: string;
  at: Date;
  kind: EventKind;
  actorKind: 'NOBODY' | 'USER' | 'ENVIRONMENT' | 'API_TOKEN';
  /** Id of the user who acted, or of the API token. Null for the other kinds of actor. */
  actorId: string | null;
  tenantId: string | null;
  /** Id of the user the event is about. */
  userId: string | null;
  strategy: StrategyName | null;
  /** The error code of a refusal, or what was changed. */
  reason: string | null;
  address: string;
  requestId: string;
}

/** Selects events. An event has to match every condition that is set. */
export interface EventFilter {
  userId?: string;
  tenantId?: string;
  kinds?: readonly EventKind[];
  /** Earliest time, included. */
  from?: Date;
  /** Latest time, excluded. */
  until?: Date;
}

/** An event with the person that it is shown beside: who acted, or else whom it is about. */
export interface ShownEvent extends AuditEvent {
  /** Null if there is none, or the person is not a member of the tenant of the event. */
  person: { email: string; name: string } | null;
}

/** A part of the trail that is counted from its beginning, for lists that people search and page through. */
export interface EventSearch extends EventFilter {
  /** Events of one of these kinds, and those whose client address or whose person's e-mail address contains this part, in any letter case. */
  text?: { part: string; kinds: readonly EventKind[] };
  /** A part of the e-mail address of the person, in any letter case. */
  email?: string;
  /** A part of the address of the client. */
  address?: string;
  newestFirst: boolean;
  offset: number;
  limit: number;
}

/** Stores audit events. */
export interface EventRepository {
  add(event: AuditEvent): Promise<void>;
  /** Overwrites the event with the same id. */
  replace(event: AuditEvent): Promise<void>;
  /** Returns the events in no particular order. */
  findMany(ids: readonly string[]): Promise<AuditEvent[]>;
  /** Returns matching events, newest first, ordered by (at, id). */
  list(filter: EventFilter, page: PageRequest): Promise<Page<AuditEvent>>;
  /** Returns a part of the matching events, ordered by (at, id), and the number of all of them. */
  search(search: EventSearch): Promise<{ items: ShownEvent[]; total: number }>;
  /** Returns the number of matching events. */
  count(filter: EventFilter): Promise<number>;
  /** Returns the times of the oldest and of the newest event. Null if there is none. */
  span(): Promise<{ oldest: Date; newest: Date } | null>;
}
