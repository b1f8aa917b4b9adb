/** Built-in roles; each carries permissions by Frontegg's names. */
export const roleKeys = ['ADMIN', 'READ_ONLY'] as const;
export type RoleKey = (typeof roleKeys)[number];

/** The permissions built-in roles carry. Ids are fixed, the same in every deployment. */
export const permissions = {
  'fe.secure.*': { id: '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7b01', name: 'All security settings' },
  'fe.secure.read.*': { id: '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7b02', name: 'Read security settings' },
} as const;
export type PermissionKey = keyof typeof permissions;

export interface Role {
  /** Fixed id, the same in every deployment. */
  id: string;
  key: RoleKey;
  name: string;
  description: string;
  permissions: readonly PermissionKey[];
}

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

/** Permissions the roles add up to, sorted, each once. */
export const permissionsOf = (keys: readonly RoleKey[]): string[] => [...new Set(keys.flatMap((key) => roles[key].permissions))].sort();

/** Whether a granted permission, possibly ending in `.*`, covers the wanted one. */
export const covers = (granted: string, wanted: string): boolean =>
  granted === wanted || (granted.endsWith('.*') && wanted.startsWith(granted.slice(0, -1)));
