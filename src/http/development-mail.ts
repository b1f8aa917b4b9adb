import type { FastifyInstance, FastifyRequest } from 'fastify';
import { fail } from '../domain/errors.ts';
import type { DeveloperAccess } from './developer-access.ts';
import { isSame } from './developer-access.ts';

/** The e-mail kept for a developer, and the key that reads it. */
export interface DevelopmentMail {
  messages(): readonly object[];
  /** Returns the key in the file at `keyPath`, which only the user who runs the server can read. */
  key(): Promise<string>;
  keyPath: string;
}

/**
 * Registers `GET /dev/outbox`, which returns the e-mail kept for developers. The messages contain codes and links, so it serves only this
 * machine, and there only the browser of the developer or a program that knows the key.
 */
export async function registerDevelopmentMail(
  app: FastifyInstance,
  { messages, key: readKey, keyPath }: DevelopmentMail,
  access: DeveloperAccess,
): Promise<void> {
  const key = await readKey();
  const bearsKey = ({ headers }: FastifyRequest): boolean => isSame(headers.authorization ?? '', `Bearer ${key}`);
  app.get('/dev/outbox', async (request, reply) => {
    const visitor = access.visitor(request, reply);
    if (visitor === 'STRANGER') return fail('NOT_FOUND');
    if (visitor !== 'LOCAL' || bearsKey(request)) return { messages: messages() };
    return reply
      .code(401)
      .header('www-authenticate', 'Bearer')
      .send({ errors: [`Send the key in ${keyPath} as a bearer token`] });
  });
}
