import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';
import { redactLine } from './redact.ts';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** JSON lines on standard output, or on `destination`; values of secret fields are cut out of every line before it is written. */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // The last stage: children's bindings and what serializers made of requests and errors have passed through here too.
      hooks: { streamWrite: redactLine },
    },
    destination ?? pino.destination(1),
  );
}
