import type { Actor, Caller } from '../../domain/access/actor.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import type { InvitationLink, InvitationLinkChange } from '../../domain/invitation/invitation-link.ts';
import { mostInvitationRoles } from '../../domain/invitation/invitation-link.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { deleteTenantInvites, requireOwner, writeTenantInvites } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Guesses } from '../limits/guesses.ts';
import type { Authority, AuthorityRules } from '../role/authority.ts';
import { requireLevel } from '../role/authority.ts';
import type { RolesForMember } from '../role/roles-for-member.ts';
import type { LinkRules } from './link-rules.ts';
import type { LinkShowing, ShownLink } from './link-showing.ts';

/** A link to make. */
export interface NewLink {
  /** Null is the tenant that the caller acts in. */
  tenantId: string | null;
  /** The member whose own link it is. Null is the user who calls, or by an environment token nobody, for a link of the tenant itself. */
  userId: string | null;
  lifetimeMinutes: number;
  notifiesOwner: boolean;
  /** Empty gives the default roles. */
  roleIds: readonly string[];
}

/** The link that is meant: by its id, or as that of a member. Null is the user who calls. */
export type NamedLink = { id: string } | { ofUser: string | null };

/** What to change of a link. What is absent stays. */
export interface LinkChange {
  /** How long the link works from now on. */
  lifetimeMinutes?: number;
  notifiesOwner?: boolean;
}

interface Needs {
  store: Pick<Store, 'environment' | 'invitationLinks' | 'roles' | 'transact' | 'users'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  authority: AuthorityRules;
  rolesForMember: RolesForMember;
  linkRules: LinkRules;
  guesses: Pick<Guesses, 'limited'>;
  showing: LinkShowing;
  audit: Audit;
}

/** Errors of each use case. */
export const invitationLinkErrors = {
  create: [
    ...['INVALID_INPUT', 'INVITATIONS_DISABLED', 'TENANT_NOT_FOUND', 'TENANT_HEADER_REQUIRED', 'USER_NOT_FOUND'],
    ...['ROLE_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW'],
  ],
  update: ['INVITATION_NOT_FOUND', 'NOTHING_TO_UPDATE', 'TENANT_HEADER_REQUIRED', 'ROLE_LEVEL_TOO_LOW'],
  remove: ['INVITATION_NOT_FOUND', 'TENANT_HEADER_REQUIRED'],
  removeOwn: ['TENANT_HEADER_REQUIRED'],
  check: ['INVITATION_NOT_FOUND', 'RATE_LIMITED'],
} as const;

/**
 * Creates the service that makes, changes and deletes the links by which people join a tenant. A user has one of their own in each tenant, with
 * roles that are no more powerful than theirs. An environment token makes one for anybody, or for the tenant itself.
 */
export function createInvitationLinks(needs: Needs) {
  const { store, clock, random, keyring, authority, rolesForMember, linkRules, guesses, showing, audit } = needs;
  const { withAuthority, tenantOf } = authority;

  const until = (lifetimeMinutes: number): Date => new Date(clock.now().getTime() + lifetimeMinutes * 60_000);

  /** Refuses to make a link while the operator has switched them off. */
  const requireAllowed = async (): Promise<void> => {
    if (!(await store.environment.find())?.allowTenantInvitations) fail('INVITATIONS_DISABLED');
  };

  /**
   * Returns the user in whose name the actor acts, or null for an environment token. A token of a tenant is nobody's, so it has no link. Errors:
   * `FORBIDDEN`.
   */
  const selfOf = (actor: Actor): string | null => (actor.kind === 'ENVIRONMENT' ? null : requireOwner(actor).userId);

  /** Returns the member whose link is made. Null for a link of the tenant itself. Errors: `USER_NOT_FOUND`, `FORBIDDEN`. */
  const ownerOf = async (own: string | null, tenantId: string, named: string | null): Promise<string | null> => {
    if (own !== null) return named === null || named === own ? own : fail('FORBIDDEN');
    if (named === null) return null;
    const open = await store.users.openMemberships(named, clock.now());
    return open.some((membership) => membership.tenantId === tenantId) ? named : fail('USER_NOT_FOUND');
  };

  /** Refuses roles that the caller may not give. */
  const requireLevels = async (by: Authority, roleIds: readonly string[]): Promise<void> => {
    if (roleIds.length === 0 || by.rights === null) return;
    for (const { level } of await store.roles.findMany(roleIds)) requireLevel(by, level);
  };

  /** Returns the own link of a member in the tenant in force: of the user who calls, or of the one whom an environment token names. */
  const linkOf = async ({ actor }: Caller, by: Authority, named: string | null): Promise<InvitationLink | null> => {
    const userId = selfOf(actor) ?? named ?? '';
    return store.invitationLinks.findOf(await tenantOf(by, null), userId, clock.now());
  };

  /**
   * Returns the link that is meant, if the caller may act on it. A user acts on no link but their own in the tenant in force. Errors:
   * `INVITATION_NOT_FOUND`.
   */
  const findOne = async (caller: Caller, by: Authority, named: NamedLink): Promise<InvitationLink> => {
    const { actor } = caller;
    const own = selfOf(actor);
    if ('id' in named) {
      const [link] = await store.invitationLinks.findMany([named.id], clock.now());
      const isOthers = link !== undefined && ((own !== null && link.userId !== own) || (by.tenantId !== null && link.tenantId !== by.tenantId));
      return link === undefined || isOthers ? fail('INVITATION_NOT_FOUND') : link;
    }
    return (await linkOf(caller, by, named.ofUser)) ?? fail('INVITATION_NOT_FOUND');
  };

  /** Deletes the link. False if there is none any more. */
  const removeLink = async (caller: Caller, { id, tenantId, userId }: InvitationLink): Promise<boolean> => {
    const removed = await store.invitationLinks.remove(id);
    if (removed) await audit('INVITATION_DELETED', caller, { tenantId, userId, reason: id });
    return removed;
  };

  return useCases(audit, 'REQUEST_REFUSED', invitationLinkErrors, {
    /** Makes a link. That of a member takes the place of the one before, whose token then works no longer. */
    async create(caller: Caller, { tenantId: named, userId: namedUser, lifetimeMinutes, notifiesOwner, roleIds }: NewLink): Promise<ShownLink> {
      if (roleIds.length > mostInvitationRoles) {
        throw new InvalidInput([{ path: ['roleIds'], message: `roleIds must have at most ${mostInvitationRoles} elements` }]);
      }
      const created = await withAuthority(
        caller,
        writeTenantInvites,
        async (by) => {
          const own = selfOf(caller.actor);
          await requireAllowed();
          const tenantId = await tenantOf(by, named);
          const userId = await ownerOf(own, tenantId, namedUser);
          const chosen = roleIds.length === 0 ? [] : await rolesForMember(tenantId, roleIds);
          await requireLevels(by, chosen);
          const [id, token] = [random.uuid(), random.token()];
          const link: InvitationLink = {
            ...{ id, tenantId, userId, tokenHash: keyring.hashToken(token), sealedToken: showing.seal(id, token), roleIds: chosen },
            ...{ byEnvironment: by.rights === null, notifiesOwner, createdAt: clock.now(), expiresAt: until(lifetimeMinutes) },
          };
          await store.invitationLinks.replace(link);
          await audit('INVITATION_CREATED', caller, { tenantId, userId, reason: id });
          return link;
        },
        'NO_RECENT_FACTOR',
      );
      return showing.show(created);
    },

    /**
     * Changes a link and keeps its token. A user who prolongs a link answers for it from then on, so the roles that it gives must be in their
     * reach.
     */
    async update(caller: Caller, { named, change }: { named: NamedLink; change: LinkChange }): Promise<ShownLink> {
      const { lifetimeMinutes, notifiesOwner } = change;
      if (lifetimeMinutes === undefined && notifiesOwner === undefined) fail('NOTHING_TO_UPDATE');
      const changed = await withAuthority(
        caller,
        writeTenantInvites,
        async (by) => {
          const link = await findOne(caller, by, named);
          await requireLevels(by, link.roleIds);
          const next: InvitationLinkChange = {
            ...(lifetimeMinutes === undefined ? {} : { expiresAt: until(lifetimeMinutes) }),
            ...(notifiesOwner === undefined ? {} : { notifiesOwner }),
            ...(by.rights === null ? {} : { byEnvironment: false }),
          };
          if (!(await store.invitationLinks.update(link.id, next, clock.now()))) fail('INVITATION_NOT_FOUND');
          const names = [...(lifetimeMinutes === undefined ? [] : ['expiresAt']), ...(notifiesOwner === undefined ? [] : ['notifiesOwner'])];
          await audit('INVITATION_UPDATED', caller, { tenantId: link.tenantId, userId: link.userId, reason: `${link.id}: ${names.join(' ')}` });
          return { ...link, ...next };
        },
        'NO_RECENT_FACTOR',
      );
      return showing.show(changed);
    },

    /** Deletes a link. Who has joined by it stays. */
    async remove(caller: Caller, { id }: { id: string }): Promise<void> {
      await withAuthority(
        caller,
        deleteTenantInvites,
        async (by) => {
          if (!(await removeLink(caller, await findOne(caller, by, { id })))) fail('INVITATION_NOT_FOUND');
        },
        'NO_RECENT_FACTOR',
      );
    },

    /** Deletes the own link of a member in the tenant in force, if there is one. */
    async removeOwn(caller: Caller, { userId: named }: { userId: string | null }): Promise<void> {
      await withAuthority(
        caller,
        deleteTenantInvites,
        async (by) => {
          const link = await linkOf(caller, by, named);
          if (link !== null) await removeLink(caller, link);
        },
        'NO_RECENT_FACTOR',
      );
    },

    /**
     * Returns the link of a token, for whoever has it, if it lets people in at the moment. It spends nothing. Tokens of no link are counted for
     * the network of the client.
     */
    async check({ origin }: Caller, { token }: { token: string }): Promise<ShownLink> {
      const found = await store.invitationLinks.findByToken(keyring.hashToken(token), clock.now());
      const counted = { purpose: 'INVITATION_LINK', account: found?.id ?? '', origin, wrongBy: 'INVITATION_NOT_FOUND' } as const;
      const link = await guesses.limited(counted, async () => found ?? fail('INVITATION_NOT_FOUND'));
      if ((await linkRules.lackOf(link)) !== null) fail('INVITATION_NOT_FOUND');
      return showing.show(link);
    },
  });
}
