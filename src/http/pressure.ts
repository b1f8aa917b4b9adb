import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { Unavailable } from '../domain/errors.ts';

/** How fine the delay is measured. */
const resolutionMilliseconds = 10;
/** For how long the delay is averaged, and how often it is judged. */
const sampleMilliseconds = 1_000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True if the route answers even while the server is too busy for others, because supervisors would end the process otherwise. */
    answersUnderPressure?: boolean;
  }
}

/**
 * Refuses requests with `UNAVAILABLE` while the event loop is late by more than `maxDelayMilliseconds` on average, because what is
 * accepted then would be answered after its client has gone. The measurement opens no file: a process that has used up its file
 * descriptors must refuse and not end.
 */
export function refuseUnderPressure(app: FastifyInstance, maxDelayMilliseconds: number): void {
  const delays = monitorEventLoopDelay({ resolution: resolutionMilliseconds });
  delays.enable();
  let delayMilliseconds = 0;
  const timer = setInterval(() => {
    // Without any sample the loop stood still for the whole time, and the mean is not a number.
    delayMilliseconds = Number.isNaN(delays.mean) ? sampleMilliseconds : delays.mean / 1e6 - resolutionMilliseconds;
    delays.reset();
  }, sampleMilliseconds);
  timer.unref();

  app.addHook('onRequest', (request, _reply, done) => {
    const refuses = delayMilliseconds > maxDelayMilliseconds && request.routeOptions.config.answersUnderPressure !== true;
    done(refuses ? new Unavailable('event loop delay') : undefined);
  });
  app.addHook('onClose', async () => {
    clearInterval(timer);
    delays.disable();
  });
}
