import { maxDeviceLifeSeconds } from '../domain/device/remembered-device.ts';
import { faultOf } from '../domain/fault.ts';
import type { Clock, Log } from '../domain/ports.ts';
import { refreshGraceSeconds } from '../domain/session/session.ts';
import type { Store } from '../domain/store.ts';
import type { SigningKeys } from './environment/signing-keys.ts';

const everyMilliseconds = 3_600_000;
/** How many seconds rows are kept past their end, so that a late request still learns what happened. */
const keptSeconds = 86_400;
/** How many seconds an unused counter of wrong guesses is kept. That is as long as a network counts as known. */
const keptGuessSeconds = 90 * 86_400;
/** How many events one statement removes, so that a trail of years does not keep other writers waiting. */
const eventsAtOnce = 500;

const dayMilliseconds = 86_400_000;

interface Needs {
  store: Pick<
    Store,
    'challenges' | 'rememberedDevices' | 'pendingEnrollments' | 'events' | 'oneTimeCodes' | 'fixedWindows' | 'guesses' | 'sessions' | 'userTokens'
  >;
  clock: Clock;
  log: Log;
  signingKeys: Pick<SigningKeys, 'purge'>;
  auditRetentionDays: number;
}

/** Creates the hourly removal of rows that have expired. Such rows decide nothing any more and would only fill the database. */
export function createCleanup({ store, clock, log, signingKeys, auditRetentionDays }: Needs) {
  let timer: NodeJS.Timeout | undefined;
  let graceTimer: NodeJS.Timeout | undefined;
  const ago = (seconds: number): Date => new Date(clock.now().getTime() - seconds * 1000);
  /** When the clock was last confirmed. */
  let confirmedAt: Date | null = null;
  const isWithinADay = (one: Date, other: Date): boolean => Math.abs(one.getTime() - other.getTime()) <= dayMilliseconds;

  /**
   * Returns the time before which events may be removed. A clock that ran ahead would take the whole trail for old. So the clock has
   * to agree with the newest event at first, and afterwards with the run before; otherwise one run removes the events of one day.
   */
  const removableBefore = async (): Promise<Date | null> => {
    const span = await store.events.span();
    if (span === null) return null;
    const [now, before] = [clock.now(), ago(auditRetentionDays * 86_400)];
    if (isWithinADay(confirmedAt ?? span.newest, now)) {
      confirmedAt = now;
      return before;
    }
    log.warn(
      { newestEventAt: span.newest, now },
      'the clock is more than a day away from the newest audit event, so only a day of events is removed',
    );
    return new Date(Math.min(before.getTime(), span.oldest.getTime() + dayMilliseconds));
  };

  const purgeEvents = async (): Promise<void> => {
    const before = await removableBefore();
    if (before === null) return;
    let removed: number;
    do {
      removed = await store.events.purge(before, eventsAtOnce);
    } while (removed === eventsAtOnce);
  };
  const forgetSealedTokens = (): Promise<void> => store.sessions.forgetSealed(ago(refreshGraceSeconds), clock.now());
  const run = async (): Promise<void> => {
    await forgetSealedTokens();
    const before = ago(keptSeconds);
    await store.oneTimeCodes.purge(before);
    await store.pendingEnrollments.purge(before);
    await store.challenges.purge(before);
    await store.sessions.purge(before);
    await store.userTokens.purge(before);
    await store.fixedWindows.purge(before);
    await store.guesses.purge(ago(keptGuessSeconds));
    await store.rememberedDevices.purge(new Date(before.getTime() - maxDeviceLifeSeconds * 1000));
    await signingKeys.purge();
    await purgeEvents();
  };
  const quietly = (work: () => Promise<void>) => (): void => {
    work().catch((error: unknown) => log.warn(faultOf(error), 'cleanup failed'));
  };
  return {
    /** Removes everything that has expired. */
    run,
    /** Starts to clean up every hour, and to forget sealed refresh tokens when their grace ends. */
    start(): void {
      timer = setInterval(quietly(run), everyMilliseconds);
      graceTimer = setInterval(quietly(forgetSealedTokens), refreshGraceSeconds * 1000);
      for (const started of [timer, graceTimer]) started.unref();
    },
    /** Stops the timers. */
    stop(): void {
      clearInterval(timer);
      clearInterval(graceTimer);
    },
  };
}
