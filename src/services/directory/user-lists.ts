import type { Actor, Caller } from '../../domain/access/actor.ts';
import { namedTenant } from '../../domain/directory/tenant.ts';
import type { MemberCounts, MembershipStatus, User, UserFilter, UserListKey, UserPlace, UserSearch, UserSort } from '../../domain/directory/user.ts';
import { membershipStatus } from '../../domain/directory/user.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { readUsers, requireEnvironment, requireInTenant, requirePermission } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';
import { asSeenBy, membersSeenBy } from './visibility.ts';

/** Conditions on users, besides that they have to be users whom the caller may find. */
export interface UserConditions extends Omit<UserFilter, 'tenantId' | 'asMember' | 'emailNormalized'> {
  /** Members of the tenant that this names. A caller who acts in another tenant finds nobody. */
  tenantId?: string;
  /** An address in any spelling. */
  email?: string;
  /** Users whose password is known from a leak. No password is compared with such a list, so nobody is found. */
  passwordBreached?: true;
  /** Users whose last login is at least so many seconds ago. Who never logged in is not among them. */
  inactiveSeconds?: number;
}

/** The user and how far the user has come in each tenant. */
export interface UserStatuses {
  userId: string;
  statuses: { tenantId: string; status: MembershipStatus }[];
}

const weekMilliseconds = 7 * 86_400_000;

interface Needs {
  store: Pick<Store, 'tenants' | 'users'>;
  clock: Clock;
  audit: Audit;
}

/**
 * Creates the service that finds users. The environment token finds all of them, or the members of the tenant that it names; a user whose
 * roles allow it finds the members of the tenant in force.
 */
export function createUserLists({ store, clock, audit }: Needs) {
  /**
   * Returns the filter narrowed to whom the caller may find. Null if the conditions find nobody: they name a tenant that is not the caller's,
   * for example, whether or not it exists.
   */
  const narrowed = async (actor: Actor, conditions: UserConditions): Promise<UserFilter | null> => {
    const somebody = requirePermission(actor, readUsers);
    const { tenantId: named, email, passwordBreached, inactiveSeconds, containingAny, ...filter } = conditions;
    if (passwordBreached !== undefined) return null;
    const other = named === undefined || somebody.tenantId !== null ? null : ((await store.tenants.find(named)) ?? null);
    const tenantId = somebody.tenantId ?? other?.id;
    if (named !== undefined && (tenantId === undefined || namedTenant(named, [tenantId]) === null)) return null;
    return {
      ...filter,
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(somebody.kind === 'ENVIRONMENT' ? {} : { asMember: true }),
      ...(email === undefined ? {} : { emailNormalized: normalizeEmail(email) }),
      // Texts of which one is enough only rank users who have all of the others.
      ...(containingAny === undefined || filter.containing !== undefined ? {} : { containingAny }),
      ...(inactiveSeconds === undefined ? {} : { lastLoginBefore: new Date(clock.now().getTime() - inactiveSeconds * 1000) }),
    };
  };

  /** Returns the users of a list as the actor may read them. Whoever stopped to be a member since it was read is left out. */
  const seenBy = async (actor: Actor, users: readonly User[]): Promise<User[]> => {
    const ids = users.map(({ id }) => id);
    return asSeenBy(actor, users, await membersSeenBy(store, actor, ids));
  };

  return reads(audit, {
    /** Returns a page of the users that match and that the caller may find: those of the tenant in force, or of the environment. */
    async list(
      { actor }: Caller,
      { page, sort, ...conditions }: { page: PageRequest<UserPlace>; sort?: UserSort<UserListKey> } & UserConditions,
    ): Promise<Page<User>> {
      const filter = await narrowed(actor, conditions);
      if (filter === null) return { items: [], hasMore: false };
      const { items, hasMore } = await store.users.list(filter, page, sort);
      return { items: await seenBy(actor, items), hasMore };
    },

    /** Returns how many users match and may be found by the caller. */
    async count({ actor }: Caller, conditions: UserConditions): Promise<number> {
      const filter = await narrowed(actor, conditions);
      return filter === null ? 0 : store.users.count(filter);
    },

    /** Returns a part of the users that match and that the caller may find, counted from the beginning, and how many there are. */
    async search(
      { actor }: Caller,
      { sort, offset, limit, ...conditions }: Omit<UserSearch, 'filter'> & UserConditions,
    ): Promise<{ items: User[]; total: number }> {
      const filter = await narrowed(actor, conditions);
      if (filter === null) return { items: [], total: 0 };
      const { items, total } = await store.users.search({ filter, sort, offset, limit });
      return { items: await seenBy(actor, items), total };
    },

    /** Returns how many members the tenant of the user has, and how many of them joined within the last seven days. */
    async countMembers({ actor }: Caller): Promise<MemberCounts> {
      const { tenantId } = requireInTenant(requirePermission(actor, readUsers));
      return store.users.countMembers(tenantId, new Date(clock.now().getTime() - weekMilliseconds));
    },

    /** Returns how far the users have come in each of their tenants. Unknown users are left out. */
    async statusesOf({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<UserStatuses[]> {
      requireEnvironment(actor);
      const users = new Map((await store.users.findMany(userIds)).map((user) => [user.id, user]));
      const memberships = await store.users.memberships([...users.keys()]);
      return [...new Set(userIds)].flatMap((userId) => {
        const user = users.get(userId);
        if (user === undefined) return [];
        const own = memberships.filter((membership) => membership.userId === userId);
        return [{ userId, statuses: own.map((membership) => ({ tenantId: membership.tenantId, status: membershipStatus(user, membership) })) }];
      });
    },
  });
}
