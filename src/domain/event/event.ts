import type { StrategyName } from '../strategy.ts';

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

export interface EventRepository {
  add(event: AuditEvent): Promise<void>;
}
