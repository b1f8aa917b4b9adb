import type { Actor, Caller } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { InvitationLinkFilter } from '../../domain/invitation/invitation-link.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock, Delivery } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireOwner, requirePermission, requireSomebody, writeTenantInvites } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';
import type { LinkShowing, ShownLink } from './link-showing.ts';

/** Whether there are links, and whether their owners can be told by mail of those who join. */
export interface InvitationConfiguration {
  allowed: boolean;
  mailed: boolean;
}

interface Needs {
  store: Pick<Store, 'environment' | 'invitationLinks'>;
  clock: Clock;
  delivery: Delivery;
  showing: LinkShowing;
  audit: Audit;
}

/** Creates the reads of links. A user reads no link but their own, and an environment token those of the tenant in force, or all. */
export function createLinkReading({ store, clock, delivery, showing, audit }: Needs) {
  /** Returns which links the actor may read. */
  const readableBy = (actor: Actor): InvitationLinkFilter => {
    const somebody = requirePermission(actor, writeTenantInvites);
    if (somebody.kind !== 'ENVIRONMENT') return requireOwner(somebody);
    return somebody.tenantId === null ? {} : { tenantId: somebody.tenantId };
  };

  return reads(audit, {
    /** Returns the own link of a member in the tenant in force: of the user who calls, or of the one whom an environment token names. */
    async ofMember({ actor }: Caller, { userId: named }: { userId: string | null }): Promise<ShownLink | null> {
      const { tenantId = fail('TENANT_HEADER_REQUIRED'), userId = named ?? '' } = readableBy(actor);
      const link = await store.invitationLinks.findOf(tenantId, userId, clock.now());
      return link === null ? null : showing.show(link);
    },

    /** Returns all that the caller may read, oldest first. */
    all: async ({ actor }: Caller): Promise<ShownLink[]> => showing.showAll(await store.invitationLinks.all(readableBy(actor), clock.now())),

    /** Returns a page of those that the caller may read, oldest first. */
    async list({ actor }: Caller, { page }: { page: PageRequest }): Promise<Page<ShownLink>> {
      const { items, hasMore } = await store.invitationLinks.list(readableBy(actor), page, clock.now());
      return { items: await showing.showAll(items), hasMore };
    },

    /** Returns how many the caller may read. */
    count: async ({ actor }: Caller): Promise<number> => store.invitationLinks.count(readableBy(actor), clock.now()),

    /** Returns those of the links that the caller may read. The others are left out, as if they did not exist. */
    async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<ShownLink[]> {
      const { tenantId, userId } = readableBy(actor);
      const found = await store.invitationLinks.findMany(ids, clock.now());
      return showing.showAll(
        found.filter((link) => (tenantId === undefined || link.tenantId === tenantId) && (userId === undefined || link.userId === userId)),
      );
    },

    /** Returns what portals ask before they offer links. */
    async configuration({ actor }: Caller): Promise<InvitationConfiguration> {
      requireSomebody(actor);
      return { allowed: (await store.environment.find())?.allowTenantInvitations === true, mailed: delivery.email.available };
    },
  });
}
