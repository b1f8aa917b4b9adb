import type { Caller } from '../../domain/access/actor.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import type { Identity } from '../../domain/environment/identity.ts';
import { fail } from '../../domain/errors.ts';
import { storedId } from '../../domain/ids.ts';
import type { Cursor } from '../../domain/page.ts';
import type { Store } from '../../domain/store.ts';
import { tenantNamed } from '../access/named-tenant.ts';
import { requireEnvironment, requireSomebody } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { visibleUserIds } from './visibility.ts';

interface Needs {
  store: Pick<Store, 'tenants' | 'users'>;
  identity: Pick<Identity, 'environmentId'>;
  audit: Audit;
}

/** Errors of each use case. */
export const applicationErrors = {
  assign: ['APPLICATION_NOT_FOUND', 'TENANT_NOT_FOUND', 'USER_NOT_FOUND'],
} as const;

/** Users that one statement reads, so that other requests have their turn while the list of a large environment is read. */
const usersAtATime = 1_000;

/**
 * Creates the service that tells clients who expect several applications about the one that there is. Its id is that of the environment,
 * every user has it, and nobody can leave it without leaving the tenant.
 */
export function createApplications({ store, identity: { environmentId }, audit }: Needs) {
  const exists = (applicationId: string): boolean => storedId(applicationId) === storedId(environmentId);

  /** Returns the user if the caller may see it. */
  const visibleUser = async ({ actor }: Caller, userId: string): Promise<User | undefined> =>
    (await store.users.findMany(await visibleUserIds(store, actor, [userId])))[0];

  return {
    ...useCases(audit, 'REQUEST_REFUSED', applicationErrors, {
      /** Gives the application to members of a tenant, in their order. They have it already, so this only checks that they are members. */
      async assign(
        caller: Caller,
        { applicationId, tenantId: named, userIds }: { applicationId: string; tenantId: string; userIds: readonly string[] },
      ): Promise<(Membership & { applicationId: string })[]> {
        const { tenantId: inForce } = requireEnvironment(caller.actor);
        if (!exists(applicationId)) fail('APPLICATION_NOT_FOUND');
        const tenantId = await tenantNamed(store, inForce, named);
        const members = (await store.users.memberships(userIds)).filter((membership) => membership.tenantId === tenantId);
        return [...new Set(userIds)].map((userId) => {
          const member = members.find((membership) => membership.userId === userId) ?? fail('USER_NOT_FOUND');
          return { ...member, applicationId: environmentId };
        });
      },
    }),

    ...reads(audit, {
      /** Tells whether there is an application with this id. */
      exists: async ({ actor }: Caller, { applicationId }: { applicationId: string }): Promise<boolean> => {
        requireSomebody(actor);
        return exists(applicationId);
      },

      /**
       * Returns the ids of the users of the application, oldest first: those of the tenant that the caller acts in, or all.
       * Null if there is no such application.
       */
      async userIds({ actor }: Caller, { applicationId }: { applicationId: string }): Promise<string[] | null> {
        const { tenantId } = requireEnvironment(actor);
        if (!exists(applicationId)) return null;
        const ids: string[] = [];
        let cursor: Cursor | null = null;
        do {
          const { items, hasMore } = await store.users.list(tenantId === null ? {} : { tenantId }, {
            limit: usersAtATime,
            direction: 'forward',
            cursor,
          });
          ids.push(...items.map(({ id }) => id));
          const last = items.at(-1);
          cursor = hasMore && last !== undefined ? { at: last.createdAt, id: last.id } : null;
        } while (cursor !== null);
        return ids;
      },

      /** Returns the ids of the applications of the user. Null if there is no such user, or the caller may not see it. */
      async ofUser(caller: Caller, { userId }: { userId: string }): Promise<string[] | null> {
        return (await visibleUser(caller, userId)) === undefined ? null : [environmentId];
      },

      /**
       * Returns the tenant that the next login of the user enters, for each application. With null it is the user of the token. Null if there is
       * no such user, or the caller may not see it.
       */
      async activeTenants(caller: Caller, { userId }: { userId: string | null }): Promise<{ applicationId: string; tenantId: string }[] | null> {
        const { actor } = caller;
        const user = await visibleUser(caller, userId ?? (actor.kind === 'USER' ? actor.userId : ''));
        return user === undefined ? null : [{ applicationId: environmentId, tenantId: user.activeTenantId }];
      },
    }),
  };
}
