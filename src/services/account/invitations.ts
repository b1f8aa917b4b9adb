import type { Caller } from '../../domain/access/actor.ts';
import { nobody } from '../../domain/access/actor.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Clock, Delivery } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requirePermission, resendActivationEmail, writeUsers } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { MembershipEnd } from '../directory/membership-end.ts';
import { refuseField } from '../directory/metadata.ts';
import type { NewUser, NewUsers } from '../directory/new-users.ts';
import type { UserLookup, UserName } from '../directory/user-lookup.ts';
import { asActedOn } from '../directory/visibility.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { AuthorityRules } from '../role/authority.ts';
import { requireLevel } from '../role/authority.ts';
import type { RolesForMember } from '../role/roles-for-member.ts';
import type { EmailLinks, IssuedLink } from './email-links.ts';
import type { MailedLink, MailLink } from './link-mail.ts';

/** Somebody to bring into a tenant. */
export interface Invite extends Omit<NewUser, 'tenantId'> {
  /** Null is the tenant that the caller acts in. */
  tenantId: string | null;
  skipMail: boolean;
}

/** Who is in the tenant now, or will be after accepting. */
export interface Invited {
  user: User;
  tenantId: string;
}

interface Needs {
  store: Pick<Store, 'roles' | 'users' | 'transact'>;
  clock: Clock;
  delivery: Delivery;
  newUsers: NewUsers;
  rolesForMember: RolesForMember;
  authority: AuthorityRules;
  userLookup: UserLookup;
  attempts: Pick<Attempts, 'takeAnonymousSend'>;
  emailLinks: EmailLinks;
  mailLink: MailLink;
  membershipEnd: MembershipEnd;
  outbox: Outbox;
  audit: Audit;
}

/** Errors of each use case. */
export const invitationErrors = {
  invite: [
    ...['INVALID_INPUT', 'TENANT_NOT_FOUND', 'TENANT_HEADER_REQUIRED', 'ROLE_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW'],
    ...['USER_EXISTS', 'EMAIL_UNAVAILABLE', 'RATE_LIMITED'],
  ],
  resend: ['USER_NOT_FOUND', 'TENANT_NOT_FOUND', 'TENANT_HEADER_REQUIRED', 'EMAIL_UNAVAILABLE', 'RATE_LIMITED'],
  requestAgain: ['EMAIL_UNAVAILABLE', 'RATE_LIMITED'],
  accept: ['INVALID_TOKEN', 'RATE_LIMITED', 'ACCOUNT_LOCKED'],
} as const;

/**
 * Creates the service that brings people into tenants. An operator adds whom they want. A user of the tenant invites: whoever has an account
 * already joins only by accepting, so that nobody is put under the policies of a tenant, or finds strangers in their account, without a say.
 */
export function createInvitations(needs: Needs) {
  const { store, clock, delivery, newUsers, rolesForMember, authority, userLookup, attempts, emailLinks, mailLink, membershipEnd, outbox, audit } =
    needs;
  const { withAuthority, tenantOf } = authority;

  /** Returns the links that the user waits for: in one tenant, or with null in all of them. */
  const linksFor = (user: User, memberships: readonly Membership[], tenantId: string | null): MailedLink[] => {
    const concerned = memberships.filter((membership) => tenantId === null || membership.tenantId === tenantId);
    const invitations = concerned
      .filter(({ pending }) => pending)
      .map((membership) => ({ purpose: 'INVITATION' as const, tenantId: membership.tenantId }));
    const joined = concerned.find(({ pending }) => !pending);
    return user.verified || joined === undefined ? invitations : [{ purpose: 'ACTIVATION', tenantId: joined.tenantId }, ...invitations];
  };

  const requireMail = (): void => {
    if (!delivery.email.available) fail('EMAIL_UNAVAILABLE', delivery.email.reason);
  };

  return useCases(audit, 'REQUEST_REFUSED', invitationErrors, {
    /**
     * Brings somebody into a tenant: creates the user, adds one who exists, or invites one. Who was invited before, or has not activated the
     * account, gets the mail again. An environment token that wants no mail vouches for the address. A user sets no password for others: it
     * could be known to the inviter when the account is used in another tenant later.
     */
    async invite(caller: Caller, { tenantId: named, skipMail, expiresInSeconds, ...input }: Invite): Promise<Invited> {
      const byUser = requirePermission(caller.actor, writeUsers).kind === 'USER';
      if (byUser && input.password !== null) refuseField('password', 'password is not allowed here');
      if (byUser && !skipMail) requireMail();
      const mails = !skipMail && delivery.email.available;
      const address = normalizeEmail(input.email);
      const known = await store.users.findByEmail(address);
      if (known?.emailNormalized === address && mails && byUser) await attempts.takeAnonymousSend('INVITATION', known.id);
      const fields = byUser ? { ...input, externalId: null, vendorMetadata: null, mfaBypass: false } : input;
      const draft = known === null ? await newUsers.draft(fields) : null;
      const invited = await withAuthority(
        caller,
        writeUsers,
        async (by) => {
          const tenantId = await tenantOf(by, named);
          const roleIds = await rolesForMember(tenantId, input.roleIds);
          if (input.roleIds.length > 0) for (const { level } of await store.roles.findMany(roleIds)) requireLevel(by, level);
          const expiresAt = await membershipEnd(expiresInSeconds);
          const user = await store.users.findByEmail(address);
          // Another address of a user would tell the inviter the primary one, and that both belong to one person.
          if (byUser && user !== null && user.emailNormalized !== address) fail('USER_EXISTS');
          if (user === null) {
            const added = draft && (await newUsers.add(caller, draft, { tenantId, roleIds, verified: !byUser && skipMail, expiresAt }));
            if (!added) fail('UNAVAILABLE', 'the user vanished while joining');
            if (mails) await mailLink(caller, added, { purpose: 'ACTIVATION', tenantId });
            return { user: added, tenantId };
          }
          const membership = (await store.users.memberships([user.id])).find((one) => one.tenantId === tenantId);
          if (membership === undefined) {
            await store.users.addMembership({ userId: user.id, tenantId, roleIds, createdAt: clock.now(), pending: byUser, expiresAt });
            await audit(byUser ? 'INVITATION_CREATED' : 'USER_JOINED_TENANT', caller, { userId: user.id, tenantId });
            if (byUser && mails) await mailLink(caller, user, { purpose: 'INVITATION', tenantId });
            return { user, tenantId };
          }
          if (!byUser && (await store.users.acceptMembership(user.id, tenantId))) {
            await audit('USER_JOINED_TENANT', caller, { userId: user.id, tenantId });
            return { user, tenantId };
          }
          const [link] = linksFor(user, [membership], tenantId);
          if (!byUser || link === undefined) fail('USER_EXISTS');
          if (mails) await mailLink(caller, user, link);
          return { user, tenantId };
        },
        'NO_RECENT_FACTOR',
      );
      outbox.wake();
      return { ...invited, user: await asActedOn(store, caller.actor, invited.user) };
    },

    /**
     * Mails the links again that somebody waits for in the tenant in force, or in all tenants. An environment token gets the newest link as
     * well; a user does not learn whether there was anybody to mail to. Errors: `USER_NOT_FOUND` for an environment token alone.
     */
    async resend(caller: Caller, { named, everywhere }: { named: UserName; everywhere: boolean }): Promise<(IssuedLink & { userId: string }) | null> {
      const actor = requirePermission(caller.actor, resendActivationEmail);
      const tenantId = await tenantOf({ tenantId: actor.tenantId, rights: null }, null);
      requireMail();
      const user =
        'email' in named ? await store.users.findByEmail(normalizeEmail(named.email)) : ((await store.users.findMany([named.userId]))[0] ?? null);
      // A user may mail to people of the own tenant alone, and uses up the messages of nobody else.
      const scope = everywhere && actor.kind === 'ENVIRONMENT' ? null : tenantId;
      const concerned = await store.users.memberships([user?.id ?? '']);
      if (user === null || !concerned.some((membership) => scope === null || membership.tenantId === scope)) {
        return actor.kind === 'ENVIRONMENT' ? fail('USER_NOT_FOUND') : null;
      }
      await attempts.takeAnonymousSend('INVITATION', user.id);
      const newest = await store.transact({ user: user.id }, async () => {
        let last: IssuedLink | null = null;
        for (const link of user.locked ? [] : linksFor(user, await store.users.memberships([user.id]), scope))
          last = await mailLink(caller, user, link);
        return last === null ? null : { ...(last as IssuedLink), userId: user.id };
      });
      outbox.wake();
      return actor.kind === 'ENVIRONMENT' ? (newest ?? fail('USER_NOT_FOUND')) : null;
    },

    /** Mails the links again that somebody waits for, to whoever asks. An address that waits for none gets the same answer after the same work. */
    async requestAgain(caller: Caller, { email }: { email: string }): Promise<void> {
      requireMail();
      const { subject } = await userLookup.find({ email });
      await attempts.takeAnonymousSend('INVITATION', subject);
      const stranger = { ...caller, actor: nobody };
      await store.transact({ subject }, async () => {
        const user = await store.users.findByEmail(normalizeEmail(email));
        const memberships = await store.users.memberships([user?.id ?? '']);
        const links = user === null || user.locked ? [] : linksFor(user, memberships, null);
        if (user !== null && links.length > 0) {
          for (const link of links) await mailLink(stranger, user, link);
          return;
        }
        const { link, lifetimeSeconds } = await emailLinks.issue('INVITATION', { subject, userId: null });
        const { address, requestId } = caller.origin;
        const cause = { userId: subject, tenantId: null, strategy: null, origin: { address, requestId } };
        await outbox.addForNobody({ template: 'INVITATION', to: email, link, lifetimeSeconds }, cause);
      });
      outbox.wake();
    },

    /** Accepts an invitation by its link. The user is a member of the tenant then and logs in as usual. A link works once. */
    async accept(caller: Caller, { userId, token }: { userId: string; token: string }): Promise<void> {
      const presented = await emailLinks.present(caller, 'INVITATION', { userId, token });
      await store.transact('SETTINGS', async () => {
        const { id } = await presented.spend();
        const tenantId = presented.tenantId ?? fail('INVALID_TOKEN');
        if (!(await store.users.acceptMembership(id, tenantId))) fail('INVALID_TOKEN');
        await audit('INVITATION_ACCEPTED', caller, { userId: id, tenantId });
      });
    },
  });
}
