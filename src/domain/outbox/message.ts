/** What a user is told happened to the account. */
export type NoticeTemplate = 'PASSWORD_CHANGED' | 'RECOVERY_USED' | 'RECOVERY_CODES_GENERATED';

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

/** A message to a person; what it says is made from the template by the delivery side, in one place. */
export type Message = CodeMessage | LinkMessage | { template: NoticeTemplate; to: string };

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
