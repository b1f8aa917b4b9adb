import type { Actor, Caller } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock } from '../../domain/ports.ts';
import type { UsedSession } from '../../domain/session/session.ts';
import { mfaProvenAt } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { RecentFactor } from './recent-factor.ts';
import type { Sessions } from './sessions.ts';

/** A session as its own user sees it. */
export interface OwnSession extends Pick<UsedSession, 'id' | 'createdAt' | 'lastUsedAt' | 'expiresAt' | 'userAgent' | 'address'> {
  /** Whether it is the session of the call. */
  current: boolean;
  /** When it last proved a factor that satisfies MFA. Null if it never did. */
  mfaProvenAt: Date | null;
}

interface Needs {
  store: Pick<Store, 'sessions' | 'transact'>;
  clock: Clock;
  sessions: Pick<Sessions, 'requireLivingSession'>;
  recentFactor: RecentFactor;
  audit: Audit;
}

/** Returns a session as its own user and the environment see it. */
export function shownTo(actor: Actor, session: UsedSession): OwnSession {
  const { id, createdAt, lastUsedAt, expiresAt, userAgent, address } = session;
  const current = actor.kind === 'USER' && id === actor.sessionId;
  return { id, createdAt, lastUsedAt, expiresAt, userAgent, address, current, mfaProvenAt: mfaProvenAt(session) };
}

/** Errors of each use case. */
export const ownSessionErrors = {
  end: ['SESSION_NOT_FOUND', 'STEP_UP_REQUIRED'],
  endOthers: ['STEP_UP_REQUIRED'],
} as const;

/**
 * Creates the service that shows users their sessions and ends them. To end another session needs a recent second factor of whoever has one
 * (OWASP ASVS 7.5.2): a thief with a stolen session could otherwise end every new session of the owner before the owner ends that of the
 * thief. The owner has just proven a factor to sign in. To end the session of the call needs none, because that is to log out.
 */
export function createOwnSessions({ store, clock, sessions, recentFactor, audit }: Needs) {
  return {
    ...useCases(audit, 'REQUEST_REFUSED', ownSessionErrors, {
      /** Ends one session of the user. One of another user, one that has ended and one that never existed are refused alike. */
      async end(caller: Caller, { id }: { id: string }): Promise<OwnSession> {
        const user = requireUser(caller.actor);
        const { userId, tenantId, sessionId } = user;
        if (id !== sessionId) await recentFactor.requireRecentFactor(caller);
        return store.transact({ user: userId }, async () => {
          await sessions.requireLivingSession(user);
          const now = clock.now();
          const [session] = await store.sessions.findManyOf(userId, [id], now);
          if (session === undefined || !(await store.sessions.end(id, now))) fail('SESSION_NOT_FOUND');
          await audit('SESSION_ENDED', caller, { userId, tenantId, reason: `by the user: ${id}` });
          return shownTo(user, session);
        });
      },

      /** Ends every session of the user but that of the call, and returns how many there were. */
      async endOthers(caller: Caller): Promise<number> {
        const user = requireUser(caller.actor);
        const { userId, tenantId, sessionId } = user;
        await recentFactor.requireRecentFactor(caller);
        return store.transact({ user: userId }, async () => {
          await sessions.requireLivingSession(user);
          const ended = await store.sessions.endAllBut(sessionId, userId, clock.now());
          if (ended > 0) await audit('SESSION_ENDED', caller, { userId, tenantId, reason: `by the user: ${ended} others` });
          return ended;
        });
      },
    }),

    ...reads(audit, {
      /** Returns a page of the living sessions of the user, newest first. */
      async list({ actor }: Caller, { page }: { page: PageRequest }): Promise<Page<OwnSession>> {
        const user = requireUser(actor);
        const { items, hasMore } = await store.sessions.listOf(user.userId, clock.now(), page);
        return { items: items.map((session) => shownTo(user, session)), hasMore };
      },

      /** Returns how many living sessions the user has. */
      async count({ actor }: Caller): Promise<number> {
        return store.sessions.countOf(requireUser(actor).userId, clock.now());
      },
    }),
  };
}
