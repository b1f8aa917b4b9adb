import type { Unavailable } from '../domain/errors.ts';
import type { Log } from '../domain/ports.ts';
import type { Call } from './call.ts';

const everyMilliseconds = 1_000;

/** The log of requests that were refused with `UNAVAILABLE`. */
export interface UnavailableLog {
  /** Counts one refused request, and marks its call so that no other line is written for it. */
  count(error: Unavailable, call: Call): void;
  /** Writes at once what was counted since the last line. */
  flush(): void;
}

/**
 * Creates the log of requests that are refused because the server is overloaded or its database cannot be reached. It writes one
 * line each second for each reason, with the number of requests and the id of the first of them. A line for each request would
 * cost more than the refusal, at the time when there is least to spare.
 */
export function createUnavailableLog(log: Log): UnavailableLog {
  const counts = new Map<string, { requests: number; firstRequestId: string }>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const [reason, counted] of counts) log.error({ code: 'UNAVAILABLE', reason, ...counted }, 'requests were refused; the operator has to act');
    counts.clear();
  };
  return {
    count(error, call) {
      call.countedAsUnavailable = true;
      const reason = error.detail ?? error.message;
      const known = counts.get(reason);
      if (known === undefined) counts.set(reason, { requests: 1, firstRequestId: call.origin.requestId });
      else known.requests += 1;
      timer ??= setTimeout(flush, everyMilliseconds).unref();
    },
    flush,
  };
}
