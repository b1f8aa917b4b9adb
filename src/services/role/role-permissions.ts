import { covers } from '../../domain/access/permission.ts';
import { fail } from '../../domain/errors.ts';
import type { Store } from '../../domain/store.ts';
import type { Authority } from './authority.ts';

/** Returns the ids of the permissions to put into a role, sorted, from those that were chosen. Errors: `PERMISSION_NOT_FOUND`, `FORBIDDEN`. */
export type PermissionsForRole = (authority: Authority, chosen: readonly string[]) => Promise<string[]>;

/**
 * Creates the function that decides which permissions a role may have. The environment token may choose any. A user may choose those that the
 * user holds and whose type allows it, and each role of a tenant has the permissions of the type `ALWAYS` besides.
 */
export function createPermissionsForRole({ store }: { store: Pick<Store, 'permissions'> }): PermissionsForRole {
  return async ({ rights }, chosen) => {
    const ids = [...new Set(chosen)];
    const found = await store.permissions.findMany(ids);
    if (found.length < ids.length) fail('PERMISSION_NOT_FOUND');
    if (rights === null) return ids.sort();
    for (const { key, assignmentType } of found) {
      if (assignmentType === 'NEVER' || !rights.permissions.some((granted) => covers(granted, key))) fail('FORBIDDEN');
    }
    return [...new Set([...ids, ...(await store.permissions.idsAssigned('ALWAYS'))])].sort();
  };
}
