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

export type SecurityNotices = ReturnType<typeof createSecurityNotices>;

/** Tells users by e-mail what happened to their accounts. */
export function createSecurityNotices({ store, clock, delivery, outbox }: Needs) {
  return {
    /**
     * Part of the caller's transaction, so that no crash loses the message and no change that is rolled back is told. Queues a
     * message, but only to a verified address and where mail can be sent: nobody would ever collect what is queued elsewhere.
     */
    async notify(userId: string, kind: NoticeKind, strategy: StrategyName | null = null): Promise<void> {
      if (!delivery.email.available) return;
      const [user] = await store.users.findMany([userId]);
      if (user === undefined || !user.verified) return;
      const service = (await store.environment.find())?.name ?? '';
      const message: NoticeMessage = { template: 'NOTICE', kind, to: user.email, service, strategy, at: clock.now().toISOString() };
      await outbox.add(message);
    },

    /** Sends what is due in the background. To be called after commit; returns at once. */
    wake: outbox.wake,
  };
}
