import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Locator, Page, Request } from 'playwright-core';
import { expect } from 'vitest';
import { createUser, password } from '../../support/builders.ts';
import { HandClock } from '../../support/clock.ts';
import type { Harness } from '../../support/harness.ts';
import { clientId, openHarness } from '../../support/harness.ts';
import { decodeQrDataUri } from '../../support/qr.ts';
import { roleIds } from '../../support/role-ids.ts';
import { launchChromium } from '../chromium.ts';

/** A request that the user interface sent to the API, and what came back. */
export interface Call {
  /** Method and path with query, without the origin and the prefix `/frontegg`. */
  request: string;
  status: number;
  /** What was sent; null if nothing was. */
  sent: string | null;
  /** What was answered. */
  answer: string;
}

/** Frontegg's own screens in a real browser, in front of the running app. */
export interface UserInterface {
  harness: Harness;
  page: Page;
  /** Where the screens are served. The API has another origin. */
  origin: string;
  /** The machines that the page wanted to reach besides these two. None of the requests left the browser. */
  strangers: Set<string>;
  /** An element by the name that Frontegg gave it for tests. */
  part(name: string): Locator;
  /** Does something with the page, waits until it asks for nothing more, checks what it asked for and returns that. */
  visit(act: () => Promise<unknown>): Promise<Call[]>;
  /** Opens the login box, and sends an address and a password by it. */
  logIn(email: string, password: string): Promise<Call[]>;
  /** Opens the portal as a new administrator of the tenant, and answers the address. */
  openPortal(tenantId: string, name: string): Promise<string>;
  /** The secret in a QR code on the page. */
  secretIn(picture: Locator): Promise<string>;
  close(): Promise<void>;
}

/** A page that asks more often than this asks in circles. */
const mostRequests = 60;

/** Answers that say by 404 that something is not set. The screens know them; any other 404 is an operation that is missing. */
const notSet = [
  'Security Policy not found. MFA is disabled',
  'Lockout policy not found',
  'Password History Policy not found. Policy is disabled',
  'Invitation not found',
  'Captcha policy not found',
];

/** Returns the library and everything it needs in one script, made of the packages as they are published. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('app.js', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    // As bundlers of applications do, which take every package in its newer format.
    mainFields: ['browser', 'module', 'main'],
    // The library asks for this package without saying in which version. Beside it stands a newer one for other tests.
    alias: { '@frontegg/rest-api': 'frontegg-rest-api' },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  return outputFiles[0]?.text ?? '';
}

/** Serves an application with Frontegg's screens and opens it in Chromium. Whatever else the page wants to load is refused. */
export async function openUserInterface(settings: Record<string, string> = {}): Promise<UserInterface> {
  const script = await bundle();
  let apiOrigin = '';
  const server = createServer((request, response) => {
    if (request.url === '/app.js') return response.setHeader('content-type', 'text/javascript; charset=utf-8').end(script);
    const options = JSON.stringify({ baseUrl: apiOrigin, clientId });
    const html = `<!doctype html><meta charset="utf-8"><title>App</title><div id="root" data-options='${options}'></div><script src="/app.js"></script>`;
    return response.setHeader('content-type', 'text/html').end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const harness = await openHarness({
    settings: { PUBLIC_URL: 'http://localhost:4000', APP_URL: origin, CORS_ORIGINS: origin, ...settings },
    // The page compares the times of its tokens with its own.
    clock: new HandClock(new Date()),
  });
  await harness.app.http.listen({ host: 'localhost', port: 0 });
  apiOrigin = `http://localhost:${(harness.app.http.server.address() as AddressInfo).port}`;

  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(15_000);
  const calls: Call[] = [];
  const strangers = new Set<string>();
  const open = new Set<Request>();
  await page.route('**/*', (route) => {
    const url = new URL(route.request().url());
    if ([origin, apiOrigin].includes(url.origin)) return route.continue();
    strangers.add(url.host);
    return route.abort();
  });
  page.on('request', (request) => void (request.url().startsWith(`${apiOrigin}/`) && open.add(request)));
  page.on('requestfailed', (request) => void open.delete(request));
  page.on('requestfinished', async (request) => {
    if (!open.has(request)) return;
    const answer = await request.response();
    calls.push({
      request: `${request.method()} ${request
        .url()
        .slice(apiOrigin.length)
        .replace(/^\/frontegg/, '')}`,
      status: answer?.status() ?? 0,
      sent: request.postData(),
      answer: (await answer?.text().catch(() => '')) ?? '',
    });
    open.delete(request);
  });

  const part = (name: string): Locator => page.locator(`[data-test-id="${name}"]`);

  /** Tells whether the page works at nothing. While it runs a script or is left for another one, it cannot answer. */
  const idle = async (): Promise<boolean> =>
    open.size === 0 &&
    (await page.evaluate(() => (globalThis as unknown as { document: { readyState: string } }).document.readyState).catch(() => '')) === 'complete';
  /** A page that has asked for nothing for half a second is waiting for its reader. */
  const quiet = async () => {
    for (let calm = 0; calm < 5; calm = (await idle()) ? calm + 1 : 0) await page.waitForTimeout(100);
  };
  const visit = async (act: () => Promise<unknown>): Promise<Call[]> => {
    calls.length = 0;
    await act();
    await quiet();
    const missing = calls.filter(
      ({ status, answer }) => status >= 500 || status === 405 || (status === 404 && !notSet.some((text) => answer.includes(`"${text}"`))),
    );
    expect(missing, 'what the screens need and the server lacks').toEqual([]);
    expect(calls.length, calls.map(({ request }) => request).join('\n')).toBeLessThanOrEqual(mostRequests);
    return [...calls];
  };

  const logIn = async (email: string, secret: string): Promise<Call[]> => {
    await visit(async () => {
      await page.goto(`${origin}/account/login`);
      await part('input-email').waitFor();
    });
    await part('input-email').fill(email);
    await part('input-password').fill(secret);
    return visit(() => part('submit-btn').click());
  };

  return {
    harness,
    page,
    origin,
    strangers,
    part,
    visit,
    logIn,
    async openPortal(tenantId, name) {
      const email = `${name.toLowerCase()}@${tenantId}.example`;
      await createUser(harness, tenantId, email, { roleIds: [roleIds.admin], name });
      // The login is the newest event of the tenant.
      harness.clock.advance({ seconds: 1 });
      await logIn(email, password);
      await visit(() => page.click('#settings'));
      return email;
    },
    secretIn: async (picture) => new URL(decodeQrDataUri((await picture.getAttribute('src')) ?? '')).searchParams.get('secret') ?? '',
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
      await harness.close();
    },
  };
}
