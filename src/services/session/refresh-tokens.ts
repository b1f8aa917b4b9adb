import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { RefreshToken } from '../../domain/session/session.ts';
import { refreshGraceSeconds } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import { isRecent } from './recent-factor.ts';

interface Needs {
  store: Pick<Store, 'sessions'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
}

/** The service that `createRefreshTokens` creates. */
export type RefreshTokens = ReturnType<typeof createRefreshTokens>;

/** Returns where the sealed copy of a refresh token is stored. Sealing binds the copy to that place. */
const place = (tokenHash: string) => ({ table: 'refresh_tokens', row: tokenHash, column: 'sealed' });

/**
 * Creates the service that replaces refresh tokens. A session has one chain of them: each token has one successor, however many
 * calls ask for it at once. A second chain would let a thief go on unnoticed, because nobody would ever use a replaced token. Every
 * method runs in the caller's transaction.
 */
export function createRefreshTokens({ store, clock, random, keyring }: Needs) {
  /** Adds a token to the session, with a sealed copy for the calls that ask for it within the grace. */
  const add = async (sessionId: string): Promise<string> => {
    const token = random.token();
    const tokenHash = keyring.hashToken(token);
    const sealed = keyring.seal(new TextEncoder().encode(token), place(tokenHash));
    await store.sessions.addRefreshToken({ tokenHash, sessionId, createdAt: clock.now(), supersededAt: null, sealed });
    return token;
  };

  /** Returns the token itself if it was made within the grace, otherwise null. */
  const opened = ({ tokenHash, sealed, createdAt }: RefreshToken): string | null =>
    sealed === null || !isRecent(createdAt, clock.now(), refreshGraceSeconds)
      ? null
      : new TextDecoder().decode(keyring.open(sealed, place(tokenHash)));

  /** Returns the current token of the session if it was made within the grace, otherwise its new successor. */
  const currentOrNext = async (sessionId: string): Promise<string> => {
    const current = await store.sessions.findCurrentToken(sessionId);
    const token = current === null ? null : opened(current);
    if (token !== null) return token;
    if (current === null || (await store.sessions.supersede(current.tokenHash, clock.now()))) return add(sessionId);
    // Another call has replaced it in the meantime, so the token that it added is the current one now.
    return currentOrNext(sessionId);
  };

  /** Replaces the current token of the session, however new it is. */
  const next = async (sessionId: string): Promise<string> => {
    const current = await store.sessions.findCurrentToken(sessionId);
    if (current === null || (await store.sessions.supersede(current.tokenHash, clock.now()))) return add(sessionId);
    return next(sessionId);
  };

  return {
    currentOrNext,
    next,

    /**
     * Returns what takes the place of a token that a call has brought. `replacesIt` says whether this call has marked it as replaced.
     * One that was replaced earlier, within the grace, gets the current token of the session, which is its successor unless that was
     * replaced as well. Returns null if it was replaced before that, because it may have been stolen.
     */
    async successorOf({ sessionId, supersededAt }: RefreshToken, replacesIt: boolean): Promise<string | null> {
      if (replacesIt) return add(sessionId);
      const now = clock.now();
      // A token that is replaced "in the future" is refused, because a clock that was set back must not reopen the grace.
      return isRecent(supersededAt ?? now, now, refreshGraceSeconds) ? currentOrNext(sessionId) : null;
    },
  };
}
