import type { Caller, UserActor } from '../../domain/access/actor.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Session } from '../../domain/session/session.ts';
import { mfaProvenAt, refreshGraceSeconds } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';
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
  audit: Audit;
}

/** Purpose of the digests that forms bring back. */
const formPurpose = 'session-form';

/** The service that `createBrowserSessions` creates. */
export type BrowserSessions = ReturnType<typeof createBrowserSessions>;

/** Creates the lookup of the session that a browser is signed in to, by its cookie. The cookie is not replaced, so that any page may ask. */
export function createBrowserSessions({ store, clock, keyring, audit }: Needs) {
  const browserSessions = {
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
  const formValue = ({ actor }: Caller, page: string): string => `${requireUser(actor).sessionId}:${page}`;

  return {
    ...browserSessions,

    useCases: reads(audit, {
      /** Returns who is signed in in the browser that has this cookie. Null if nobody is. */
      async signedIn(_caller: Caller, { refreshToken }: { refreshToken: string | null }): Promise<UserActor | null> {
        const found = await browserSessions.find(refreshToken);
        return found === null ? null : browserSessions.actorOf(found);
      },

      /** Returns what a form of a page has to bring back. Neither another session nor another page has the same. */
      formToken: async (caller: Caller, { page }: { page: string }): Promise<string> => keyring.digest(formPurpose, formValue(caller, page)),

      /** Tells whether a form comes from this page, as it was made for the session of the caller. */
      isOwnForm: async (caller: Caller, { page, formToken }: { page: string; formToken: string }): Promise<boolean> =>
        keyring.matches(formPurpose, formValue(caller, page), formToken),
    }),
  };
}
