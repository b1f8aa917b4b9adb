import { nobody } from '../../domain/access/actor.ts';
import { faultOf } from '../../domain/fault.ts';
import { readMailbox } from '../../domain/messaging/mailbox.ts';
import type { Channel, Message, MessageCause } from '../../domain/messaging/message.ts';
import { channelOf, channels, DeliveryFailure, longestRetrySeconds } from '../../domain/messaging/message.ts';
import type { Clock, Delivery, Keyring, Log, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { createWorker } from '../worker.ts';

/** Seconds to wait before each retry. After the last one a message is given up, because its code has expired by then. */
const retryAfterSeconds = [5, 15, 60, 180];
/** How many seconds a message belongs to the process that claimed it. That is longer than a provider may take for one delivery. */
const leaseSeconds = 60;
/** Messages that one statement claims. */
const batchSize = 10;
const pollMilliseconds = 2_000;
/** How long `stop` waits for deliveries under way. */
const stopMilliseconds = 2_000;

interface Needs {
  store: Pick<Store, 'outbox' | 'environment' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  delivery: Delivery;
  audit: Audit;
  log: Log;
}

/** The content of an entry's `sealed`. */
interface Sealed {
  message: Message;
  /** Null in messages that earlier releases queued. */
  cause: MessageCause | null;
}

/** The service that `createOutbox` creates. */
export type Outbox = ReturnType<typeof createOutbox>;

const place = (id: string) => ({ table: 'outbox', row: id, column: 'sealed' });

/** Creates the outbox. It queues messages as rows of the transaction that caused them, and sends each at least once after the commit. */
export function createOutbox({ store, clock, random, keyring, delivery, audit, log }: Needs) {
  let abandoned = false;

  type Entry = Awaited<ReturnType<typeof store.outbox.claimDue>>[number];

  const unseal = ({ id, sealed }: Entry): Sealed => {
    const kept = JSON.parse(new TextDecoder().decode(keyring.open(sealed, place(id)))) as Sealed | Message;
    // Earlier releases sealed a message without a cause, and such a message may still wait when this release is installed.
    return 'message' in kept ? kept : { message: kept, cause: null };
  };

  const failed = async ({ id, attempts, createdAt }: Entry, error: unknown, kept: Sealed | null): Promise<void> => {
    const failure = error instanceof DeliveryFailure ? error : null;
    const failedAt = clock.now();
    const wait = failure?.final ? undefined : retryAfterSeconds[attempts - 1];
    const next =
      wait === undefined
        ? null
        : new Date(failedAt.getTime() + Math.min(Math.max(wait, failure?.retryAfterSeconds ?? 0), longestRetrySeconds) * 1000);
    const retryAt = next !== null && next < endOf(createdAt, kept) ? next : null;
    log.warn({ outboxId: id, attempt: attempts, givenUp: retryAt === null, ...faultOf(error) }, 'a message was not delivered');
    const cause = kept?.cause ?? null;
    await store.transact('NOTHING', async () => {
      // False if the lease ended and another process has delivered the message or given it up. Its outcome then holds.
      if (!(await store.outbox.markFailed(id, retryAt, failedAt)) || retryAt !== null || cause === null) return;
      const { origin, ...whom } = cause;
      // The text of an error other than `DeliveryFailure` may contain the recipient, so it is not stored.
      await audit(
        'MESSAGE_GIVEN_UP',
        { actor: nobody, origin: { ...origin, userAgent: '' } },
        { ...whom, reason: failure === null ? 'NOT_DELIVERED' : failure.message },
      );
    });
  };

  const deliverOne = async (entry: Entry, sender: string | null): Promise<void> => {
    let kept: Sealed | null = null;
    try {
      kept = unseal(entry);
      await delivery.send(kept.message, sender, entry.id);
    } catch (error) {
      return abandoned ? undefined : failed(entry, error, kept);
    }
    if (abandoned) return;
    await store.outbox.markSent(entry.id, clock.now());
  };

  /** Returns the sender that the operator configured. Null for the default of the delivery. */
  const configuredSender = async (): Promise<string | null> => {
    const sender = (await store.environment.find())?.mfaConfiguration.email.sender ?? '';
    if (sender === '' || readMailbox(sender) !== null) return sender === '' ? null : sender;
    // An earlier release may have stored it. Without this, no mail would leave any more.
    log.warn({}, 'the configured sender of e-mail is no e-mail address, so MAIL_FROM is used');
    return null;
  };

  const deliver = async (channel: Channel): Promise<number> => {
    const now = clock.now();
    const due = await store.outbox.claimDue(channel, now, new Date(now.getTime() + leaseSeconds * 1000), batchSize);
    if (due.length === 0) return 0;
    const sender = await configuredSender();
    // All at once, because ten slow deliveries one after the other would outlast the lease, and another process would send them
    // again.
    const outcomes = await Promise.allSettled(due.map((entry) => deliverOne(entry, sender)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return due.length;
  };

  const workers = channels.map((channel) =>
    createWorker({
      everyMilliseconds: pollMilliseconds,
      doSome: async () => (await deliver(channel)) === batchSize,
      onFailure: (error) => log.error({ channel, ...faultOf(error) }, 'the outbox could not be read'),
    }),
  );

  return {
    /**
     * Queues a message. Runs in the caller's transaction. The message is sealed because it carries a code. If the message is given
     * up, an event names its cause.
     */
    async add(message: Message, cause: MessageCause): Promise<void> {
      const id = random.uuid();
      const sealed = keyring.seal(new TextEncoder().encode(JSON.stringify({ message, cause } satisfies Sealed)), place(id));
      await store.outbox.add({ id, channel: channelOf(message), userId: cause.userId, sealed, attempts: 0, createdAt: clock.now() });
    },

    /**
     * Does for nobody what `add` does for a message: seals it and stores a row of the same size, which is never sent and says nothing.
     * An unknown address then costs the same statements as a known one, so that the time reveals nothing.
     */
    async addForNobody(message: Message, cause: MessageCause): Promise<void> {
      const id = random.uuid();
      const { length } = new TextEncoder().encode(JSON.stringify({ message, cause } satisfies Sealed));
      const sealed = keyring.seal(new Uint8Array(length), place(id));
      const now = clock.now();
      await store.outbox.add({ id, channel: channelOf(message), userId: cause.userId, sealed, attempts: 0, createdAt: now }, now);
    },

    /** Sends everything that is due and returns once each message was tried. */
    async flush(): Promise<void> {
      await Promise.all(workers.map((worker) => worker.run()));
    },

    /**
     * Sends what is due in the background and returns at once. Called after the commit. It begins after the answer was sent, because
     * a delivery that delays the answer would reveal that there is somebody to deliver to.
     */
    wake(): void {
      for (const worker of workers) worker.wake();
    },

    /** Starts to look at regular intervals for messages that are due. */
    start(): void {
      for (const worker of workers) worker.start();
    },

    /**
     * Stops looking and waits two seconds for the deliveries under way. A provider that does not answer must not keep the process:
     * its messages stay in the queue, and after their lease another process or the next start sends them.
     */
    async stop(): Promise<void> {
      let patience: NodeJS.Timeout | undefined;
      const waited = new Promise<void>((resolve) => {
        patience = setTimeout(resolve, stopMilliseconds);
      });
      await Promise.race([Promise.all(workers.map((worker) => worker.stop())), waited]);
      clearTimeout(patience);
      // The store closes next, so an outcome that comes later must not be written.
      abandoned = true;
    },
  };
}

/** Returns when the code of a message expires, after which the message is not worth sending. A message without a code does not expire. */
const endOf = (createdAt: Date, kept: Sealed | null): Date =>
  kept !== null && 'lifetimeSeconds' in kept.message ? new Date(createdAt.getTime() + kept.message.lifetimeSeconds * 1000) : new Date(8.64e15);
