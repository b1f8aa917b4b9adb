import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, posix } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { DeveloperAccess } from '../developer-access.ts';
import type { Html } from './html.ts';
import { html, trustedHtml } from './html.ts';
import { sendPage } from './page.ts';

/** The documents of the project and the paths they are served at. `package.json` names their places, because what is built lies elsewhere. */
const documents = [
  { path: '/readme', name: '#readme', file: 'README.md' },
  { path: '/contributing', name: '#contributing', file: 'CONTRIBUTING.md' },
  { path: '/errors', name: '#schema/errors.md', file: 'schema/errors.md' },
  { path: '/docs/console.md', name: '#docs/console.md', file: 'docs/console.md' },
  { path: '/docs/hosted-login.md', name: '#docs/hosted-login.md', file: 'docs/hosted-login.md' },
  { path: '/openapi.json', name: '#schema/openapi.json', file: 'schema/openapi.json' },
] as const;

/** Where a link between the documents leads. */
const paths = new Map<string, string>([...documents.map(({ file, path }) => [file, path] as const), ['schema/schema.graphql', '/schema.graphql']]);

/** The documents with pictures. Each looks for them in a folder of its own name beside it. */
const illustrated = ['docs/console', 'docs/hosted-login'] as const;
const pictureName = /^[a-z-]+\.png$/;

/** Serves the documents that lie beside this server to programs on this machine. They are read at each visit, so that nothing of them is kept. */
export function registerDocuments(app: FastifyInstance, { visitor }: DeveloperAccess): void {
  for (const { path, name, file } of documents) {
    const place = placeOf(name);
    // Where only the built result is installed, there are none.
    if (place === null) continue;
    app.get(path, async (request, reply) => {
      const who = visitor(request, reply);
      if (who === 'STRANGER') return reply.callNotFound();
      if (who === 'ENTERED') return reply.redirect(path, 303);
      const text = await readFile(place, 'utf8');
      if (!file.endsWith('.md')) return reply.type('application/json; charset=utf-8').send(text);
      return sendPage(reply, await readable(text, file));
    });
  }
  for (const document of illustrated) {
    const folder = placeOf(`#${document}.md`)?.replace(/\.md$/, '');
    if (folder === undefined) continue;
    app.get<{ Params: { name: string } }>(`/${document}/:name`, async (request, reply) => {
      const { name } = request.params;
      if (visitor(request, reply) === 'STRANGER' || !pictureName.test(name)) return reply.callNotFound();
      const picture = await readFile(join(folder, name)).catch(() => null);
      return picture === null ? reply.callNotFound() : reply.type('image/png').send(picture);
    });
  }
}

function placeOf(name: string): string | null {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return null;
  }
}

/** Makes a page of a document in Markdown, with a list of its chapters. The library is loaded at the first visit, because no start needs it. */
async function readable(markdown: string, document: string): Promise<{ title: string; main: Html }> {
  const [{ Marked }, { gfmHeadingId, getHeadingList }] = await Promise.all([import('marked'), import('marked-gfm-heading-id')]);
  const marked = new Marked(gfmHeadingId(), {
    renderer: {
      link({ href, tokens }) {
        const [file = '', ...anchor] = href.split(/(?=#)/);
        const target = /^(https?:|#)/.test(href) ? href : paths.get(posix.join(posix.dirname(document), file))?.concat(...anchor);
        const text = this.parser.parseInline(tokens);
        return target === undefined ? text : html`<a href="${target}">${trustedHtml(text)}</a>`.text;
      },
    },
  });
  const [, title = 'Document', body = markdown] = /^# (.+)\n([\s\S]*)$/.exec(markdown) ?? [];
  const text = marked.parse(body, { async: false });
  const chapters = getHeadingList().filter(({ level }) => level === 2);
  return {
    title,
    main: html`${
      chapters.length < 3
        ? []
        : html`<nav aria-label="Chapters"><ul>${chapters.map(({ id, text: chapter }) => html`<li><a href="#${id}">${trustedHtml(chapter)}</a></li>`)}</ul></nav>`
    }
${trustedHtml(
  text
    // What is wider than the screen is moved by the keyboard as well.
    .replaceAll('<pre>', '<pre tabindex="0">')
    .replaceAll('<table>', '<div class="wide" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>'),
)}`,
  };
}
