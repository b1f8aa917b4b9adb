import type { UserActor } from '../../domain/access/actor.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Session } from '../../domain/session/session.ts';
import { mfaProvenAt, refreshGraceSeconds } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import { isRecent } from '../session/recent-factor.ts';

/** A living session that a browser has the cookie of, and its user as of now. */
export interface BrowserSession {
  session: Session;
  user: User;
  memberships: Membership[];
}

interface Needs {
  store: Pick<Store, 'roles' | 'sessions' | 'users'>;
  clock: Clock;
  keyring: Keyring;
}

/** The service that `createBrowserSessions` creates. */
export type BrowserSessions = ReturnType<typeof createBrowserSessions>;

/** Creates the lookup of the session that a browser is signed in to, by its cookie. The cookie is not replaced, so that any page may ask. */
export function createBrowserSessions({ store, clock, keyring }: Needs) {
  return {
    /**
     * Returns the session of a refresh token. Null if it has ended, if the token was replaced too long ago, or if the user is locked or cannot
     * enter the tenant of the session any more. It may run in an open transaction.
     */
    async find(refreshToken: string | null): Promise<BrowserSession | null> {
      if (refreshToken === null) return null;
      const now = clock.now();
      const tokenHash = keyring.hashToken(refreshToken);
      const [found, user, memberships] = await together(
        store.sessions.findRefreshToken(tokenHash, now),
        store.users.findByRefreshToken(tokenHash),
        store.users.openMembershipsByRefreshToken(tokenHash, now),
      );
      if (found === null || found.session === null || user === null || user.locked) return null;
      const { session, token } = found;
      if (token.supersededAt !== null && !isRecent(token.supersededAt, now, refreshGraceSeconds)) return null;
      return memberships.some(({ tenantId }) => tenantId === session.tenantId) ? { session, user, memberships } : null;
    },

    /** Returns the user as acting in the tenant of the session. The cookie states no second factor, as an access token may. */
    async actorOf({ session, memberships }: BrowserSession): Promise<UserActor> {
      const { id: sessionId, userId, tenantId } = session;
      return {
        ...{ kind: 'USER', userId, sessionId, tenantId, tenantIds: memberships.map((membership) => membership.tenantId) },
        ...{ rights: await store.roles.rightsOf(userId, tenantId), mfaProvenAt: mfaProvenAt(session), tokenMfa: null },
      };
    },
  };
}
