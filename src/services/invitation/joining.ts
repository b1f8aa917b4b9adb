import type { Caller } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { InvitationLink } from '../../domain/invitation/invitation-link.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { LinkRules } from './link-rules.ts';

/** Stands for a token that belongs to no link. No link has this id. */
const unknownLinkId = '00000000-0000-0000-0000-000000000000';

interface Needs {
  store: Pick<Store, 'invitationLinks' | 'users'>;
  clock: Clock;
  keyring: Keyring;
  linkRules: LinkRules;
  notices: SecurityNotices;
  audit: Audit;
}

/** The service that `createJoining` creates. */
export type Joining = ReturnType<typeof createJoining>;

/**
 * Creates the one way to join a tenant by a link. A login keeps the id of the link, never its token, until it is complete. Then everything is
 * read again in the transaction that completes it, because the link, its owner and its roles may have changed since the first factor.
 */
export function createJoining({ store, clock, keyring, linkRules, notices, audit }: Needs) {
  /** Tells the owner that somebody has joined, if the owner wants to hear of it. */
  const tellOwner = async (caller: Caller, { userId: ownerId, notifiesOwner }: InvitationLink, userId: string): Promise<void> => {
    if (notifiesOwner && ownerId !== null && ownerId !== userId) await notices.notify(caller, ownerId, 'INVITATION_USED');
  };

  return {
    /**
     * Returns the id of the link that a login has to keep, or null if it brought no token.
     * A token of no link has an id as well, and costs the same.
     */
    async linkIdOf(token: string | null | undefined): Promise<string | null> {
      if (!token) return null;
      return (await store.invitationLinks.findByToken(keyring.hashToken(token), clock.now()))?.id ?? unknownLinkId;
    },

    /**
     * Makes the user a member of the tenant of the link. A link that does not work any more fails no login: the event says what it lacked.
     * Who is a member already, or was disabled or has expired as one, stays as they are; who was invited by mail has accepted. Runs in the
     * transaction that completes the login.
     */
    async join(caller: Caller, userId: string, linkId: string | null): Promise<void> {
      if (linkId === null) return;
      const now = clock.now();
      const [link] = await store.invitationLinks.findMany([linkId], now);
      const lack = link === undefined ? 'INVITATION_NOT_FOUND' : await linkRules.lackOf(link);
      if (link === undefined || lack !== null)
        return audit('INVITATION_NOT_USED', caller, { userId, tenantId: link?.tenantId ?? null, reason: lack });
      const { tenantId } = link;
      const membership = (await store.users.memberships([userId])).find((one) => one.tenantId === tenantId);
      if (membership?.pending) {
        await store.users.acceptMembership(userId, tenantId);
        await audit('INVITATION_ACCEPTED', caller, { userId, tenantId, reason: link.id });
      } else if (membership === undefined) {
        const roleIds = await linkRules.rolesOf(link);
        if (!(await store.users.addMembership({ userId, tenantId, roleIds, createdAt: now }))) return;
        await audit('USER_JOINED_TENANT', caller, { userId, tenantId, reason: link.id });
      } else return;
      await tellOwner(caller, link, userId);
    },

    /**
     * Returns where the account of somebody who signs up by a link begins, and how its owner is told. Runs in the transaction that creates the
     * account. Errors: `INVITATION_NOT_FOUND`.
     */
    async forNewUser(token: string): Promise<{ link: InvitationLink; roleIds: string[]; tellOwner(caller: Caller, userId: string): Promise<void> }> {
      const link = (await store.invitationLinks.findByToken(keyring.hashToken(token), clock.now())) ?? fail('INVITATION_NOT_FOUND');
      if ((await linkRules.lackOf(link)) !== null) fail('INVITATION_NOT_FOUND');
      return { link, roleIds: await linkRules.rolesOf(link), tellOwner: (caller, userId) => tellOwner(caller, link, userId) };
    },

    /** Sends the mails that a join has queued. Called after the commit. */
    wake: notices.wake,
  };
}
