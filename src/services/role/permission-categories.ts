import type { Caller } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { PermissionCategory, PermissionCategoryChange } from '../../domain/role/permission.ts';
import type { Store } from '../../domain/store.ts';
import { readPermissions, requireEnvironment, requirePermission, requireTokenHolder } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';

interface Needs {
  store: Pick<Store, 'permissions' | 'transact'>;
  clock: Clock;
  random: Random;
  audit: Audit;
}

/** Errors of each use case. */
export const permissionCategoryErrors = {
  create: ['PERMISSION_CATEGORY_EXISTS'],
  update: ['NOTHING_TO_UPDATE', 'PERMISSION_CATEGORY_NOT_FOUND', 'PERMISSION_CATEGORY_EXISTS', 'BUILT_IN_PERMISSION'],
  remove: ['PERMISSION_CATEGORY_NOT_FOUND', 'BUILT_IN_PERMISSION'],
} as const;

/** Creates the service that reads and changes the categories of permissions. Only the environment token changes them. */
export function createPermissionCategories({ store, clock, random, audit }: Needs) {
  /** Returns a category that may be changed. Errors: `PERMISSION_CATEGORY_NOT_FOUND`, `BUILT_IN_PERMISSION`. */
  const findOwn = async (id: string): Promise<PermissionCategory> => {
    const [category] = await store.permissions.findCategories([id]);
    if (category === undefined) fail('PERMISSION_CATEGORY_NOT_FOUND');
    return category.builtIn ? fail('BUILT_IN_PERMISSION') : category;
  };

  /** Runs `work` for the environment token, with all roles and permissions to itself. */
  const change = <T>(caller: Caller, work: (now: Date) => Promise<T>): Promise<T> => {
    requireEnvironment(caller.actor);
    return store.transact('SETTINGS', () => work(clock.now()));
  };

  /** A category has no key, and a name may be any text, so the trail names it by its id. */
  const record = (caller: Caller, { id }: PermissionCategory, how: string): Promise<void> =>
    audit('PERMISSION_CATEGORY_CHANGED', caller, { reason: `${id}: ${how}` });

  return {
    ...useCases(audit, 'REQUEST_REFUSED', permissionCategoryErrors, {
      /** Creates a category. */
      create: async (caller: Caller, fields: Pick<PermissionCategory, 'name' | 'description'>): Promise<PermissionCategory> =>
        change(caller, async (now) => {
          const category = { ...fields, id: random.uuid(), builtIn: false, createdAt: now, updatedAt: now };
          if (!(await store.permissions.addCategory(category))) fail('PERMISSION_CATEGORY_EXISTS');
          await record(caller, category, 'created');
          return category;
        }),

      /** Changes the given fields and keeps the others. */
      update: async (caller: Caller, { id, fields }: { id: string; fields: PermissionCategoryChange }): Promise<PermissionCategory> =>
        change(caller, async (now) => {
          if (Object.keys(fields).length === 0) fail('NOTHING_TO_UPDATE');
          const before = await findOwn(id);
          const taken = fields.name === undefined ? null : await store.permissions.categoryNamed(fields.name);
          if (taken !== null && taken !== id) fail('PERMISSION_CATEGORY_EXISTS');
          if (!(await store.permissions.updateCategory(id, fields, now))) fail('PERMISSION_CATEGORY_NOT_FOUND');
          const after = { ...before, ...fields, updatedAt: now };
          await record(caller, after, Object.keys(fields).join(' '));
          return after;
        }),

      /** Removes a category. Its permissions stay, without one. */
      remove: async (caller: Caller, { id }: { id: string }): Promise<PermissionCategory> =>
        change(caller, async () => {
          const category = await findOwn(id);
          if (!(await store.permissions.removeCategory(id))) fail('PERMISSION_CATEGORY_NOT_FOUND');
          await record(caller, category, 'removed');
          return category;
        }),
    }),

    ...reads(audit, {
      /** Returns all categories in the order of their names. */
      async all({ actor }: Caller): Promise<PermissionCategory[]> {
        requirePermission(actor, readPermissions);
        return store.permissions.categories();
      },

      /** Returns those of the categories that exist. */
      async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<PermissionCategory[]> {
        requireTokenHolder(actor);
        return store.permissions.findCategories(ids);
      },
    }),
  };
}
