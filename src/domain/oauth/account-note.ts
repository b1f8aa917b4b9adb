import type { StrategyName } from '../strategy-name.ts';

/** What a note is about: recovery codes that were just made, a phone number that waits for its code, or an authenticator of a strategy that is being set up. */
export type NoteSubject = 'RECOVERY_CODES' | 'PHONE_VERIFICATION' | `ENROLLMENT_${StrategyName}`;

/** How many seconds a note is kept. A code that was sent, and a page that waits to be read, need no longer. */
export const noteLifetimeSeconds = 600;

/**
 * Something that the account page has to remember from one request to the next: codes to show once, or what a started enrollment shows and
 * needs back. It is sealed, and belongs to one session.
 */
export interface AccountNote {
  /** Made of the session and the subject, so that a newer note takes the place of an older one. */
  id: string;
  sessionId: string;
  sealed: Uint8Array;
  expiresAt: Date;
}

/** Stores notes of the account page. */
export interface AccountNoteRepository {
  /** Adds the note in the place of an earlier one with its id. */
  keep(note: AccountNote): Promise<void>;
  /** Returns the note if it has not expired. */
  find(id: string, now: Date): Promise<AccountNote | null>;
  /** Removes the note and returns it if it has not expired. Of several calls at the same time one gets it. */
  take(id: string, now: Date): Promise<AccountNote | null>;
}
