import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import type { Store } from '../../domain/store.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { EmailLinks, IssuedLink } from './email-links.ts';

/** A link to mail: to activate an account, to accept an invitation to a tenant, or to end a lock of the lockout policy. */
export interface MailedLink {
  purpose: 'ACTIVATION' | 'INVITATION' | 'UNLOCK';
  tenantId: string;
}

/**
 * Makes a link and queues the mail with it. An earlier link of its kind becomes invalid.
 * Runs in the caller's transaction, and the caller wakes the outbox.
 */
export type MailLink = (caller: Caller, user: Pick<User, 'id' | 'email'>, link: MailedLink) => Promise<IssuedLink>;

/** Creates `MailLink`. */
export const createLinkMail =
  ({ store, emailLinks, outbox }: { store: Pick<Store, 'environment'>; emailLinks: EmailLinks; outbox: Outbox }): MailLink =>
  async ({ origin }, { id: userId, email }, { purpose, tenantId }) => {
    // Invitations to several tenants are valid at the same time.
    const asked = purpose === 'UNLOCK' ? null : (await store.environment.mailStrategies())[purpose];
    const codeLifetimeSeconds = asked?.strategy === 'CODE' ? asked.codeLifetimeSeconds : null;
    const issued = await (purpose === 'INVITATION'
      ? emailLinks.issue(purpose, { subject: `${userId} ${tenantId}`, userId, tenantId, codeLifetimeSeconds })
      : emailLinks.issue(purpose, { subject: userId, userId, codeLifetimeSeconds }));
    const { link, code, lifetimeSeconds } = issued;
    const { address, requestId } = origin;
    await outbox.add(
      { template: purpose, to: email, link, linkCode: code, lifetimeSeconds },
      { userId, tenantId, strategy: null, origin: { address, requestId } },
    );
    return issued;
  };
