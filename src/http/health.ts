import type { FastifyInstance } from 'fastify';
import { faultOf } from '../domain/fault.ts';
import type { Log } from '../domain/ports.ts';

/**
 * Registers `/health` and `/ready`. `/health` tells that the process runs. `/ready` tells that it should get requests: the
 * database can be reached, its migrations are current, and the server is not shutting down.
 */
export function registerHealth(
  app: FastifyInstance,
  { ping, draining, log }: { ping: () => Promise<void>; draining: () => boolean; log: Log },
): void {
  const config = { answersUnderPressure: true };
  app.get('/health', { config }, async () => ({ status: 'ok' }));
  app.get('/ready', { config }, async (_request, reply) => {
    if (draining()) return reply.code(503).send({ status: 'draining' });
    try {
      await ping();
      return { status: 'ready' };
    } catch (error) {
      log.warn(faultOf(error), 'not ready');
      return reply.code(503).send({ status: 'database unavailable' });
    }
  });
}
