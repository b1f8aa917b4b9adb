import type { Actor, Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail, withEventFields } from '../../domain/errors.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { deleteSessions, requireSomebody } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { AuthorityRules } from '../role/authority.ts';
import type { OwnSession } from '../session/own-sessions.ts';
import { shownTo } from '../session/own-sessions.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Revoke } from '../session/revocation.ts';
import type { Sessions } from '../session/sessions.ts';
import { targetUserOf } from './target-user.ts';
import type { Users } from './users.ts';
import { asActedOn, visibleUserIds } from './visibility.ts';

/** Sessions to end. */
export interface RevokedSessions {
  /** The user whose sessions they are. Null for the user of the token. */
  userId: string | null;
  /** The one session to end. Null for all. */
  sessionId: string | null;
}

interface Needs {
  store: Pick<Store, 'sessions' | 'users' | 'transact'>;
  clock: Clock;
  users: Pick<Users, 'findMany'>;
  sessions: Pick<Sessions, 'requireLivingSession'>;
  recentFactor: RecentFactor;
  authority: Pick<AuthorityRules, 'withAuthority' | 'memberOf'>;
  revoke: Revoke;
  audit: Audit;
}

/** Errors of each use case. */
export const userSessionErrors = {
  revoke: ['INVALID_INPUT', 'USER_NOT_FOUND', 'SESSION_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW', 'STEP_UP_REQUIRED'],
} as const;

/**
 * Creates the service that shows sessions of users and ends them: a user's own, for the environment token those of every user that it sees,
 * and for an administrator of a tenant those that members have in it.
 */
export function createUserSessions({ store, clock, users, sessions, recentFactor, authority, revoke, audit }: Needs) {
  /** Whether the actor sees the sessions of the user. */
  const sees = async (actor: Actor, userId: string): Promise<boolean> => (await visibleUserIds(store, actor, [userId])).length > 0;

  /**
   * Ends one session of the user, or with null all of them.
   * `tenantId` is null unless only those in one tenant count. Runs in the caller's transaction.
   */
  const end = async (caller: Caller, userId: string, sessionId: string | null, tenantId: string | null): Promise<void> => {
    const now = clock.now();
    const fields = { userId, tenantId: tenantId ?? requireSomebody(caller.actor).tenantId };
    if (sessionId === null) {
      const all = await store.sessions.countOf(userId, now);
      if (tenantId === null) await revoke('SESSIONS_REVOKED', userId);
      else await store.sessions.endAllIn(tenantId, userId, now);
      if (all > 0) await audit('SESSION_ENDED', caller, { ...fields, reason: 'all were revoked' });
      return;
    }
    const [session] = await store.sessions.findManyOf(userId, [sessionId], now);
    if (session === undefined || (tenantId !== null && session.tenantId !== tenantId)) fail('SESSION_NOT_FOUND');
    if (!(await store.sessions.end(sessionId, now))) fail('SESSION_NOT_FOUND');
    await audit('SESSION_ENDED', caller, { ...fields, reason: `revoked: ${sessionId}` });
  };

  /** Ends sessions that members have in the tenant of the caller, who administers it. Returns the member. */
  const endOfMember = (caller: Caller, userId: string, sessionId: string | null): Promise<User> =>
    authority.withAuthority(
      caller,
      deleteSessions,
      async (found) => {
        const { tenantId } = found;
        if (tenantId === null) fail('FORBIDDEN');
        await authority.memberOf(found, userId, tenantId);
        await end(caller, userId, sessionId, tenantId);
        const [user] = await store.users.findMany([userId]);
        return asActedOn(store, caller.actor, user ?? fail('USER_NOT_FOUND'));
      },
      'NO_RECENT_FACTOR',
    );

  /** Ends sessions of the user of the token, or of one that the environment token sees. Returns the user. */
  const endOfTarget = async (caller: Caller, userId: string | null, sessionId: string | null): Promise<User> => {
    const { actor, user } = await targetUserOf(users, caller.actor, userId);
    // To end the session of the call is to log out. To end another one needs a factor, as at `endSession`.
    if (actor.kind === 'USER' && sessionId !== actor.sessionId) await recentFactor.requireRecentFactor(caller);
    return withEventFields({ userId: user.id }, () =>
      store.transact({ user: user.id }, async () => {
        await sessions.requireLivingSession(actor);
        await end(caller, user.id, sessionId, null);
        return user;
      }),
    );
  };

  return {
    ...useCases(audit, 'REQUEST_REFUSED', userSessionErrors, {
      /**
       * Ends one session or all of them, that of the call included, and returns the user. Remembered devices stay. A session of another user,
       * one that has ended and one that never existed are refused alike.
       */
      async revoke(caller: Caller, { userId, sessionId }: RevokedSessions): Promise<User> {
        const { actor } = caller;
        const others = actor.kind === 'API_TOKEN' || (actor.kind === 'USER' && userId !== actor.userId);
        return others && userId !== null ? endOfMember(caller, userId, sessionId) : endOfTarget(caller, userId, sessionId);
      },
    }),

    ...reads(audit, {
      /** Returns a page of the living sessions of the user, newest first. A user that the caller does not see has none. */
      async list({ actor }: Caller, { userId, page }: { userId: string; page: PageRequest }): Promise<Page<OwnSession>> {
        if (!(await sees(actor, userId))) return { items: [], hasMore: false };
        const { items, hasMore } = await store.sessions.listOf(userId, clock.now(), page);
        return { items: items.map((session) => shownTo(actor, session)), hasMore };
      },

      /** Returns how many living sessions the user has. 0 for one that the caller does not see. */
      async count({ actor }: Caller, { userId }: { userId: string }): Promise<number> {
        return (await sees(actor, userId)) ? store.sessions.countOf(userId, clock.now()) : 0;
      },

      /** Returns those of the sessions that live and that the caller sees. */
      async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<OwnSession[]> {
        const found = await store.sessions.findMany(ids, clock.now());
        const seen = await visibleUserIds(store, actor, [...new Set(found.map(({ userId }) => userId))]);
        return found.filter(({ userId }) => seen.includes(userId)).map((session) => shownTo(actor, session));
      },
    }),
  };
}
