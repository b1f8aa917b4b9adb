import type { Caller } from '../../domain/access/actor.ts';
import { DomainError, fail, InvalidInput } from '../../domain/errors.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { AssignmentType, Permission, PermissionChange } from '../../domain/role/permission.ts';
import { reservedPrefix } from '../../domain/role/permission.ts';
import type { Store } from '../../domain/store.ts';
import { reachesTenant, readPermissions, requireEnvironment, requirePermission, requireTokenHolder } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';

/** A permission to create. */
export type NewPermission = Pick<Permission, 'key' | 'name' | 'description' | 'categoryId' | 'assignmentType'>;

interface Needs {
  store: Pick<Store, 'permissions' | 'roles' | 'transact'>;
  clock: Clock;
  random: Random;
  audit: Audit;
}

/** Errors of each use case. */
export const permissionErrors = {
  create: ['INVALID_INPUT', 'PERMISSION_EXISTS', 'PERMISSION_CATEGORY_NOT_FOUND'],
  update: [
    ...['INVALID_INPUT', 'NOTHING_TO_UPDATE', 'PERMISSION_NOT_FOUND', 'PERMISSION_EXISTS', 'PERMISSION_CATEGORY_NOT_FOUND'],
    'BUILT_IN_PERMISSION',
  ],
  remove: ['PERMISSION_NOT_FOUND', 'BUILT_IN_PERMISSION'],
  addToRoles: ['PERMISSION_NOT_FOUND', 'ROLE_NOT_FOUND'],
  classify: ['PERMISSION_NOT_FOUND', 'BUILT_IN_PERMISSION'],
} as const;

/**
 * Creates the service that reads and changes permissions. They are of the environment, and only its token changes them. The built-in ones,
 * which this server checks itself, stay as they are.
 */
export function createPermissions({ store, clock, random, audit }: Needs) {
  const findAll = async (ids: readonly string[]): Promise<Permission[]> => {
    const found = await store.permissions.findMany(ids);
    return found.length === new Set(ids).size ? found : fail('PERMISSION_NOT_FOUND');
  };

  /** Returns a permission that may be changed. Errors: `PERMISSION_NOT_FOUND`, `BUILT_IN_PERMISSION`. */
  const findOwn = async (id: string): Promise<Permission> => {
    const [permission] = await findAll([id]);
    return permission === undefined || permission.builtIn ? fail('BUILT_IN_PERMISSION') : permission;
  };

  const requireFreeKeys = async (keys: readonly string[], exceptId?: string): Promise<void> => {
    for (const key of keys) {
      if (key.startsWith(reservedPrefix)) throw new InvalidInput([{ path: ['key'], message: `key must not start with ${reservedPrefix}` }]);
    }
    const taken = await store.permissions.findByKeys(keys);
    if (new Set(keys).size < keys.length || taken.some(({ id }) => id !== exceptId)) fail('PERMISSION_EXISTS');
  };

  const requireCategories = async (ids: readonly (string | null)[]): Promise<void> => {
    const wanted = [...new Set(ids.flatMap((id) => id ?? []))];
    if ((await store.permissions.findCategories(wanted)).length < wanted.length) fail('PERMISSION_CATEGORY_NOT_FOUND');
  };

  /** Runs `work` for the environment token, with all roles and permissions to itself. */
  const change = <T>(caller: Caller, work: (now: Date) => Promise<T>): Promise<T> => {
    requireEnvironment(caller.actor);
    return store.transact('SETTINGS', () => work(clock.now()));
  };

  return {
    ...useCases(audit, 'REQUEST_REFUSED', permissionErrors, {
      /** Creates all of the permissions or none of them. */
      create: async (caller: Caller, { permissions }: { permissions: readonly NewPermission[] }): Promise<Permission[]> =>
        change(caller, async (now) => {
          await requireFreeKeys(permissions.map(({ key }) => key));
          await requireCategories(permissions.map(({ categoryId }) => categoryId));
          const added = permissions.map((fields): Permission => ({ ...fields, id: random.uuid(), builtIn: false, createdAt: now, updatedAt: now }));
          await store.permissions.add(added);
          for (const { key } of added) await audit('PERMISSION_CREATED', caller, { reason: key });
          return added;
        }),

      /** Changes the given fields and keeps the others. */
      update: async (caller: Caller, { id, fields }: { id: string; fields: PermissionChange }): Promise<Permission> =>
        change(caller, async (now) => {
          if (Object.keys(fields).length === 0) fail('NOTHING_TO_UPDATE');
          const before = await findOwn(id);
          if (fields.key !== undefined) await requireFreeKeys([fields.key], id);
          if (fields.categoryId !== undefined) await requireCategories([fields.categoryId]);
          if (!(await store.permissions.update(id, fields, now))) fail('PERMISSION_NOT_FOUND');
          const after = { ...before, ...fields, updatedAt: now };
          await audit('PERMISSION_UPDATED', caller, { reason: `${after.key}: ${Object.keys(fields).join(' ')}` });
          return after;
        }),

      /** Removes a permission from all roles and at all. */
      remove: async (caller: Caller, { id }: { id: string }): Promise<Permission> =>
        change(caller, async () => {
          const permission = await findOwn(id);
          if (!(await store.permissions.remove(id))) fail('PERMISSION_NOT_FOUND');
          await audit('PERMISSION_DELETED', caller, { reason: permission.key });
          return permission;
        }),

      /** Adds a permission to roles. Other roles that have it keep it. A built-in permission can be added as well. */
      addToRoles: async (caller: Caller, { id, roleIds }: { id: string; roleIds: readonly string[] }): Promise<Permission> =>
        change(caller, async (now) => {
          const [permission = fail('PERMISSION_NOT_FOUND')] = await findAll([id]);
          const roles = await store.roles.findMany([...new Set(roleIds)]);
          if (roles.length < new Set(roleIds).size) throw new DomainError('ROLE_NOT_FOUND', undefined, 'roleIds');
          await store.roles.addPermission(
            id,
            roles.map((role) => role.id),
            now,
          );
          for (const { key, tenantId } of roles) await audit('ROLE_PERMISSIONS_SET', caller, { tenantId, reason: key });
          return permission;
        }),

      /** Sets who may put the permissions into roles of tenants. Returns them in the order of the ids. */
      classify: async (caller: Caller, { ids, type }: { ids: readonly string[]; type: AssignmentType }): Promise<Permission[]> =>
        change(caller, async (now) => {
          const found = new Map((await findAll(ids)).map((permission) => [permission.id, permission]));
          await store.permissions.classify(ids, type, now);
          for (const { key } of found.values()) await audit('PERMISSION_UPDATED', caller, { reason: `${key}: assignmentType` });
          return [...found.values()].map((permission) => ({ ...permission, assignmentType: type, updatedAt: now }));
        }),
    }),

    ...reads(audit, {
      /** Returns all permissions in the order of their keys. */
      async all({ actor }: Caller): Promise<Permission[]> {
        requirePermission(actor, readPermissions);
        return store.permissions.all();
      },

      /** Returns a page of the permissions, oldest first. */
      async list({ actor }: Caller, { page }: { page: PageRequest }): Promise<Page<Permission>> {
        requirePermission(actor, readPermissions);
        return store.permissions.list(page);
      },

      /** Returns how many permissions there are. */
      async count({ actor }: Caller): Promise<number> {
        requirePermission(actor, readPermissions);
        return store.permissions.count();
      },

      /** Returns those of the permissions that exist. Everybody may know them, because tokens have them and they belong to no tenant. */
      async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<Permission[]> {
        requireTokenHolder(actor);
        return store.permissions.findMany(ids);
      },

      /** Returns the id of the permission that a text names by its id or its key, or the text itself if there is none. */
      async idOf({ actor }: Caller, { named }: { named: string }): Promise<string> {
        requireEnvironment(actor);
        const [permission] = await store.permissions.findByKeys([named]);
        return permission?.id ?? named;
      },

      /** Returns for each of the permissions the ids of the roles that have it and that the caller may see. */
      async rolesOf({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<string[][]> {
        const holder = requireTokenHolder(actor);
        const pairs = await store.permissions.rolesOf(ids);
        const roles = holder.kind === 'ENVIRONMENT' ? [] : await store.roles.findMany([...new Set(pairs.map(({ roleId }) => roleId))]);
        const hidden = new Set(roles.flatMap(({ id, tenantId }) => (tenantId === null || reachesTenant(holder, tenantId) ? [] : [id])));
        return ids.map((id) => pairs.flatMap(({ permissionId, roleId }) => (permissionId === id && !hidden.has(roleId) ? [roleId] : [])));
      },
    }),
  };
}
