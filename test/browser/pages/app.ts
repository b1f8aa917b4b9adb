import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { addVaryBy } from '../../../src/http/vary.ts';
import { mountFiles } from '../../../src/pages/files.ts';
import { pageHeaders } from '../../../src/pages/headers.ts';
import type { Language } from '../../../src/pages/messages/language.ts';
import { plainFrame, samples } from '../../pages/samples.ts';
import { launchChromium } from '../chromium.ts';

/** What a test of the views works with. */
export interface Views {
  /** Opens a page in a browser of its own. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Goes on to another page. */
  go(page: Page, path: string): Promise<void>;
  /** The forms that were posted, as they arrived. */
  posted: Record<string, string>[];
}

/** What a page says to the console of the browser: errors of scripts, and what its policy refused. */
const complaints: string[] = [];

/** Closes a page, and fails if any has complained about anything. */
export async function close(page: Page): Promise<void> {
  await page.context().close();
  expect(complaints).toEqual([]);
}

/** Serves every sample as a page at `/<language>/<name>`, without the rest of the server. `?color=` is the color of an operator. */
export function useViews(): Views {
  const app = fastify();
  const posted: Views['posted'] = [];
  let browser: Browser;
  let origin = '';

  beforeAll(async () => {
    addVaryBy(app);
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    const files = mountFiles(app);
    app.get<{ Params: { language: Language; name: string }; Querystring: { color?: string } }>('/:language/:name', async (request, reply) => {
      const { language, name } = request.params;
      const color = request.query.color === undefined ? null : `#${request.query.color}`;
      const sample = samples.find((one) => one.name === name);
      const frame = { ...plainFrame, language, files: await files.pathsFor(color) };
      // The forms of the samples lead to another server.
      const page = sample?.render(frame, (text) => text.replace(/^https:\/\/login\.acme\.example/, origin));
      return reply.headers(pageHeaders(null)).send(page);
    });
    // The script of the provider of captchas, of the sample that asks for one.
    app.get('/captcha.js', (_request, reply) => reply.type('text/javascript').send(''));
    app.post('/oauth/account/page', async (request, reply) => {
      posted.push(request.body as Record<string, string>);
      return reply.redirect('/en/return-to-app', 303);
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    // A server that listens on a port has an address of this form.
    origin = `http://localhost:${(app.server.address() as AddressInfo).port}`;
    browser = await launchChromium();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await app.close();
  });

  const go: Views['go'] = async (page, path) => void (await page.goto(`${origin}${path}`));
  return {
    posted,
    go,
    async open(path, options = {}) {
      const page = await (await browser.newContext(options)).newPage();
      page.on('console', (message) => message.type() === 'error' && complaints.push(`${page.url()}: ${message.text()}`));
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
      await go(page, path);
      return page;
    },
  };
}
