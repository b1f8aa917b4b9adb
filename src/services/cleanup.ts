import { faultOf } from '../domain/fault.ts';
import type { Clock, Log } from '../domain/ports.ts';
import type { PurgedTable } from '../domain/retention.ts';
import { purgedTables, retention } from '../domain/retention.ts';
import { refreshGraceSeconds } from '../domain/session/session.ts';
import type { Store } from '../domain/store.ts';
import { serverItself } from './audit/itself.ts';
import type { TenantRemoval } from './directory/tenant-removal.ts';
import type { SigningKeys } from './environment/signing-keys.ts';

const everyMilliseconds = 3_600_000;
/** How many rows one statement removes at most, so that a backlog of years does not keep other writers waiting. */
const rowsAtOnce = 500;
/** Pause between two rounds of statements, in which other writers have the database to themselves. */
const pauseMilliseconds = 100;
const dayMilliseconds = 86_400_000;

interface Needs {
  store: Pick<Store, 'events' | 'purge' | 'sessions'>;
  clock: Clock;
  log: Log;
  signingKeys: Pick<SigningKeys, 'purge'>;
  auditRetentionDays: number;
  endExpiredMemberships: () => Promise<void>;
  tenantRemoval: Pick<TenantRemoval, 'finishAll'>;
  adoption: { keepPoints(stopped: () => boolean): Promise<void> };
}

/** Who the events of what is finished here say it was. The request that began it has left an event of its own. */
const itself = serverItself('cleanup');

/** Before which time the rows of each table have ended, as one run finds it at its beginning. */
type Cuts = ReadonlyMap<PurgedTable, Date>;

/** Creates the removal of rows that `retention` keeps no longer, and of what is left of tenants that were deleted while the server stopped. */
export function createCleanup({ store, clock, log, signingKeys, endExpiredMemberships, tenantRemoval, adoption, auditRetentionDays }: Needs) {
  let timer: NodeJS.Timeout | undefined;
  let graceTimer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  /** When the clock was last confirmed. */
  let confirmedAt: Date | null = null;

  const ago = (seconds: number): Date => new Date(clock.now().getTime() - seconds * 1000);
  const isWithinADay = (one: Date, other: Date): boolean => Math.abs(one.getTime() - other.getTime()) <= dayMilliseconds;

  /**
   * Returns the time before which events may be removed. A clock that ran ahead would take the whole trail for old. So the clock has
   * to agree with the newest event at first, and afterwards with the run before; otherwise one run removes the events of one day.
   */
  const eventsCut = async (): Promise<Date | null> => {
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

  const cutsOfThisRun = async (): Promise<Cuts> => {
    const cuts = new Map<PurgedTable, Date>();
    for (const table of purgedTables) {
      const { keptSeconds } = retention[table];
      const cut = keptSeconds === 'AUDIT_RETENTION_DAYS' ? await eventsCut() : ago(keptSeconds);
      if (cut !== null) cuts.set(table, cut);
    }
    return cuts;
  };

  /** Removes some rows of every table. Returns whether more may be left. */
  const removeSome = async (cuts: Cuts): Promise<boolean> => {
    let more = false;
    for (const [table, before] of cuts) {
      if (stopped) return false;
      more = (await store.purge(table, before, rowsAtOnce)) >= rowsAtOnce || more;
    }
    return more;
  };

  const removeRest = async (cuts: Cuts): Promise<void> => {
    do await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    while (await removeSome(cuts));
  };

  // What a failure leaves behind is removed by the next run.
  const logFailure = (error: unknown): void => log.warn(faultOf(error), 'expired rows could not be removed');

  const forgetSealedTokens = (): Promise<void> => store.sessions.forgetSealed(ago(refreshGraceSeconds), clock.now());

  /** Removes the first rows of every table. Returns the removal of the rest, which takes as long as there are rows. */
  const begin = async (): Promise<() => Promise<void>> => {
    await forgetSealedTokens();
    await signingKeys.purge();
    await endExpiredMemberships();
    const cuts = await cutsOfThisRun();
    const more = await removeSome(cuts);
    return async () => {
      await tenantRemoval.finishAll(itself, () => stopped);
      await adoption.keepPoints(() => stopped);
      if (more) await removeRest(cuts);
    };
  };
  const run = async (): Promise<void> => (await begin())();

  return {
    /** Removes everything that has ended. */
    run,

    /**
     * Removes some rows of every table before it returns, and the rest in the background. Then it looks again every hour. Sealed
     * refresh tokens are forgotten as soon as their grace has ended.
     */
    async start(): Promise<void> {
      const rest = await begin().catch(logFailure);
      if (rest !== undefined) running = rest().catch(logFailure);
      timer = setInterval(() => {
        running = running.then(run).catch(logFailure);
      }, everyMilliseconds);
      graceTimer = setInterval(() => void forgetSealedTokens().catch(logFailure), refreshGraceSeconds * 1000);
      for (const started of [timer, graceTimer]) started.unref();
    },

    /** Stops after the statement under way. */
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(timer);
      clearInterval(graceTimer);
      await running;
    },
  };
}
