import type { Message } from '../domain/outbox/message.ts';
import type { Clock, Delivery, Keyring, Log, Random } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';

/** Seconds between tries; after the last one a message is given up, by then its code has expired. */
const retryAfterSeconds = [5, 15, 60, 180];
const leaseSeconds = 60;
const batchSize = 20;
const pollMilliseconds = 2_000;

interface Needs {
  store: Pick<Store, 'outbox' | 'environment'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  delivery: Delivery;
  log: Log;
}

export type Outbox = ReturnType<typeof createOutbox>;

const place = (id: string) => ({ table: 'outbox', row: id, column: 'sealed' });

/** Messages are rows of the transaction that caused them and leave after commit, at least once. */
export function createOutbox({ store, clock, random, keyring, delivery, log }: Needs) {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;

  const deliver = async (): Promise<number> => {
    const now = clock.now();
    const due = await store.outbox.claimDue(now, new Date(now.getTime() + leaseSeconds * 1000), batchSize);
    if (due.length === 0) return 0;
    const sender = (await store.environment.find())?.mfaConfiguration.email.sender;
    for (const entry of due) {
      try {
        const message = JSON.parse(new TextDecoder().decode(keyring.open(entry.sealed, place(entry.id)))) as Message;
        await delivery.send(message, sender === undefined || sender === '' ? null : sender);
        await store.outbox.markSent(entry.id, clock.now());
      } catch (error) {
        const wait = retryAfterSeconds[entry.attempts - 1];
        const failedAt = clock.now();
        log.warn(
          { outboxId: entry.id, attempt: entry.attempts, givenUp: wait === undefined, reason: reasonOf(error) },
          'a message was not delivered',
        );
        await store.outbox.markFailed(entry.id, wait === undefined ? null : new Date(failedAt.getTime() + wait * 1000), failedAt);
      }
    }
    return due.length;
  };

  const drain = async (): Promise<void> => {
    do {
      again = false;
      while ((await deliver()) === batchSize);
    } while (again);
  };

  /** Sends everything due; one run at a time, a call meanwhile makes it look once more. */
  const flush = (): Promise<void> => {
    again = true;
    running ??= drain().finally(() => {
      running = undefined;
    });
    return running;
  };

  const flushQuietly = (): void => {
    flush().catch((error: unknown) => log.error({ reason: reasonOf(error) }, 'the outbox could not be read'));
  };

  return {
    /** Part of the caller's transaction. Sealed, because messages carry codes. */
    async add(message: Message): Promise<void> {
      const id = random.uuid();
      const sealed = keyring.seal(new TextEncoder().encode(JSON.stringify(message)), place(id));
      await store.outbox.add({ id, sealed, attempts: 0, createdAt: clock.now() });
    },

    flush,
    /** To be called after commit; returns at once. */
    wake: flushQuietly,

    start(): void {
      timer = setInterval(flushQuietly, pollMilliseconds);
      timer.unref();
    },

    async stop(): Promise<void> {
      clearInterval(timer);
      await running?.catch(() => undefined);
    },
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
