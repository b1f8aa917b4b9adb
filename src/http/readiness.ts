import { DomainError } from '../domain/errors.ts';
import type { Log } from '../domain/ports.ts';

/** How long one answer of the database counts. The check writes, and anybody may ask as often as they like. */
const freshMilliseconds = 1_000;
/** How long a check may take. A load balancer should not have to wait for a database that hangs. */
const answerMilliseconds = 3_000;

/**
 * Makes the function that tells whether the database can be read and written. All calls within a second share one check. A failure
 * is logged when it begins or changes, and once more when it ends, so that the log does not repeat it with every question.
 */
export function createReadiness({ ping, log }: { ping: () => Promise<void>; log: Log }): () => Promise<boolean> {
  let latest: Promise<boolean> | undefined;
  let failing: string | undefined;

  const note = (failure: string | undefined): boolean => {
    if (failure !== undefined && failure !== failing) log.error({ reason: failure }, 'not ready: the database cannot be used');
    if (failure === undefined && failing !== undefined) log.info({}, 'ready again');
    failing = failure;
    return failure === undefined;
  };

  async function check(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, answerMilliseconds, 'no answer in time');
    });
    const answer = ping().then(() => undefined, reasonOf);
    try {
      return note(await Promise.race([answer, late]));
    } finally {
      clearTimeout(timer);
    }
  }

  return () => {
    if (latest === undefined) {
      latest = check();
      void latest.then(() => setTimeout(() => (latest = undefined), freshMilliseconds).unref());
    }
    return latest;
  };
}

/** Returns what the log may say about a failure. The text of an error that is not our own may contain anything. */
const reasonOf = (error: unknown): string =>
  error instanceof DomainError ? (error.detail ?? error.code) : error instanceof Error ? error.name : 'unknown error';
