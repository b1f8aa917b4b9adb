import type { Origin } from '../access/actor.ts';

/** How many people one call may invite, as Frontegg documents it. */
export const maxPeopleOfACall = 1_000;

/** How many bulk invitations of a tenant may be under way, so that nobody fills the database. */
export const maxUnderWayInTenant = 10;

/** How often the server tries to invite somebody. A fault of the database is no reason to refuse the person at the first one. */
export const maxInvitationAttempts = 5;

/** How far a bulk invitation is. */
export const bulkInvitationStates = ['NOT_STARTED', 'IN_PROGRESS', 'COMPLETED', 'COMPLETED_WITH_ERRORS'] as const;
/** One of `bulkInvitationStates`. */
export type BulkInvitationState = (typeof bulkInvitationStates)[number];

/** Who invites. Each invitation is made with the rights that this caller has at that moment. */
export interface Inviter {
  /** Null for an environment token and for an API token. */
  user: { userId: string; sessionId: string } | null;
  /** The API token that invites. Absent if it is none. */
  apiTokenId?: string;
  origin: Origin;
}

/** The people that one call invites, one after the other, after its answer. */
export interface BulkInvitation {
  id: string;
  tenantId: string;
  inviter: Inviter;
  total: number;
  /** How many people were invited or refused so far. */
  processed: number;
  /** How many of them were refused. */
  refused: number;
  createdAt: Date;
  /** Null while somebody waits. */
  finishedAt: Date | null;
}

/** Somebody whom a bulk invitation has still to invite. */
export interface BulkInvitationEntry {
  id: string;
  bulkInvitationId: string;
  /** Place of the person in the call, from 0. */
  number: number;
  sealed: Uint8Array;
}

/** An entry that a worker has reserved, and how often it or another one tried so far. */
export type ClaimedEntry = BulkInvitationEntry & { attempts: number };

/** Returns how far a bulk invitation is. */
export function stateOf({ total, processed, refused }: Pick<BulkInvitation, 'total' | 'processed' | 'refused'>): BulkInvitationState {
  if (processed < total) return processed === 0 ? 'NOT_STARTED' : 'IN_PROGRESS';
  return refused === 0 ? 'COMPLETED' : 'COMPLETED_WITH_ERRORS';
}

/** Stores bulk invitations and the people whom they invite. */
export interface BulkInvitationRepository {
  /** Adds a bulk invitation whose entries are due at once. */
  add(added: Pick<BulkInvitation, 'id' | 'tenantId' | 'inviter' | 'createdAt'>, entries: readonly BulkInvitationEntry[]): Promise<void>;
  /** Returns those that exist. */
  findMany(ids: readonly string[]): Promise<BulkInvitation[]>;
  /** Returns how many of the tenant are not finished. */
  countUnderWay(tenantId: string): Promise<number>;
  /** Returns the entries of people who were refused, in the order of the call. */
  refusedOf(ids: readonly string[]): Promise<BulkInvitationEntry[]>;
  /** Reserves up to `limit` due entries until `leaseUntil`, counts the attempt and returns them. No two callers get the same entry. */
  claimDue(now: Date, leaseUntil: Date, limit: number): Promise<ClaimedEntry[]>;
  /** Removes the entry of somebody who was invited. False if another process has settled it before. Runs in the caller's transaction. */
  settle(entry: BulkInvitationEntry, now: Date): Promise<boolean>;
  /** Keeps why somebody was refused in place of whom to invite. False if another process has settled it before. Runs in the caller's transaction. */
  refuse(entry: BulkInvitationEntry, refusal: Uint8Array, now: Date): Promise<boolean>;
  /** Removes all of the tenant, with their entries. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}
