import type { Origin } from '../access/actor.ts';
import type { StrategyName } from '../strategy-name.ts';

/**
 * Changes of an account that its user is notified of, so that nobody else can make them unnoticed (NIST 800-63B-4 §4.6), and what the user has
 * to do soon.
 */
export const noticeKinds = [
  'FACTOR_ADDED',
  'FACTOR_REMOVED',
  'PASSKEY_ADDED',
  'PASSKEY_REMOVED',
  'RECOVERY_USED',
  'RECOVERY_CODES_GENERATED',
  'PASSWORD_CHANGED',
  'OWN_PASSWORD_CHANGED',
  'EMAIL_CHANGED',
  'PHONE_ADDED',
  'PHONE_REMOVED',
  'SIGN_UP_ATTEMPTED',
  'ACCOUNT_LOCKED',
  'EXEMPTION_GRANTED',
  'API_TOKEN_CREATED',
  'ENROLLMENT_DUE',
  'INVITATION_USED',
] as const;
/** One of `noticeKinds`. */
export type NoticeKind = (typeof noticeKinds)[number];

/** A one-time code by e-mail. */
export interface CodeMessage {
  template: 'MFA_CODE' | 'LOGIN_CODE' | 'ADDRESS_CODE' | 'MAILBOX_CODE';
  to: string;
  code: string;
  lifetimeSeconds: number;
}

/** A link by e-mail, which may need a code that comes with it. */
export interface LinkMessage {
  template: 'PASSWORD_RESET' | 'ACTIVATION' | 'INVITATION' | 'UNLOCK' | 'MAGIC_LINK';
  to: string;
  link: string;
  /** The code to enter, on the page of the link or where the person is. Absent or null if the link is enough. */
  linkCode?: string | null;
  lifetimeSeconds: number;
}

/** A notification by e-mail. It tells what happened and when, but nothing that another reader of the mailbox could misuse. */
export interface NoticeMessage {
  template: 'NOTICE';
  kind: NoticeKind;
  to: string;
  /** Name of the environment, as the user knows it. */
  service: string;
  /** Strategy of the authenticator concerned. Null if it is about none or about all of them. */
  strategy: StrategyName | null;
  /** When it happened, or until when something is to be done, in RFC 3339 form, in UTC. */
  at: string;
}

/** Any message that is sent by e-mail. */
export type EmailMessage = CodeMessage | LinkMessage | NoticeMessage;

/** A one-time code as a text message. */
export interface TextMessage {
  template: 'SMS_CODE';
  /** Phone number in E.164 form. */
  to: string;
  code: string;
  lifetimeSeconds: number;
  /** Name of the service the user logs in to; the message contains it. */
  product: string;
}

/** A message to a user. The delivery makes its words from the template. */
export type Message = EmailMessage | TextMessage;

/** The channels of delivery. Each has its own queue, so that a slow provider does not delay the messages of the other channel. */
export const channels = ['EMAIL', 'SMS'] as const;
/** One of `channels`. */
export type Channel = (typeof channels)[number];

const channelOfTemplate = {
  MFA_CODE: 'EMAIL',
  LOGIN_CODE: 'EMAIL',
  ADDRESS_CODE: 'EMAIL',
  MAILBOX_CODE: 'EMAIL',
  PASSWORD_RESET: 'EMAIL',
  ACTIVATION: 'EMAIL',
  INVITATION: 'EMAIL',
  UNLOCK: 'EMAIL',
  MAGIC_LINK: 'EMAIL',
  NOTICE: 'EMAIL',
  SMS_CODE: 'SMS',
} as const satisfies Record<Message['template'], Channel>;

/** Returns the channel that a message is sent by. A new template without a channel does not compile. */
export const channelOf = ({ template }: Pick<Message, 'template'>): Channel => channelOfTemplate[template];

/** The user a message concerns and the request that caused it. The audit event of a failed delivery contains them. */
export interface MessageCause {
  userId: string;
  tenantId: string | null;
  /** Strategy of the code or the authenticator concerned. Null if it is about none or about all of them. */
  strategy: StrategyName | null;
  origin: Pick<Origin, 'address' | 'requestId'>;
}

/**
 * A failed delivery. `reason` goes to the log and the audit trail, so it must contain neither the recipient nor the
 * content. `final` means that trying again would fail as well.
 */
export class DeliveryFailure extends Error {
  readonly final: boolean;
  /** Seconds the provider asks to wait before the next attempt. Null if it does not say. */
  readonly retryAfterSeconds: number | null;
  constructor(reason: string, { final, retryAfterSeconds = null }: { final: boolean; retryAfterSeconds?: number | null }) {
    super(reason);
    this.name = 'DeliveryFailure';
    this.final = final;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A message that waits for delivery. `sealed` is the whole `Message`; it is emptied after the message was sent or given up. */
export interface OutboxEntry {
  id: string;
  channel: Channel;
  /** Whose message it is, or a digest of the address if it is nobody's. Null for one of an earlier release. */
  userId: string | null;
  sealed: Uint8Array;
  /** Number of delivery attempts so far. */
  attempts: number;
  createdAt: Date;
}

/** The longest wait before another attempt in seconds, whatever a provider asks for. */
export const longestRetrySeconds = 3600;

/** Stores messages that wait for delivery. */
export interface OutboxRepository {
  /** Adds an entry that is due at once, or with `settledAt` one that nobody will send. Both cost the same. */
  add(entry: OutboxEntry, settledAt?: Date | null): Promise<void>;
  /**
   * Reserves up to `limit` due entries of the channel until `leaseUntil` and returns them. No two callers get the same entry. Due are
   * also those that a clock which ran ahead has added in the future, or scheduled later than `longestRetrySeconds` from now.
   */
  claimDue(channel: Channel, now: Date, leaseUntil: Date, limit: number): Promise<OutboxEntry[]>;
  /** Marks the entry as sent and empties it. */
  markSent(id: string, now: Date): Promise<void>;
  /** Schedules the next attempt. With null it gives the entry up and empties it. False if it was sent or given up before. */
  markFailed(id: string, nextAttemptAt: Date | null, now: Date): Promise<boolean>;
  /** Gives up and empties every message of the user that was not sent yet. */
  endAllOf(userId: string, now: Date): Promise<void>;
}
