import type { FastifyInstance } from 'fastify';
import type { Log } from '../domain/ports.ts';

/** `/health` says the process lives; `/ready` says it should get requests: database reachable, migrations current, not draining. */
export function registerHealth(
  app: FastifyInstance,
  { ping, draining, log }: { ping: () => Promise<void>; draining: () => boolean; log: Log },
): void {
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async (_request, reply) => {
    if (draining()) return reply.code(503).send({ status: 'draining' });
    try {
      await ping();
      return { status: 'ready' };
    } catch (error) {
      log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'not ready');
      return reply.code(503).send({ status: 'database unavailable' });
    }
  });
}
