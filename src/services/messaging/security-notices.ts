import type { NoticeKind, NoticeMessage } from '../../domain/messaging/message.ts';
import type { Clock, Delivery } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Outbox } from './outbox.ts';

interface Needs {
  store: Pick<Store, 'environment' | 'users'>;
  clock: Clock;
  delivery: Delivery;
  outbox: Outbox;
}

export type Notifications = ReturnType<typeof createNotifications>;

/** Tells people what happened to their accounts. */
export function createNotifications({ store, clock, delivery, outbox }: Needs) {
  return {
    /**
     * Part of the caller's transaction: the message is lost by no crash, and a change that is rolled back is not told.
     * Only to a verified address, and only where mail can be sent: nobody would ever collect what is queued elsewhere.
     */
    async notify(userId: string, kind: NoticeKind, strategy: StrategyName | null = null): Promise<void> {
      if (!delivery.email.available) return;
      const [user] = await store.users.findMany([userId]);
      if (user === undefined || !user.verified) return;
      const service = (await store.environment.find())?.name ?? '';
      const message: NoticeMessage = { template: 'NOTICE', kind, to: user.email, service, strategy, at: clock.now().toISOString() };
      await outbox.add(message);
    },

    /** To be called after commit; returns at once. */
    wake: outbox.wake,
  };
}
