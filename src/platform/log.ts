import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';
import { redactLine } from './redact.ts';

/** Log levels, from the lowest to the highest. `silent` logs nothing. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
/** One of `logLevels`. */
export type LogLevel = (typeof logLevels)[number];

/** Lines are written together once they have this length. */
const batchBytes = 8_192;
/** And after this time, so that whoever follows the log does not wait. */
const longestWaitMilliseconds = 200;
/** Lines of this level and above are written at once, with all that wait, because the process may not live much longer. */
const urgent = pino.levels.values.error ?? 50;

/** Makes a log that writes JSON lines to standard output or to `destination`. Values of secret fields are removed from every line. */
export function createLog(level: LogLevel, destination: DestinationStream = pino.destination(1)): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // This hook runs last, so it also sees the fields of child loggers and the output of serializers.
      hooks: { streamWrite: redactLine },
    },
    destination,
  );
}

/** How long the end of the process waits for lines that are being written. */
const exitMilliseconds = 50;

/**
 * Makes the destination for a server under load: standard output, to which many lines are written together. To write each by itself
 * takes longer than to answer most requests. Nothing is lost when the process ends by itself, also by an error that nothing caught.
 */
export function createBatchedOutput(): DestinationStream {
  const output = pino.destination({ fd: 1, sync: false, minLength: batchBytes, periodicFlush: longestWaitMilliseconds });
  const batched = {
    // By this mark pino tells the level of a line before it writes it.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      output.write(line);
      if (batched.lastLevel >= urgent) output.flushSync();
    },
  };
  process.on('exit', () => {
    // Lines that another thread is about to write would be lost with the process, and nothing can wait for that thread by a promise here.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, exitMilliseconds);
    output.flushSync();
  });
  return batched;
}
