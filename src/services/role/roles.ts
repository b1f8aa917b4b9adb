import type { Actor, Caller } from '../../domain/access/actor.ts';
import { DomainError, fail, InvalidInput } from '../../domain/errors.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Role, RoleChange, RoleFilter, RoleSearch } from '../../domain/role/role.ts';
import type { Store } from '../../domain/store.ts';
import {
  deleteRole,
  reachesTenant,
  readRoles,
  requireEnvironment,
  requirePermission,
  requireTokenHolder,
  updateRole,
  writeRoles,
} from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { Authority, AuthorityRules } from './authority.ts';
import { reachesLevel, requireLevel, requireOwnRole, seesRole } from './authority.ts';
import type { PermissionsForRole } from './role-permissions.ts';

/** A role to create. */
export interface NewRole extends Pick<Role, 'key' | 'name' | 'description' | 'isDefault' | 'firstUserRole' | 'level' | 'permissionIds'> {
  /** Whether a default role is also given to everybody who is a member already. */
  migrateRole: boolean;
}

/** A role to create with some of the permissions of another one, and with its level. */
export interface RoleFromBase extends Pick<Role, 'key' | 'name' | 'description' | 'isDefault' | 'permissionIds'> {
  baseRoleId: string;
}

interface Needs {
  store: Pick<Store, 'roles' | 'tenants' | 'transact'>;
  clock: Clock;
  random: Random;
  authority: Pick<AuthorityRules, 'withAuthority'>;
  permissionsForRole: PermissionsForRole;
  audit: Audit;
}

/** Errors of each use case. */
export const roleErrors = {
  create: ['INVALID_INPUT', 'ROLE_EXISTS', 'PERMISSION_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW', 'STEP_UP_REQUIRED'],
  createFromBase: ['INVALID_INPUT', 'ROLE_EXISTS', 'ROLE_NOT_FOUND', 'PERMISSION_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW', 'STEP_UP_REQUIRED'],
  update: ['NOTHING_TO_UPDATE', 'ROLE_EXISTS', 'ROLE_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW', 'STEP_UP_REQUIRED'],
  remove: ['ROLE_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW', 'STEP_UP_REQUIRED'],
  setPermissions: ['ROLE_NOT_FOUND', 'PERMISSION_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW', 'STEP_UP_REQUIRED'],
  setTenant: ['ROLE_NOT_FOUND', 'ROLE_EXISTS', 'TENANT_NOT_FOUND'],
} as const;

/**
 * Creates the service that reads and changes roles. A caller with a tenant acts on the roles of that tenant and sees those of the environment
 * as well; an environment token without one acts on all of them, and creates roles that every tenant has.
 */
export function createRoles({ store, clock, random, authority: { withAuthority }, permissionsForRole, audit }: Needs) {
  const findOne = async (id: string): Promise<Role | undefined> => (await store.roles.findMany([id]))[0];

  const requireFreeKeys = async (tenantId: string | null, keys: readonly string[], exceptId?: string): Promise<void> => {
    const taken = await store.roles.takenKeys(tenantId, keys);
    if (new Set(keys).size < keys.length || taken.some(({ id }) => id !== exceptId)) fail('ROLE_EXISTS');
  };

  /** Adds roles whose permissions were decided. Errors: `ROLE_EXISTS`, `ROLE_LEVEL_TOO_LOW`. */
  const add = async (caller: Caller, authority: Authority, roles: readonly NewRole[]): Promise<Role[]> => {
    const now = clock.now();
    const { tenantId } = authority;
    await requireFreeKeys(
      tenantId,
      roles.map(({ key }) => key),
    );
    const added = roles.map(({ migrateRole: _, ...role }): Role => ({ ...role, id: random.uuid(), tenantId, createdAt: now, updatedAt: now }));
    for (const { level } of added) requireLevel(authority, level);
    await store.roles.add(added);
    for (const [index, { id, key, isDefault }] of added.entries()) {
      if (isDefault && roles[index]?.migrateRole === true) await store.roles.giveToAll(id, tenantId);
      await audit('ROLE_CREATED', caller, { tenantId, reason: key });
    }
    return added;
  };

  /** Returns the conditions that the caller's rights add to a list. */
  const visibleTo = (actor: Actor): Pick<RoleFilter, 'visibleIn'> => {
    const { tenantId } = requirePermission(actor, readRoles);
    return tenantId === null ? {} : { visibleIn: tenantId };
  };

  return {
    ...useCases(audit, 'REQUEST_REFUSED', roleErrors, {
      /** Creates all of the roles or none of them. */
      create: (caller: Caller, { roles }: { roles: readonly NewRole[] }): Promise<Role[]> =>
        withAuthority(caller, writeRoles, async (authority) => {
          const decided: NewRole[] = [];
          for (const role of roles) decided.push({ ...role, permissionIds: await permissionsForRole(authority, role.permissionIds) });
          return add(caller, authority, decided);
        }),

      /** Creates a role that allows no more than another one. */
      createFromBase: (caller: Caller, { baseRoleId, ...fields }: RoleFromBase): Promise<Role> =>
        withAuthority(caller, writeRoles, async (authority) => {
          const base = await findOne(baseRoleId);
          if (base === undefined || !seesRole(authority.tenantId, base)) throw new DomainError('ROLE_NOT_FOUND', undefined, 'baseRoleId');
          requireLevel(authority, base.level);
          const permissionIds = await permissionsForRole(authority, fields.permissionIds);
          if (fields.permissionIds.some((id) => !base.permissionIds.includes(id))) {
            throw new InvalidInput([{ path: ['permissionIds'], message: 'permissionIds must contain permissions of the base role only' }]);
          }
          const role = { ...fields, permissionIds, level: base.level, firstUserRole: false, migrateRole: false };
          const [created] = await add(caller, authority, [role]);
          return created ?? fail('INTERNAL', 'no role was created');
        }),

      /** Changes the given fields and keeps the others. With `migrateRole`, a role that is a default now is given to all members. */
      async update(caller: Caller, { id, change, migrateRole }: { id: string; change: RoleChange; migrateRole: boolean }): Promise<Role> {
        if (Object.keys(change).length === 0) fail('NOTHING_TO_UPDATE');
        return withAuthority(caller, updateRole, async (authority) => {
          const before = requireOwnRole(authority, await findOne(id));
          if (change.level !== undefined) requireLevel(authority, change.level);
          if (change.key !== undefined) await requireFreeKeys(before.tenantId, [change.key], id);
          const now = clock.now();
          if (!(await store.roles.update(id, change, now))) fail('ROLE_NOT_FOUND');
          const after = { ...before, ...change, updatedAt: now };
          if (migrateRole && after.isDefault) await store.roles.giveToAll(id, after.tenantId);
          await audit('ROLE_UPDATED', caller, { tenantId: after.tenantId, reason: `${after.key}: ${Object.keys(change).join(' ')}` });
          return after;
        });
      },

      /** Removes a role and takes it from everybody. */
      remove: (caller: Caller, { id }: { id: string }): Promise<Role> =>
        withAuthority(caller, deleteRole, async (authority) => {
          const role = requireOwnRole(authority, await findOne(id));
          if (!(await store.roles.remove(id))) fail('ROLE_NOT_FOUND');
          await audit('ROLE_DELETED', caller, { tenantId: role.tenantId, reason: role.key });
          return role;
        }),

      /** Replaces the permissions in a role. */
      setPermissions: (caller: Caller, { id, permissionIds: chosen }: { id: string; permissionIds: readonly string[] }): Promise<Role> =>
        withAuthority(caller, updateRole, async (authority) => {
          const role = requireOwnRole(authority, await findOne(id));
          const permissionIds = await permissionsForRole(authority, chosen);
          const now = clock.now();
          await store.roles.setPermissions(id, permissionIds, now);
          await audit('ROLE_PERMISSIONS_SET', caller, { tenantId: role.tenantId, reason: role.key });
          return { ...role, permissionIds, updatedAt: now };
        }),

      /** Makes it a role of one tenant, or with null of every tenant. Members of other tenants lose it. */
      async setTenant(caller: Caller, { id, tenantId: named }: { id: string; tenantId: string | null }): Promise<Role> {
        requireEnvironment(caller.actor);
        return withAuthority(caller, updateRole, async (authority) => {
          const role = requireOwnRole(authority, await findOne(id));
          const tenantId = named === null ? null : ((await store.tenants.find(named)) ?? fail('TENANT_NOT_FOUND')).id;
          await requireFreeKeys(tenantId, [role.key], id);
          const now = clock.now();
          await store.roles.setTenant(id, tenantId, now);
          await audit('ROLE_UPDATED', caller, { tenantId, reason: `${role.key}: tenantId` });
          return { ...role, tenantId, updatedAt: now };
        });
      },
    }),

    ...reads(audit, {
      /** Returns all roles that the caller sees: first those of the environment, then by key. */
      all: async ({ actor }: Caller): Promise<Role[]> => store.roles.all(visibleTo(actor)),

      /** Returns the roles that the caller may give to members: those it sees whose level is not smaller than the smallest of its own. */
      async assignable({ actor }: Caller): Promise<Role[]> {
        const roles = await store.roles.all(visibleTo(actor));
        return actor.kind === 'USER' || actor.kind === 'API_TOKEN' ? roles.filter(({ level }) => reachesLevel(actor.rights, level)) : roles;
      },

      /** Returns a part of the roles that the caller sees, and how many there are. */
      search: async ({ actor }: Caller, search: RoleSearch): Promise<{ items: Role[]; total: number }> =>
        store.roles.search({ ...search, ...visibleTo(actor) }),

      /** Returns a page of the roles that the caller sees, oldest first. */
      list: async ({ actor }: Caller, { page, ...filter }: { page: PageRequest } & RoleFilter): Promise<Page<Role>> =>
        store.roles.list({ ...filter, ...visibleTo(actor) }, page),

      /** Returns how many roles the caller sees. */
      count: async ({ actor }: Caller, filter: RoleFilter): Promise<number> => store.roles.count({ ...filter, ...visibleTo(actor) }),

      /** Returns the levels of the roles that the caller sees, smallest first. */
      levels: async ({ actor }: Caller): Promise<number[]> => store.roles.levels(visibleTo(actor)),

      /** Returns the tenants that have roles of their own. */
      async tenantsWithRoles({ actor }: Caller): Promise<string[]> {
        requireEnvironment(actor);
        return store.roles.tenants();
      },

      /**
       * Returns those of the roles that the caller may see. The environment token may see all of them. Users may see those of the
       * environment and of their tenants, because these are in their own account and in their tokens.
       */
      async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<Role[]> {
        const holder = requireTokenHolder(actor);
        const roles = await store.roles.findMany(ids);
        return roles.filter(({ tenantId }) => tenantId === null || reachesTenant(holder, tenantId));
      },
    }),
  };
}
