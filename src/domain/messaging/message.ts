import type { Origin } from '../access/actor.ts';
import type { StrategyName } from '../strategy-name.ts';

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

export type EmailMessage = CodeMessage | LinkMessage | NoticeMessage;

/** A one-time code as a text message. */
export interface TextMessage {
  template: 'SMS_CODE';
  /** E.164. */
  to: string;
  code: string;
  lifetimeSeconds: number;
  /** What the person logs in to, named in the text. */
  product: string;
}

/** A message to a person; what it says is made from the template by the delivery side, in one place. */
export type Message = EmailMessage | TextMessage;

/** The ways out. Each has a queue of its own, so that one provider's silence does not hold up the other's messages. */
export const channels = ['EMAIL', 'SMS'] as const;
export type Channel = (typeof channels)[number];

export const channelOf = ({ template }: Message): Channel => (template === 'SMS_CODE' ? 'SMS' : 'EMAIL');

/** Whom a message concerns and what asked for it: for the event that tells it was given up. */
export interface MessageCause {
  userId: string;
  tenantId: string | null;
  strategy: StrategyName;
  origin: Pick<Origin, 'address' | 'requestId'>;
}

/**
 * A delivery that failed. `reason` is for the log and the audit trail: it names neither recipient nor content.
 * `final` means that another try would fail as well.
 */
export class DeliveryFailure extends Error {
  readonly final: boolean;
  /** How long the provider asks to be left alone; null when it says nothing. */
  readonly retryAfterSeconds: number | null;
  constructor(reason: string, { final, retryAfterSeconds = null }: { final: boolean; retryAfterSeconds?: number | null }) {
    super(reason);
    this.name = 'DeliveryFailure';
    this.final = final;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A message waiting for delivery. `sealed` holds the whole `Message`; it is emptied once sent. */
export interface OutboxEntry {
  id: string;
  channel: Channel;
  sealed: Uint8Array;
  /** Deliveries tried so far. */
  attempts: number;
  createdAt: Date;
}

export interface OutboxRepository {
  add(entry: OutboxEntry): Promise<void>;
  /** Takes up to `limit` due entries of the channel for this process until `leaseUntil`; no two callers get the same entry. */
  claimDue(channel: Channel, now: Date, leaseUntil: Date, limit: number): Promise<OutboxEntry[]>;
  /** Marks the entry sent and empties what it held. */
  markSent(id: string, now: Date): Promise<void>;
  /** Schedules the next try, or with null gives the entry up and empties it. False when it was sent or given up before. */
  markFailed(id: string, nextAttemptAt: Date | null, now: Date): Promise<boolean>;
}
