import type { FastifyInstance } from 'fastify';
import { fail } from '../domain/errors.ts';
import { isLocalRequest } from './local-request.ts';

/** `GET /dev/outbox`: the messages a developer would have got by mail. For this machine only, as they hold codes. */
export function registerDevelopmentMail(app: FastifyInstance, messages: () => readonly object[]): void {
  app.get('/dev/outbox', async (request) => (isLocalRequest(request) ? { messages: messages() } : fail('NOT_FOUND')));
}
