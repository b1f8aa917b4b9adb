import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
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

/** The service that `createSecurityNotices` creates. */
export type SecurityNotices = ReturnType<typeof createSecurityNotices>;

/** Creates the service that tells users by e-mail what happened to their accounts. */
export function createSecurityNotices({ store, clock, delivery, outbox }: Needs) {
  /**
   * Returns the user, or null if there is no message about what happened to the account: to an unverified address, nor while the
   * deployment cannot send mail, because it would stay in the queue forever.
   */
  const reachable = async (userId: string): Promise<User | null> => {
    if (!delivery.email.available) return null;
    const [user] = await store.users.findMany([userId]);
    return user?.verified ? user : null;
  };

  return {
    reachable,

    /**
     * Queues a message to the user, if they are reachable. Runs in the caller's transaction, so that no crash loses the message and
     * no change that is rolled back is reported. `at` is the time that the message is about. Returns whether a message was queued.
     */
    async notify(
      { actor, origin }: Caller,
      userId: string,
      kind: NoticeKind,
      strategy: StrategyName | null = null,
      at: Date = clock.now(),
    ): Promise<boolean> {
      const user = await reachable(userId);
      if (user === null) return false;
      const service = (await store.environment.find())?.name ?? '';
      const message: NoticeMessage = { template: 'NOTICE', kind, to: user.email, service, strategy, at: at.toISOString() };
      const tenantId = actor.kind === 'NOBODY' ? null : actor.tenantId;
      await outbox.add(message, { userId, tenantId, strategy, origin: { address: origin.address, requestId: origin.requestId } });
      return true;
    },

    /** Sends what is due in the background and returns at once. Called after the commit. */
    wake: outbox.wake,
  };
}
