import type { FastifyInstance } from 'fastify';
import type { Log } from '../domain/ports.ts';
import { createReadiness } from './readiness.ts';

/**
 * Registers `/health` and `/ready`. `/health` tells that the process runs. `/ready` tells that it should get requests: the
 * database can be read and written, its migrations are current, and the server is not shutting down.
 */
export function registerHealth(
  app: FastifyInstance,
  { ping, draining, log }: { ping: () => Promise<void>; draining: () => boolean; log: Log },
): void {
  const isReady = createReadiness({ ping, log });
  const config = { answersUnderPressure: true };
  app.get('/health', { config }, async () => ({ status: 'ok' }));
  app.get('/ready', { config }, async (_request, reply) => {
    if (draining()) return reply.code(503).send({ status: 'draining' });
    if (await isReady()) return { status: 'ready' };
    return reply.code(503).send({ status: 'database unavailable' });
  });
}
