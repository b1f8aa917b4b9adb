import { nobody } from '../../domain/access/actor.ts';
import type { Channel, Message, MessageCause } from '../../domain/messaging/message.ts';
import { channelOf, channels, DeliveryFailure } from '../../domain/messaging/message.ts';
import type { Clock, Delivery, Keyring, Log, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';

/** Seconds to wait before each retry. After the last one a message is given up, because its code has expired by then. */
const retryAfterSeconds = [5, 15, 60, 180];
/** How many seconds a message belongs to the process that claimed it. That is longer than a provider may take for one delivery. */
const leaseSeconds = 60;
/** Messages that one statement claims. */
const batchSize = 10;
const pollMilliseconds = 2_000;

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
  cause: MessageCause | null;
}

/** The service that `createOutbox` creates. */
export type Outbox = ReturnType<typeof createOutbox>;

const place = (id: string) => ({ table: 'outbox', row: id, column: 'sealed' });

/** Creates the outbox. It queues messages as rows of the transaction that caused them, and sends each at least once after the commit. */
export function createOutbox({ store, clock, random, keyring, delivery, audit, log }: Needs) {
  let timer: NodeJS.Timeout | undefined;
  const running = new Map<Channel, Promise<void>>();
  const again = new Set<Channel>();

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
    const next = wait === undefined ? null : new Date(failedAt.getTime() + Math.max(wait, failure?.retryAfterSeconds ?? 0) * 1000);
    const retryAt = next !== null && next < endOf(createdAt, kept) ? next : null;
    const reason = reasonOf(error);
    log.warn({ outboxId: id, attempt: attempts, givenUp: retryAt === null, reason }, 'a message was not delivered');
    const cause = kept?.cause ?? null;
    await store.transact('NOTHING', async () => {
      // False if the lease ended and another process has delivered the message or given it up. Its outcome then holds.
      if (!(await store.outbox.markFailed(id, retryAt, failedAt)) || retryAt !== null || cause === null) return;
      const { origin, ...whom } = cause;
      // The text of an error other than `DeliveryFailure` may contain the recipient, so it is not stored.
      await audit(
        'MESSAGE_GIVEN_UP',
        { actor: nobody, origin: { ...origin, userAgent: '' } },
        { ...whom, reason: failure === null ? 'NOT_DELIVERED' : reason },
      );
    });
  };

  const deliverOne = async (entry: Entry, sender: string | null): Promise<void> => {
    let kept: Sealed | null = null;
    try {
      kept = unseal(entry);
      await delivery.send(kept.message, sender, entry.id);
    } catch (error) {
      return failed(entry, error, kept);
    }
    await store.outbox.markSent(entry.id, clock.now());
  };

  const deliver = async (channel: Channel): Promise<number> => {
    const now = clock.now();
    const due = await store.outbox.claimDue(channel, now, new Date(now.getTime() + leaseSeconds * 1000), batchSize);
    if (due.length === 0) return 0;
    const sender = (await store.environment.find())?.mfaConfiguration.email.sender;
    // All at once, because ten slow deliveries one after the other would outlast the lease, and another process would send them
    // again.
    const outcomes = await Promise.allSettled(due.map((entry) => deliverOne(entry, sender === undefined || sender === '' ? null : sender)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return due.length;
  };

  const drain = async (channel: Channel): Promise<void> => {
    do {
      again.delete(channel);
      while ((await deliver(channel)) === batchSize);
    } while (again.has(channel));
  };

  /** Sends everything of a channel that is due. Only one run is under way at a time; a call during a run makes it look once more. */
  const flushOne = (channel: Channel): Promise<void> => {
    again.add(channel);
    const run = running.get(channel) ?? drain(channel).finally(() => running.delete(channel));
    running.set(channel, run);
    return run;
  };

  const flushQuietly = (): void => {
    for (const channel of channels) {
      flushOne(channel).catch((error: unknown) => log.error({ channel, reason: reasonOf(error) }, 'the outbox could not be read'));
    }
  };

  return {
    /**
     * Queues a message. Runs in the caller's transaction. The message is sealed because it carries a code. With a `cause`, an event
     * records if the message is given up.
     */
    async add(message: Message, cause: MessageCause | null = null): Promise<void> {
      const id = random.uuid();
      const sealed = keyring.seal(new TextEncoder().encode(JSON.stringify({ message, cause } satisfies Sealed)), place(id));
      await store.outbox.add({ id, channel: channelOf(message), sealed, attempts: 0, createdAt: clock.now() });
    },

    /** Sends everything that is due and returns once each message was tried. */
    async flush(): Promise<void> {
      await Promise.all(channels.map(flushOne));
    },

    /** Sends what is due in the background and returns at once. Called after the commit. */
    wake: flushQuietly,

    /** Starts to look at regular intervals for messages that are due. */
    start(): void {
      timer = setInterval(flushQuietly, pollMilliseconds);
      timer.unref();
    },

    /** Stops looking and waits for the runs under way. */
    async stop(): Promise<void> {
      clearInterval(timer);
      await Promise.allSettled(running.values());
    },
  };
}

/** Returns when the code of a message expires, after which the message is not worth sending. A message without a code does not expire. */
const endOf = (createdAt: Date, kept: Sealed | null): Date =>
  kept !== null && 'lifetimeSeconds' in kept.message ? new Date(createdAt.getTime() + kept.message.lifetimeSeconds * 1000) : new Date(8.64e15);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
