import type { FastifyInstance, FastifyRequest } from 'fastify';
import { fail } from '../domain/errors.ts';
import type { DeveloperAccess } from './developer-access.ts';
import { isSame } from './developer-access.ts';
import { html } from './pages/html.ts';
import type { KeptMail } from './pages/outbox-page.ts';
import { copyScript, copyScriptPath, sendOutboxPage } from './pages/outbox-page.ts';
import { prefersPage, sendClosedPage } from './pages/page.ts';

/** The e-mail kept for a developer, and the key that reads it. */
export interface DevelopmentMail {
  /** Returns the messages, oldest first. */
  messages(): readonly KeptMail[];
  /** Returns the key in the file at `keyPath`, which only the user who runs the server can read. */
  key(): Promise<string>;
  keyPath: string;
}

const outboxPath = '/dev/outbox';

/**
 * Registers `GET /dev/outbox`, which returns the e-mail kept for developers: as a page to browsers, as JSON to programs. The messages
 * contain codes and links, so it serves only this machine, and there only the browser of the developer or a program that knows the key.
 */
export async function registerDevelopmentMail(
  app: FastifyInstance,
  { messages, key: readKey, keyPath }: DevelopmentMail,
  access: DeveloperAccess,
): Promise<void> {
  const key = await readKey();
  const bearsKey = ({ headers }: FastifyRequest): boolean => isSame(headers.authorization ?? '', `Bearer ${key}`);
  app.get(outboxPath, async (request, reply) => {
    const visitor = access.visitor(request, reply);
    if (visitor === 'STRANGER') return fail('NOT_FOUND');
    reply.varyBy('accept');
    const page = prefersPage(request);
    if (visitor !== 'LOCAL' || bearsKey(request)) {
      if (!page) return { messages: messages().map(({ to, subject, text }) => ({ to, subject, text })) };
      // The address without the key, which is spent, is the one to come back to.
      return visitor === 'ENTERED' ? reply.redirect(outboxPath, 303) : sendOutboxPage(reply, messages());
    }
    reply.header('www-authenticate', 'Bearer');
    if (page)
      return sendClosedPage(
        reply,
        401,
        html`<p>A program reads the e-mail with the key in <code>${keyPath}</code>, which it sends as a bearer token.</p>`,
      );
    return reply.code(401).send({ errors: [`Send the key in ${keyPath} as a bearer token`] });
  });
  app.get(copyScriptPath, async (request, reply) =>
    access.visitor(request, reply) === 'STRANGER' ? fail('NOT_FOUND') : reply.type('text/javascript; charset=utf-8').send(copyScript),
  );
}
