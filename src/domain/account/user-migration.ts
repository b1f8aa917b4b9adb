import type { Origin } from '../access/actor.ts';
import { InvalidInput } from '../errors.ts';
import { normalizeEmail } from '../messaging/email-address.ts';
import type { Page, PageRequest } from '../page.ts';
import type { BulkInvitationState } from './bulk-invitation.ts';
import { stateOf } from './bulk-invitation.ts';
import type { ImportedEmail, ImportedUser } from './imported-user.ts';

/** How many users one call may import, as Frontegg documents it. */
export const maxUsersOfACall = 1_000;

/** How many migrations may be under way, so that nobody fills the database. */
export const maxMigrationsUnderWay = 10;

/** How often the server tries to import somebody. A fault of the database is no reason to refuse the user at the first one. */
export const maxImportAttempts = 5;

/** An address of a user to migrate. */
export type MigratedEmail = ImportedEmail & { primary: boolean };

/** A user to import as one of many. Which address is the primary one is found out when it is the turn of the user. */
export interface MigratedUser extends Omit<ImportedUser, 'email' | 'verified' | 'otherEmails'> {
  emails: readonly MigratedEmail[];
}

/** The users whom one call imports, one after the other, after its answer. */
export interface UserMigration {
  id: string;
  /** The tenant that the caller acted in. Null for the environment, which imports into any tenant. */
  tenantId: string | null;
  origin: Origin;
  total: number;
  migrated: number;
  failed: number;
  createdAt: Date;
  /** Null while somebody waits. */
  finishedAt: Date | null;
}

/** A user of a migration. */
export interface MigrationRow {
  id: string;
  migrationId: string;
  /** Place of the user in the call, from 0. */
  number: number;
  /** The user, and after a failure the reason. Empty once the user is imported. */
  sealed: Uint8Array;
}

/** A row that a worker has reserved, and how often it or another one tried so far. */
export type ClaimedRow = MigrationRow & { attempts: number };

/** Returns how far a migration is. */
export const migrationStateOf = ({ total, migrated, failed }: Pick<UserMigration, 'total' | 'migrated' | 'failed'>): BulkInvitationState =>
  stateOf({ total, processed: migrated + failed, refused: failed });

/** Returns a user with one address as one of many. */
export const asMigrated = ({ email, verified, otherEmails, ...user }: ImportedUser): MigratedUser => ({
  ...user,
  emails: [{ email, verified, primary: true }, ...otherEmails.map((other) => ({ ...other, primary: false }))],
});

/** Returns the address by which a migration names the user, whatever else is wrong. */
export const nameOf = ({ emails, username }: MigratedUser): string => (emails.find(({ primary }) => primary) ?? emails[0])?.email ?? username ?? '';

/** Returns the user as a single import takes it. Errors: `INVALID_INPUT` if there is not exactly one primary address. */
export function asImported({ emails, ...user }: MigratedUser): ImportedUser {
  const [primary, ...furtherOnes] = emails.filter((email) => email.primary);
  const refuse = (message: string): never => {
    throw new InvalidInput([{ path: ['emails'], message }]);
  };
  if (primary === undefined || furtherOnes.length > 0) return refuse('emails must contain exactly one primary address');
  if (new Set(emails.map(({ email }) => normalizeEmail(email))).size < emails.length) return refuse('emails must not contain an address twice');
  const otherEmails = emails.filter((email) => email !== primary).map(({ email, verified }) => ({ email, verified }));
  return { ...user, email: primary.email, verified: primary.verified, otherEmails };
}

/** Stores migrations and the users whom they import. */
export interface UserMigrationRepository {
  /** Adds a migration whose rows are due at once. */
  add(added: Pick<UserMigration, 'id' | 'tenantId' | 'origin' | 'createdAt'>, rows: readonly MigrationRow[]): Promise<void>;
  /** Returns those that exist. */
  findMany(ids: readonly string[]): Promise<UserMigration[]>;
  /** Returns how many are not finished. */
  countUnderWay(): Promise<number>;
  /** Returns who was imported so far, with the primary address of now, in the order of the call. Users who were deleted are left out. */
  migratedOf(id: string): Promise<{ id: string; email: string }[]>;
  /** Returns a part of the rows that failed, in the order of the call. The place of a row is its number. */
  failedOf(id: string, page: PageRequest<number>): Promise<Page<MigrationRow>>;
  /** Reserves up to `limit` due rows until `leaseUntil`, counts the attempt and returns them. No two callers get the same row. */
  claimDue(now: Date, leaseUntil: Date, limit: number): Promise<ClaimedRow[]>;
  /** Makes a reserved row due at the given time, as if this attempt had not been. Nothing happens if it was settled before. */
  postpone(row: ClaimedRow, dueAt: Date): Promise<void>;
  /** Empties the row of somebody who is imported by this transaction. False if another process has settled it before. */
  settle(row: MigrationRow): Promise<boolean>;
  /** Keeps who was imported, after `settle` in the same transaction, and counts it. Returns the migration with it. */
  complete(row: MigrationRow, userId: string, now: Date): Promise<UserMigration>;
  /**
   * Keeps why somebody was not imported beside who it is, and counts it. Returns the migration with it, or null if another process has settled
   * the row before. Runs in the caller's transaction.
   */
  fail(row: MigrationRow, failure: Uint8Array, now: Date): Promise<UserMigration | null>;
  /** Makes all failed rows due again as if they had never been tried, and returns how many. Runs in the caller's transaction. */
  retryFailed(id: string, now: Date): Promise<number>;
  /** Removes all that were begun in the tenant, with their rows. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}
