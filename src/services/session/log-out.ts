import type { Caller } from '../../domain/access/actor.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Session } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Tokens } from './tokens.ts';

interface Needs {
  store: Pick<Store, 'sessions' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  tokens: Pick<Tokens, 'sessionIn'>;
  audit: Audit;
}

/** Whether there was a session to end. */
export interface LoggedOut {
  ended: boolean;
}

/** Errors of each use case. */
export const logOutErrors = {
  byRefreshToken: [],
  byToken: [],
} as const;

/** Creates the service that ends sessions because their users want to. What comes with a session ends with it. */
export function createLogOut({ store, clock, keyring, tokens, audit }: Needs) {
  const end = async (caller: Caller, session: Session | null): Promise<LoggedOut> => {
    if (session === null) return { ended: false };
    const { id, userId, tenantId } = session;
    return store.transact({ user: userId }, async () => {
      const ended = await store.sessions.end(id, clock.now());
      if (ended) await audit('SESSION_ENDED', caller, { userId, tenantId, reason: 'logout' });
      return { ended };
    });
  };

  return useCases(audit, 'REQUEST_REFUSED', logOutErrors, {
    /** Ends the session that a refresh token belongs to. */
    async byRefreshToken(caller: Caller, { refreshToken }: { refreshToken: string | null }): Promise<LoggedOut> {
      const found = refreshToken === null ? null : await store.sessions.findRefreshToken(keyring.hashToken(refreshToken), clock.now());
      return end(caller, found?.session ?? null);
    },

    /**
     * Ends the session that an access token or an ID token was issued for, also if the token has expired: applications keep ID tokens for this
     * (OpenID Connect RP-Initiated Logout §2).
     */
    async byToken(caller: Caller, { token }: { token: string }): Promise<LoggedOut> {
      const sessionId = await tokens.sessionIn(token);
      return end(caller, sessionId === null ? null : await store.sessions.find(sessionId, clock.now()));
    },
  });
}
