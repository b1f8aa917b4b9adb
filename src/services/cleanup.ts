import { maxDeviceLifeSeconds } from '../domain/device/remembered-device.ts';
import { faultOf } from '../domain/fault.ts';
import type { Clock, Log } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';
import type { SigningKeys } from './environment/signing-keys.ts';

const everyMilliseconds = 3_600_000;
/** How many seconds rows are kept past their end, so that a late request still learns what happened. */
const keptSeconds = 86_400;
/** How many events one statement removes, so that a trail of years does not keep other writers waiting. */
const eventsAtOnce = 500;

interface Needs {
  store: Pick<
    Store,
    'challenges' | 'rememberedDevices' | 'pendingEnrollments' | 'events' | 'oneTimeCodes' | 'fixedWindows' | 'sessions' | 'userTokens'
  >;
  clock: Clock;
  log: Log;
  signingKeys: SigningKeys;
  auditRetentionDays: number;
}

/** Creates the hourly removal of rows that have expired. Such rows decide nothing any more and would only fill the database. */
export function createCleanup({ store, clock, log, signingKeys, auditRetentionDays }: Needs) {
  let timer: NodeJS.Timeout | undefined;
  const ago = (seconds: number): Date => new Date(clock.now().getTime() - seconds * 1000);
  const purgeEvents = async (before: Date): Promise<void> => {
    let removed: number;
    do {
      removed = await store.events.purge(before, eventsAtOnce);
    } while (removed === eventsAtOnce);
  };
  const run = async (): Promise<void> => {
    const before = ago(keptSeconds);
    await store.oneTimeCodes.purge(before);
    await store.pendingEnrollments.purge(before);
    await store.challenges.purge(before);
    await store.sessions.purge(before);
    await store.userTokens.purge(before);
    await store.fixedWindows.purge(before);
    await store.rememberedDevices.purge(new Date(before.getTime() - maxDeviceLifeSeconds * 1000));
    await signingKeys.purge();
    await purgeEvents(ago(auditRetentionDays * 86_400));
  };
  return {
    /** Removes everything that has expired. */
    run,
    /** Starts to clean up every hour. */
    start(): void {
      timer = setInterval(() => {
        run().catch((error: unknown) => log.warn(faultOf(error), 'cleanup failed'));
      }, everyMilliseconds);
      timer.unref();
    },
    /** Stops the timer. */
    stop: (): void => clearInterval(timer),
  };
}
