import type { FastifyInstance } from 'fastify';
import type { DeveloperAccess } from '../developer-access.ts';
import { html } from './html.ts';
import { sendClosedPage, sendPage } from './page.ts';

/** A link of the start page. */
export interface StartLink {
  path: string;
  name: string;
  /** What the reader finds there, in a sentence. */
  text: string;
}

/** Serves the start page of a developer at `/`. It shows those of the links that this server has something at. */
export function registerStartPage(app: FastifyInstance, { visitor }: DeveloperAccess, links: readonly StartLink[]): void {
  app.get('/', async (request, reply) => {
    const who = visitor(request, reply);
    if (who === 'STRANGER') return reply.callNotFound();
    // The address without the key, which is spent, is the one to come back to.
    if (who === 'ENTERED') return reply.redirect('/', 303);
    if (who === 'LOCAL') return sendClosedPage(reply);
    const open = links.filter(({ path }) => app.hasRoute({ method: 'GET', url: path }));
    return sendPage(reply, {
      title: 'Sallyport',
      start: true,
      main: html`<p>This server runs for a developer on this machine. You can come back to this page for twelve hours, until the server is started again.</p>
<ul class="cards">
${open.map(({ path, name, text }) => html`<li class="card"><h2><a href="${path}">${name}</a></h2><p>${text}</p></li>\n`)}</ul>`,
    });
  });
}
