import { covers } from '../../domain/access/permission.ts';
import type { InvitationLink } from '../../domain/invitation/invitation-link.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import { writeTenantInvites } from '../access/permissions.ts';
import { reachesLevel } from '../role/authority.ts';

/**
 * Why a link that has not expired lets nobody in: the operator has switched links off, the tenant or the owner is gone, the owner may not
 * invite any more, a role that it gives is gone, or the owner may not give one of them any more.
 */
export type LinkLack = 'INVITATIONS_DISABLED' | 'TENANT_GONE' | 'OWNER_GONE' | 'OWNER_MAY_NOT_INVITE' | 'ROLE_GONE' | 'ROLE_LEVEL_TOO_LOW';

interface Needs {
  store: Pick<Store, 'environment' | 'roles' | 'tenants' | 'users'>;
  clock: Clock;
}

/** The rules that `createLinkRules` creates. */
export type LinkRules = ReturnType<typeof createLinkRules>;

/**
 * Creates the rules that decide whether a link lets people in. They are asked each time a link is used, because whoever made it may have lost
 * the rights since: a link never gives more than its owner could give at that moment.
 */
export function createLinkRules({ store, clock }: Needs) {
  /** Returns what the owner lacks to let people in by the link. */
  const lackOfOwner = async (link: InvitationLink, userId: string): Promise<LinkLack | null> => {
    const [[owner], memberships] = await together(store.users.findMany([userId]), store.users.openMemberships(userId, clock.now()));
    if (owner === undefined || owner.locked || !memberships.some(({ tenantId }) => tenantId === link.tenantId)) return 'OWNER_GONE';
    if (link.byEnvironment) return null;
    const rights = await store.roles.rightsOf(userId, link.tenantId);
    if (!rights.permissions.some((granted) => covers(granted, writeTenantInvites))) return 'OWNER_MAY_NOT_INVITE';
    const roles = await store.roles.findMany(link.roleIds);
    return roles.every(({ level }) => reachesLevel(rights, level)) ? null : 'ROLE_LEVEL_TOO_LOW';
  };

  return {
    /** Returns why a link that has not expired lets nobody in. Null if it does. It may run in an open transaction. */
    async lackOf(link: InvitationLink): Promise<LinkLack | null> {
      const { tenantId, userId, roleIds } = link;
      if (!(await store.environment.find())?.allowTenantInvitations) return 'INVITATIONS_DISABLED';
      if ((await store.tenants.find(tenantId)) === null) return 'TENANT_GONE';
      const roles = await store.roles.findMany(roleIds);
      const usable = roles.filter((role) => role.tenantId === null || role.tenantId === tenantId);
      if (usable.length < roleIds.length) return 'ROLE_GONE';
      return userId === null ? null : lackOfOwner(link, userId);
    },

    /** Returns the ids of the roles of somebody who joins by the link: those that it names, or else the default roles of now. */
    async rolesOf({ tenantId, roleIds }: InvitationLink): Promise<string[]> {
      if (roleIds.length > 0) return [...roleIds];
      return (await store.roles.all({ visibleIn: tenantId })).filter(({ isDefault }) => isDefault).map(({ id }) => id);
    },
  };
}
