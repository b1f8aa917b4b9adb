/** Keys of the built-in roles. */
export const roleKeys = ['ADMIN', 'READ_ONLY'] as const;
/** One of `roleKeys`. */
export type RoleKey = (typeof roleKeys)[number];

/** The permissions of the built-in roles, with Frontegg's names. Their ids are the same in every deployment. */
export const permissions = {
  'fe.secure.*': { id: '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7b01', name: 'All security settings' },
  'fe.secure.read.*': { id: '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7b02', name: 'Read security settings' },
} as const;
/** Key of a built-in permission. */
export type PermissionKey = keyof typeof permissions;

/** A built-in role. */
export interface Role {
  /** Id of the role, the same in every deployment. */
  id: string;
  key: RoleKey;
  name: string;
  description: string;
  permissions: readonly PermissionKey[];
}

/** The built-in roles by key. */
export const roles: Readonly<Record<RoleKey, Role>> = {
  ADMIN: {
    id: '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7a01',
    key: 'ADMIN',
    name: 'Admin',
    description: 'Reads and sets the security settings of the tenant',
    permissions: ['fe.secure.*'],
  },
  READ_ONLY: {
    id: '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7a02',
    key: 'READ_ONLY',
    name: 'Read Only',
    description: 'Reads the security settings of the tenant',
    permissions: ['fe.secure.read.*'],
  },
};

/** Returns the permissions of all the roles together, sorted and without duplicates. */
export const permissionsOf = (keys: readonly RoleKey[]): string[] => [...new Set(keys.flatMap((key) => roles[key].permissions))].sort();

/** Tells whether a granted permission includes the wanted one. A permission that ends in `.*` includes all below it. */
export const covers = (granted: string, wanted: string): boolean =>
  granted === wanted || (granted.endsWith('.*') && wanted.startsWith(granted.slice(0, -1)));
