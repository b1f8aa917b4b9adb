import { DomainError } from '../domain/errors.ts';
import type { Clock, Log } from '../domain/ports.ts';
import type { PurgedTable } from '../domain/retention.ts';
import { purgedTables, retention } from '../domain/retention.ts';
import type { Store } from '../domain/store.ts';

const everyMilliseconds = 3_600_000;
/** How many rows one statement removes at most, so that a backlog of years does not keep other writers waiting. */
const rowsAtOnce = 500;
/** Pause between two rounds of statements, in which other writers have the database to themselves. */
const pauseMilliseconds = 100;

interface Needs {
  store: Pick<Store, 'purge'>;
  clock: Clock;
  log: Log;
  auditRetentionDays: number;
}

/** Creates the removal of rows that `retention` keeps no longer. */
export function createCleanup({ store, clock, log, auditRetentionDays }: Needs) {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  const keptSeconds = (table: PurgedTable): number => {
    const { keptSeconds: seconds } = retention[table];
    return seconds === 'AUDIT_RETENTION_DAYS' ? auditRetentionDays * 86_400 : seconds;
  };

  /** Removes some rows of every table. Returns whether more may be left. */
  const removeSome = async (): Promise<boolean> => {
    let more = false;
    for (const table of purgedTables) {
      if (stopped) return false;
      const before = new Date(clock.now().getTime() - keptSeconds(table) * 1000);
      more = (await store.purge(table, before, rowsAtOnce)) >= rowsAtOnce || more;
    }
    return more;
  };

  const removeRest = async (): Promise<void> => {
    do await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    while (await removeSome());
  };

  // What a failure leaves behind is removed by the next run.
  const logFailure = (error: unknown): boolean => {
    const { name } = error instanceof Error ? error : { name: 'unknown' };
    log.warn({ error: name, detail: error instanceof DomainError ? error.detail : undefined }, 'expired rows could not be removed');
    return false;
  };

  const run = async (): Promise<void> => {
    const more = await removeSome().catch(logFailure);
    if (more) await removeRest().catch(logFailure);
  };

  return {
    /** Removes some rows of every table before it returns, and the rest in the background. Then it looks again every hour. */
    async start(): Promise<void> {
      const more = await removeSome().catch(logFailure);
      if (more) running = removeRest().catch((error: unknown) => void logFailure(error));
      timer = setInterval(() => {
        running = running.then(run);
      }, everyMilliseconds);
      timer.unref();
    },
    /** Stops after the statement under way. */
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
