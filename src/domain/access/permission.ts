/** What a user may do in one tenant, computed from the roles held there. Tokens only repeat it; they decide nothing. */
export interface Rights {
  /** Keys of the roles, sorted. */
  roles: string[];
  /** Keys of the permissions of all the roles together, sorted, each once and as assigned: a wildcard stays a wildcard. */
  permissions: string[];
  /** The smallest level of the roles, which is the most powerful one. Null without a role. */
  level: number | null;
}

/** The rights of somebody who holds no role. */
export const noRights: Rights = { roles: [], permissions: [], level: null };

/** Tells whether a granted permission includes the wanted one. A permission that ends in `.*` includes all below it. */
export const covers = (granted: string, wanted: string): boolean =>
  granted === wanted || (granted.endsWith('.*') && wanted.startsWith(granted.slice(0, -1)));

/** Returns every key that covers the permission: its own, and the wildcards above it. */
export const coveringKeys = (wanted: string): string[] => {
  const parts = wanted.split('.');
  return [wanted, ...parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join('.')}.*`)];
};
