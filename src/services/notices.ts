import type { NoticeTemplate } from '../domain/outbox/message.ts';
import type { Delivery } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';
import type { Outbox } from './outbox.ts';

export type Notices = ReturnType<typeof createNotices>;

/** Tells users what happened to their account, so that somebody else's doing shows (NIST 800-63B-4 §4.6). */
export function createNotices({ store, delivery, outbox }: { store: Pick<Store, 'users'>; delivery: Delivery; outbox: Outbox }) {
  return {
    /** Part of the caller's transaction. Only to a verified address, and only where e-mail can be sent at all. */
    async add(userId: string, template: NoticeTemplate): Promise<void> {
      const [user] = await store.users.findMany([userId]);
      if (user?.verified && delivery.email.available) await outbox.add({ template, to: user.email });
    },

    /** To be called after commit. */
    wake: outbox.wake,
  };
}
