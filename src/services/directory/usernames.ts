import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import type { Username, UsernameQuery } from '../../domain/directory/username.ts';
import { foldUsername, isUsername, notAUsername } from '../../domain/directory/username.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { readUsers, requirePermission, requireSomebody } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { Sessions } from '../session/sessions.ts';
import { targetUserOf } from './target-user.ts';
import type { Users } from './users.ts';
import { visibleUserIds } from './visibility.ts';

/** Which part of the usernames that the caller may see is wanted. Names are in any letter case. */
export type UsernameSearch = Omit<UsernameQuery, 'tenantId' | 'visibleOnly'>;

interface Needs {
  store: Pick<Store, 'users' | 'usernames' | 'transact'>;
  clock: Clock;
  users: Pick<Users, 'findMany' | 'findOne'>;
  sessions: Pick<Sessions, 'requireLivingSession'>;
  audit: Audit;
}

/** Errors of each use case. */
export const usernameErrors = {
  set: ['INVALID_INPUT', 'USER_NOT_FOUND', 'USERNAME_EXISTS'],
  remove: ['USERNAME_NOT_FOUND'],
} as const;

/** Creates the service of the names that users can log in by in place of an address. */
export function createUsernames({ store, clock, users, sessions, audit }: Needs) {
  return {
    ...useCases(audit, 'REQUEST_REFUSED', usernameErrors, {
      /** Gives a user a username in place of the one before, if there was one. */
      async set(
        caller: Caller,
        { userId: named, username }: { userId: string | null; username: string },
      ): Promise<{ user: User; username: Username }> {
        const { actor, user, tenantId } = await targetUserOf(users, caller.actor, named);
        if (!isUsername(username)) throw new InvalidInput([{ path: ['username'], message: `username ${notAUsername}` }]);
        const given = { userId: user.id, username, usernameFolded: foldUsername(username), createdAt: clock.now() };
        return store.transact({ user: user.id }, async () => {
          await sessions.requireLivingSession(actor);
          const [before] = await store.usernames.ofUsers([user.id]);
          if (before?.username === username) return { user, username: before };
          if (!(await store.usernames.set(given))) fail('USERNAME_EXISTS');
          await audit('USERNAME_SET', caller, { userId: user.id, tenantId });
          return { user, username: given };
        });
      },

      /** Removes a username. A user removes only their own, and logs in by address from then on. */
      async remove(caller: Caller, { username }: { username: string }): Promise<User> {
        const actor = requireSomebody(caller.actor);
        const usernameFolded = foldUsername(username);
        const { userId } = (await store.usernames.find(usernameFolded)) ?? fail('USERNAME_NOT_FOUND');
        const [user] = await users.findMany(actor, [userId]);
        if (user === undefined) fail('USERNAME_NOT_FOUND');
        return store.transact({ user: userId }, async () => {
          await sessions.requireLivingSession(actor);
          if (!(await store.usernames.remove(userId, usernameFolded))) fail('USERNAME_NOT_FOUND');
          await audit('USERNAME_REMOVED', caller, { userId, tenantId: actor.tenantId });
          return user;
        });
      },
    }),

    ...reads(audit, {
      /** Returns the username of each user. Null for one that has none or that the caller may not see. */
      async ofUsers({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<(string | null)[]> {
        const names = await store.usernames.ofUsers(await visibleUserIds(store, actor, userIds));
        return userIds.map((userId) => names.find((name) => name.userId === userId)?.username ?? null);
      },

      /** Returns the username of one user. Null if there is none. */
      async ofUser({ actor }: Caller, { userId }: { userId: string | null }): Promise<Username | null> {
        const { user } = await targetUserOf(users, actor, userId);
        return (await store.usernames.ofUsers([user.id]))[0] ?? null;
      },

      /**
       * Returns a part of the usernames of the tenant that the caller acts in, or of the environment. Users do not see
       * those of invisible users and of users who have not accepted their invitation.
       */
      async search({ actor }: Caller, { prefix, usernames, ...query }: UsernameSearch): Promise<{ items: Username[]; total: number }> {
        const { kind, tenantId } = requirePermission(actor, readUsers);
        return store.usernames.search({
          ...query,
          visibleOnly: kind !== 'ENVIRONMENT',
          ...(tenantId === null ? {} : { tenantId }),
          ...(prefix === undefined ? {} : { prefix: foldUsername(prefix) }),
          ...(usernames === undefined ? {} : { usernames: usernames.map(foldUsername) }),
        });
      },
    }),
  };
}
