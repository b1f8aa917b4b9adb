import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';
import { redactLine } from './redact.ts';

/** Log levels, from the lowest to the highest. `silent` logs nothing. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
/** One of `logLevels`. */
export type LogLevel = (typeof logLevels)[number];

/** Makes a log that writes JSON lines to standard output or to `destination`. Values of secret fields are removed from every line. */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // This hook runs last, so it also sees the fields of child loggers and the output of serializers.
      hooks: { streamWrite: redactLine },
    },
    destination ?? pino.destination(1),
  );
}
