import type { Page, PageRequest } from '../page.ts';
import type { StrategyName } from '../strategy-name.ts';

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
  'CODE_SENT',
  'DEVICE_REMEMBERED',
  'DEVICE_REVOKED',
  'SESSION_REFRESHED',
  'SESSION_ENDED',
  'REFRESH_TOKEN_REUSED',
  'POLICY_CREATED',
  'POLICY_UPDATED',
  'STRATEGY_SET',
  'MFA_CONFIGURATION_SET',
  'TENANT_CREATED',
  'USER_CREATED',
  'USER_JOINED_TENANT',
  'USER_VERIFIED',
  'USER_UPDATED',
  'MFA_BYPASS_SET',
  'ENVIRONMENT_UPDATED',
  'ACTIVATION_TOKEN_GENERATED',
  'USER_ACTIVATED',
  'PASSWORD_RESET_REQUESTED',
  'PASSWORD_RESET_FAILED',
  'PASSWORD_CHANGED',
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
export type EventKind = (typeof eventKinds)[number];

/** One fact of the audit trail, written in the transaction of its effect. Never holds a secret, a code or a token. */
export interface AuditEvent {
  id: string;
  at: Date;
  kind: EventKind;
  actorKind: 'NOBODY' | 'USER' | 'ENVIRONMENT';
  /** The user's id for a user; null otherwise. */
  actorId: string | null;
  tenantId: string | null;
  /** The user concerned. */
  userId: string | null;
  strategy: StrategyName | null;
  /** Code of the catalogue for a refusal, or what changed. */
  reason: string | null;
  address: string;
  requestId: string;
}

/** Events a reader asks for; every condition given has to hold. */
export interface EventFilter {
  userId?: string;
  tenantId?: string;
  kinds?: readonly EventKind[];
  /** At this instant or later. */
  from?: Date;
  /** Before this instant. */
  until?: Date;
}

export interface EventRepository {
  add(event: AuditEvent): Promise<void>;
  /** Newest first, by (at, id). */
  list(filter: EventFilter, page: PageRequest): Promise<Page<AuditEvent>>;
  count(filter: EventFilter): Promise<number>;
  /** Removes up to `limit` events older than `before`; answers how many. */
  purge(before: Date, limit: number): Promise<number>;
}
