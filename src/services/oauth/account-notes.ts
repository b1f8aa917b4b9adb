import type { Caller } from '../../domain/access/actor.ts';
import type { NoteSubject } from '../../domain/oauth/account-note.ts';
import { noteLifetimeSeconds } from '../../domain/oauth/account-note.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';

interface Needs {
  store: Pick<Store, 'accountNotes'>;
  clock: Clock;
  keyring: Keyring;
  audit: Audit;
}

/** Errors of each use case. */
export const accountNoteErrors = { keep: [], read: [], take: [] } as const;

/** Returns where a note is stored. Sealing binds it to that place, and so to its session. */
const place = (row: string) => ({ table: 'account_notes', row, column: 'sealed' });

/** Creates the service that remembers for the account page what it needs again at the next request. Only the session of the call reads it. */
export function createAccountNotes({ store, clock, keyring, audit }: Needs) {
  const idOf = ({ actor }: Caller, about: NoteSubject): { id: string; sessionId: string } => {
    const { sessionId } = requireUser(actor);
    return { id: `${sessionId} ${about}`, sessionId };
  };
  const opened = (note: { id: string; sealed: Uint8Array } | null): unknown =>
    note === null ? null : JSON.parse(new TextDecoder().decode(keyring.open(note.sealed, place(note.id))));

  return useCases(audit, 'REQUEST_REFUSED', accountNoteErrors, {
    /** Keeps something for the session, in the place of what it kept about the same before. */
    async keep(caller: Caller, { about, content }: { about: NoteSubject; content: unknown }): Promise<void> {
      const { id, sessionId } = idOf(caller, about);
      const sealed = keyring.seal(new TextEncoder().encode(JSON.stringify(content)), place(id));
      await store.accountNotes.keep({ id, sessionId, sealed, expiresAt: new Date(clock.now().getTime() + noteLifetimeSeconds * 1000) });
    },

    /** Returns what the session has kept. Null if it has kept nothing, or too long ago. */
    async read(caller: Caller, { about }: { about: NoteSubject }): Promise<unknown> {
      return opened(await store.accountNotes.find(idOf(caller, about).id, clock.now()));
    },

    /** Returns what the session has kept, and forgets it, so that nobody sees it a second time. */
    async take(caller: Caller, { about }: { about: NoteSubject }): Promise<unknown> {
      return opened(await store.accountNotes.take(idOf(caller, about).id, clock.now()));
    },
  });
}
