import { DomainError } from '../../domain/errors.ts';
import type { Store } from '../../domain/store.ts';

/** Returns the ids of the roles of a new member of a tenant, from those that were named. Errors: `ROLE_NOT_FOUND`. */
export type RolesForMember = (tenantId: string, named: readonly string[]) => Promise<string[]>;

/**
 * Creates the function that decides which roles a new member of a tenant gets: those that were named, and if none was, for the first user of
 * the tenant the roles marked so, and otherwise the default roles. It runs in the transaction of the new member.
 */
export function createRolesForMember({ store }: { store: Pick<Store, 'roles' | 'users'> }): RolesForMember {
  return async (tenantId, named) => {
    const ids = [...new Set(named)];
    if (ids.length > 0) {
      const usable = (await store.roles.findMany(ids)).filter((role) => role.tenantId === null || role.tenantId === tenantId);
      if (usable.length < ids.length) throw new DomainError('ROLE_NOT_FOUND', undefined, 'roleIds');
      return ids;
    }
    const roles = await store.roles.all({ visibleIn: tenantId });
    const forFirst = roles.filter(({ firstUserRole }) => firstUserRole);
    const chosen = forFirst.length > 0 && (await store.users.count({ tenantId })) === 0 ? forFirst : roles.filter(({ isDefault }) => isDefault);
    return chosen.map(({ id }) => id);
  };
}
