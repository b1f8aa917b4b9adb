import type { StrategyName } from '../strategy.ts';

/** What a person is told about the account, so that nobody else changes it unseen (NIST 800-63B-4 §4.6). */
export const noticeKinds = [
  'FACTOR_ADDED',
  'FACTOR_REMOVED',
  'RECOVERY_USED',
  'RECOVERY_CODES_GENERATED',
  'PASSWORD_CHANGED',
  'ACCOUNT_LOCKED',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export interface CodeMessage {
  template: 'MFA_CODE' | 'LOGIN_CODE';
  to: string;
  code: string;
  lifetimeSeconds: number;
}

export interface LinkMessage {
  template: 'PASSWORD_RESET';
  to: string;
  link: string;
  lifetimeSeconds: number;
}

/** Says what happened and when, and nothing that a reader of the mailbox could use. */
export interface NoticeMessage {
  template: 'NOTICE';
  kind: NoticeKind;
  to: string;
  /** Name of the environment, as the person knows it. */
  service: string;
  /** The factor concerned; null where it is about none, or about all of them. */
  strategy: StrategyName | null;
  /** RFC 3339, UTC. */
  at: string;
}

/** A message to a person; what it says is made from the template by the delivery side, in one place. */
export type Message = CodeMessage | LinkMessage | NoticeMessage;

/** A message waiting for delivery. `sealed` holds the whole `Message`; it is emptied once sent. */
export interface OutboxEntry {
  id: string;
  sealed: Uint8Array;
  /** Deliveries tried so far. */
  attempts: number;
  createdAt: Date;
}

export interface OutboxRepository {
  add(entry: OutboxEntry): Promise<void>;
  /** Takes up to `limit` due entries for this process until `leaseUntil`; no two callers get the same entry. */
  claimDue(now: Date, leaseUntil: Date, limit: number): Promise<OutboxEntry[]>;
  /** Marks the entry sent and empties what it held. */
  markSent(id: string, now: Date): Promise<void>;
  /** Schedules the next try, or with null gives the entry up and empties it. */
  markFailed(id: string, nextAttemptAt: Date | null, now: Date): Promise<void>;
}
