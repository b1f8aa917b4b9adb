import type { Caller } from '../../domain/access/actor.ts';
import { isOpenMembership } from '../../domain/directory/user.ts';
import type { MfaGrace } from '../../domain/policy/grace.ts';
import { demands, graceUnder, isInGrace } from '../../domain/policy/grace.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';
import { membersSeenBy, visibleUserIds } from '../directory/visibility.ts';
import type { Policies } from './policies.ts';

interface Needs {
  store: Pick<Store, 'users'>;
  clock: Clock;
  policies: Pick<Policies, 'effectiveForEach'>;
  audit: Audit;
}

/** Creates the service that tells how long people may log in without the second factor that policies enforce. */
export const createGraces = ({ store, clock, policies, audit }: Needs) =>
  reads(audit, {
    /**
     * Returns the time to enroll of each user that runs for logins by password. Null if none does, and for a user that the caller may not see.
     * Members of the tenant may know that of those who have joined.
     */
    async ofUsers({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<(MfaGrace | null)[]> {
      const members = await membersSeenBy(store, actor, userIds);
      const joined = userIds.filter((userId) => members.get(userId) === 'MEMBER');
      const ids = [...(await visibleUserIds(store, actor, userIds)), ...joined];
      const now = clock.now();
      const [users, memberships] = [await store.users.findMany(ids), await store.users.memberships(ids)];
      const open = memberships.filter((membership) => isOpenMembership(membership, now));
      const tenantsOf = (userId: string): string[] => open.flatMap((membership) => (membership.userId === userId ? [membership.tenantId] : []));
      const inForce = await policies.effectiveForEach(users.map(({ id }) => tenantsOf(id)));
      const graces = new Map(
        users.map((user, index) => {
          const enforcing = (inForce[index]?.enforcing ?? []).filter((policy) => demands(policy, 'PASSWORD'));
          const grace = graceUnder(enforcing, user, now);
          return [user.id, isInGrace(grace, now) ? grace : null];
        }),
      );
      return userIds.map((userId) => graces.get(userId) ?? null);
    },
  });
