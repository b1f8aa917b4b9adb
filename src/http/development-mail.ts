import type { FastifyInstance } from 'fastify';
import { fail } from '../domain/errors.ts';
import { isLocalRequest } from './local-request.ts';

/** Registers `GET /dev/outbox`, which returns the e-mail kept for developers. It serves only this machine, because the messages contain codes. */
export function registerDevelopmentMail(app: FastifyInstance, messages: () => readonly object[]): void {
  app.get('/dev/outbox', async (request) => (isLocalRequest(request) ? { messages: messages() } : fail('NOT_FOUND')));
}
