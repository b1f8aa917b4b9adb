import type { Caller } from '../../domain/access/actor.ts';
import { nobody } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Store } from '../../domain/store.ts';
import { requirePermission, resendActivationEmail } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { UserLookup, UserName } from '../directory/user-lookup.ts';
import { asActedOn } from '../directory/visibility.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { AuthorityRules } from '../role/authority.ts';
import type { EmailLinks, IssuedLink, ReturnedLink } from './email-links.ts';
import type { Invite, Invited, Inviting } from './inviting.ts';
import { invitingErrors, linksFor } from './inviting.ts';
import type { MailLink } from './link-mail.ts';

interface Needs {
  store: Pick<Store, 'users' | 'transact'>;
  inviting: Inviting;
  authority: Pick<AuthorityRules, 'tenantOf'>;
  userLookup: UserLookup;
  attempts: Pick<Attempts, 'takeAnonymousSend'>;
  emailLinks: EmailLinks;
  mailLink: MailLink;
  outbox: Outbox;
  audit: Audit;
}

/** Errors of each use case. */
export const invitationErrors = {
  invite: invitingErrors,
  resend: ['USER_NOT_FOUND', 'TENANT_NOT_FOUND', 'TENANT_HEADER_REQUIRED', 'EMAIL_UNAVAILABLE', 'RATE_LIMITED'],
  requestAgain: ['EMAIL_UNAVAILABLE', 'RATE_LIMITED'],
  accept: ['INVALID_TOKEN', 'INVALID_CODE', 'RATE_LIMITED', 'ACCOUNT_LOCKED'],
  needsCode: ['INVALID_TOKEN', 'RATE_LIMITED'],
} as const;

/** Creates the service that brings people into tenants, mails links again and accepts invitations. */
export function createInvitations(needs: Needs) {
  const { store, inviting, authority, userLookup, attempts, emailLinks, mailLink, outbox, audit } = needs;
  const { tenantOf } = authority;
  const { requireMail } = inviting;

  return useCases(audit, 'REQUEST_REFUSED', invitationErrors, {
    /** Brings somebody into a tenant, as `inviting.ts` says. Returns the user as the caller may read them. */
    async invite(caller: Caller, invite: Invite): Promise<Invited> {
      const { user, tenantId } = await inviting.invite(caller, invite);
      outbox.wake();
      return { tenantId, user: await asActedOn(store, caller.actor, user) };
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

    /** Returns whether an invitation asks for the code that was mailed with its link. The link stays valid. */
    needsCode: (caller: Caller, link: { userId: string; token: string }): Promise<boolean> => emailLinks.needsCode(caller, 'INVITATION', link),

    /**
     * Accepts an invitation by its link, and by its code where it has one.
     * The user is a member of the tenant then and logs in as usual. A link works once.
     */
    async accept(caller: Caller, returned: ReturnedLink): Promise<void> {
      const presented = await emailLinks.presentReturned(caller, 'INVITATION', returned);
      await store.transact('SETTINGS', async () => {
        const { id } = await presented.spend();
        const tenantId = presented.tenantId ?? fail('INVALID_TOKEN');
        if (!(await store.users.acceptMembership(id, tenantId))) fail('INVALID_TOKEN');
        await audit('INVITATION_ACCEPTED', caller, { userId: id, tenantId });
      });
    },
  });
}
