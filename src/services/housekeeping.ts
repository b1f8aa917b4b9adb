import { maxDeviceLifeSeconds } from '../domain/device/remembered-device.ts';
import type { Clock, Log } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';

const everyMilliseconds = 3_600_000;
/** Kept a while past their end, so that a late look still finds out what happened. */
const keptSeconds = 86_400;

interface Needs {
  store: Pick<Store, 'challenges' | 'devices' | 'enrollments' | 'oneTimeCodes' | 'sessions'>;
  clock: Clock;
  log: Log;
}

export type Housekeeping = ReturnType<typeof createHousekeeping>;

/** Removes rows whose time is over: they decide nothing any more, they only grow. */
export function createHousekeeping({ store, clock, log }: Needs) {
  let timer: NodeJS.Timeout | undefined;
  const run = async (): Promise<void> => {
    const before = new Date(clock.now().getTime() - keptSeconds * 1000);
    await store.oneTimeCodes.purge(before);
    await store.enrollments.purge(before);
    await store.challenges.purge(before);
    await store.sessions.purge(before);
    await store.devices.purge(new Date(before.getTime() - maxDeviceLifeSeconds * 1000));
  };
  return {
    run,
    start(): void {
      timer = setInterval(() => {
        run().catch((error: unknown) => log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'housekeeping failed'));
      }, everyMilliseconds);
      timer.unref();
    },
    stop: (): void => clearInterval(timer),
  };
}
