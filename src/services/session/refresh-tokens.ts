import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { RefreshChain, RefreshToken } from '../../domain/session/session.ts';
import { mostChains, refreshGraceSeconds } from '../../domain/session/session.ts';
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

/** Returns the chain that a session has from its beginning, which is that of its cookie. */
export const firstChain = (sessionId: string): RefreshChain => ({ sessionId, chainId: null, forApplication: false });

/**
 * Creates the service that replaces refresh tokens. In a chain each token has one successor, however many calls ask for it at once: with
 * two of them a thief would go on unnoticed, because nobody would ever use a replaced token. Every method runs in the caller's transaction.
 */
export function createRefreshTokens({ store, clock, random, keyring }: Needs) {
  /** Adds a token to the chain, with a sealed copy for the calls that ask for it within the grace. */
  const add = async ({ sessionId, chainId, forApplication }: RefreshChain): Promise<string> => {
    const token = random.token();
    const tokenHash = keyring.hashToken(token);
    const sealed = keyring.seal(new TextEncoder().encode(token), place(tokenHash));
    await store.sessions.addRefreshToken({ tokenHash, sessionId, chainId, forApplication, createdAt: clock.now(), supersededAt: null, sealed });
    return token;
  };

  /** Returns the token itself if it was made within the grace, otherwise null. */
  const opened = ({ tokenHash, sealed, createdAt }: RefreshToken): string | null =>
    sealed === null || !isRecent(createdAt, clock.now(), refreshGraceSeconds)
      ? null
      : new TextDecoder().decode(keyring.open(sealed, place(tokenHash)));

  /** Returns the current token of the chain if it was made within the grace, otherwise its new successor. */
  const currentOrNext = async (chain: RefreshChain): Promise<string> => {
    const current = await store.sessions.findCurrentToken(chain);
    const token = current === null ? null : opened(current);
    if (token !== null) return token;
    if (current === null || (await store.sessions.supersede(current.tokenHash, clock.now()))) return add(chain);
    // Another call has replaced it in the meantime, so the token that it added is the current one now.
    return currentOrNext(chain);
  };

  /** Replaces the current token of the chain, however new it is. */
  const next = async (chain: RefreshChain): Promise<string> => {
    const current = await store.sessions.findCurrentToken(chain);
    if (current === null || (await store.sessions.supersede(current.tokenHash, clock.now()))) return add(chain);
    return next(chain);
  };

  return {
    currentOrNext,
    next,

    /**
     * Begins a chain, for an application that gets a token of its own or for the cookie of another address, and returns its first token. Of
     * the chains that were used longest ago as many end as the session then has too many, without being taken for stolen.
     */
    async begin(sessionId: string, { forApplication }: Pick<RefreshChain, 'forApplication'>): Promise<{ chainId: string; token: string }> {
      for (const chainId of await store.sessions.chainsBeyond(sessionId, mostChains - 1)) await store.sessions.endChain(chainId);
      const chainId = random.uuid();
      return { chainId, token: await add({ sessionId, chainId, forApplication }) };
    },

    /**
     * Returns what takes the place of a token that a call has brought. `replacesIt` says whether this call has marked it as replaced.
     * One that was replaced earlier, within the grace, gets the current token of its chain, which is its successor unless that was
     * replaced as well. Returns null if it was replaced before that, because it may have been stolen.
     */
    async successorOf({ sessionId, chainId, forApplication, supersededAt }: RefreshToken, replacesIt: boolean): Promise<string | null> {
      if (replacesIt) return add({ sessionId, chainId, forApplication });
      const now = clock.now();
      // A token that is replaced "in the future" is refused, because a clock that was set back must not reopen the grace.
      return isRecent(supersededAt ?? now, now, refreshGraceSeconds) ? currentOrNext({ sessionId, chainId, forApplication }) : null;
    },
  };
}
