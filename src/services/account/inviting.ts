import type { Caller } from '../../domain/access/actor.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Clock, Delivery } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requirePermission, writeUsers } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import type { MembershipEnd } from '../directory/membership-end.ts';
import { refuseField } from '../directory/metadata.ts';
import type { NewUser, NewUsers } from '../directory/new-users.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { AuthorityRules } from '../role/authority.ts';
import { requireLevel } from '../role/authority.ts';
import type { RolesForMember } from '../role/roles-for-member.ts';
import type { MailedLink, MailLink } from './link-mail.ts';

/** Somebody to bring into a tenant. */
export interface Invite extends Omit<NewUser, 'tenantId'> {
  /** Null is the tenant that the caller acts in. */
  tenantId: string | null;
  skipMail: boolean;
  /** Whether an environment token vouches for the address, so that no mail has to verify it. From a user it counts for nothing. */
  verified: boolean;
}

/** Who is in the tenant now, or will be after accepting. */
export interface Invited {
  user: User;
  tenantId: string;
}

interface Needs {
  store: Pick<Store, 'roles' | 'users'>;
  clock: Clock;
  delivery: Delivery;
  newUsers: NewUsers;
  rolesForMember: RolesForMember;
  authority: AuthorityRules;
  attempts: Pick<Attempts, 'takeAnonymousSend'>;
  mailLink: MailLink;
  membershipEnd: MembershipEnd;
  audit: Audit;
}

/** The rules that `createInviting` creates. */
export type Inviting = ReturnType<typeof createInviting>;

/** What an invitation is refused with. */
export const invitingErrors = [
  ...['INVALID_INPUT', 'TENANT_NOT_FOUND', 'TENANT_HEADER_REQUIRED', 'ROLE_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW'],
  ...['USER_EXISTS', 'EMAIL_UNAVAILABLE', 'RATE_LIMITED'],
] as const;

/** Returns the links that the user waits for: in one tenant, or with null in all of them. */
export function linksFor(user: User, memberships: readonly Membership[], tenantId: string | null): MailedLink[] {
  const concerned = memberships.filter((membership) => tenantId === null || membership.tenantId === tenantId);
  const invitations = concerned
    .filter(({ pending }) => pending)
    .map((membership) => ({ purpose: 'INVITATION' as const, tenantId: membership.tenantId }));
  const joined = concerned.find(({ pending }) => !pending);
  return user.verified || joined === undefined ? invitations : [{ purpose: 'ACTIVATION', tenantId: joined.tenantId }, ...invitations];
}

/**
 * Creates the one way to bring somebody into a tenant, for a single person and for many. An operator adds whom they want. A user of the
 * tenant invites: whoever has an account already joins only by accepting, so that nobody is put under the policies of a tenant, or finds
 * strangers in their account, without a say.
 */
export function createInviting(needs: Needs) {
  const { store, clock, delivery, newUsers, rolesForMember, authority, attempts, mailLink, membershipEnd, audit } = needs;
  const { withAuthority, tenantOf } = authority;

  /** Refuses mail that this deployment cannot send. Errors: `EMAIL_UNAVAILABLE`. */
  const requireMail = (): void => {
    if (!delivery.email.available) fail('EMAIL_UNAVAILABLE', delivery.email.reason);
  };

  /**
   * Refuses what the caller may not ask for, whoever is invited. A user sets no password for others: it could be known to the inviter
   * when the account is used in another tenant later. Errors: `INVALID_INPUT`, `EMAIL_UNAVAILABLE`.
   */
  const refuseForbidden = ({ actor }: Caller, { password, skipMail }: Pick<Invite, 'password' | 'skipMail'>): void => {
    if (actor.kind === 'ENVIRONMENT') return;
    if (password !== null) refuseField('password', 'password is not allowed here');
    if (!skipMail) requireMail();
  };

  return {
    requireMail,
    refuseForbidden,

    /**
     * Brings somebody into a tenant: creates the user, adds one who exists, or invites one. Who was invited before, or has not activated the
     * account, gets the mail again. An environment token that wants no mail vouches for the address. `before` runs first in the transaction,
     * which does nothing if it throws. The caller wakes the outbox.
     */
    async invite(
      caller: Caller,
      { tenantId: named, skipMail, verified, expiresInSeconds, ...input }: Invite,
      before: () => Promise<void> = async () => undefined,
    ): Promise<Invited> {
      const byUser = requirePermission(caller.actor, writeUsers).kind !== 'ENVIRONMENT';
      refuseForbidden(caller, { password: input.password, skipMail });
      const vouched = !byUser && (skipMail || verified);
      const mails = !skipMail && !vouched && delivery.email.available;
      const address = normalizeEmail(input.email);
      const known = await store.users.findByEmail(address);
      if (known?.emailNormalized === address && mails && byUser) await attempts.takeAnonymousSend('INVITATION', known.id);
      const fields = byUser ? { ...input, externalId: null, vendorMetadata: null, mfaBypass: false } : input;
      const draft =
        known === null ? await newUsers.draft(caller, fields, named ?? (caller.actor.kind === 'NOBODY' ? null : caller.actor.tenantId)) : null;
      return withAuthority(
        caller,
        writeUsers,
        async (by) => {
          await before();
          const tenantId = await tenantOf(by, named);
          const roleIds = await rolesForMember(tenantId, input.roleIds);
          if (input.roleIds.length > 0) for (const { level } of await store.roles.findMany(roleIds)) requireLevel(by, level);
          const expiresAt = await membershipEnd(expiresInSeconds);
          const user = await store.users.findByEmail(address);
          // Another address of a user would tell the inviter the primary one, and that both belong to one person.
          if (byUser && user !== null && user.emailNormalized !== address) fail('USER_EXISTS');
          if (user === null) {
            const added = draft && (await newUsers.add(caller, draft, { tenantId, roleIds, verified: vouched, expiresAt }));
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
    },
  };
}
