import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import { HandClock } from '../../support/clock.ts';
import type { Harness } from '../../support/harness.ts';
import { clientId, openHarness } from '../../support/harness.ts';
import { allowRedirects } from '../../support/user-agent.ts';
import { launchChromium } from '../chromium.ts';
import { freePort } from '../free-port.ts';

/** The library in the version that the application uses. */
type Library = 'frontegg-react-hosted' | '@frontegg/react';

export interface HostedOptions {
  library?: Library;
  /** `127.0.0.1` is another site than the server, whose cookies its scripts do not get. */
  host?: 'localhost' | '127.0.0.1';
  /** More options of the library. */
  options?: object;
  /** Where the answer comes back, without the origin. */
  callback?: string;
}

/** An application in a browser of its own, and the running server. */
export interface HostedApplication {
  harness: Harness;
  /** Of the application. */
  origin: string;
  /** Of the server. */
  apiOrigin: string;
  /** What the pages of the application and of the server asked of the server, as `METHOD status path`. */
  calls: string[];
  /** Machines besides these two that a page wanted to reach. None of the requests left the browser. */
  strangers: Set<string>;
  /** Opens the application as somebody whom the browser does not know. */
  visit(path?: string): Promise<Page>;
  /** Opens it in another tab of the same browser. */
  tab(page: Page, path?: string): Promise<Page>;
  /** Lets time pass for the server and for the page. */
  later(page: Page, seconds: number): Promise<void>;
  close(): Promise<void>;
}

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** Of two copies of a package the one beside the library, as where nothing else is installed. */
const beside = (name: string): string => fileURLToPath(new URL(`../../../node_modules/frontegg-react-hosted/node_modules/${name}`, import.meta.url));

/** Returns the application with the library in one script, made of the packages as they are published. */
async function bundle(library: Library): Promise<string> {
  const older = { '@frontegg/rest-api': 'frontegg-rest-api' };
  const newer = { '@frontegg/redux-store': beside('@frontegg/redux-store'), '@frontegg/types': beside('@frontegg/types') };
  const { outputFiles } = await build({
    entryPoints: [file('hosted-app.js')],
    bundle: true,
    write: false,
    format: 'iife',
    mainFields: ['browser', 'module', 'main'],
    alias: { 'frontegg-under-test': library, ...(library === '@frontegg/react' ? older : newer) },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/** Whom the application shows. The library shows somebody a moment before it leaves the address of the answer. */
export async function who(page: Page): Promise<string> {
  const shown = await page.locator('#who').innerText();
  await page.waitForURL((url) => !url.href.includes('/oauth/callback'));
  return shown;
}

/** Serves an application that leaves the login to the server, and opens a browser for it. */
export async function openHostedApplication({
  library = 'frontegg-react-hosted',
  host = 'localhost',
  options = {},
  callback = '/oauth/callback',
}: HostedOptions = {}): Promise<HostedApplication> {
  const [script, loginBox] = [await bundle(library), await readFile(file('hosted-login-box.js'))];
  const apiPort = await freePort();
  const apiOrigin = `http://localhost:${apiPort}`;
  const server = createServer((request, response) => {
    if (request.url === '/app.js') return response.setHeader('content-type', 'text/javascript; charset=utf-8').end(script);
    if (request.url === '/cdn/login-box/index.js') return response.setHeader('content-type', 'text/javascript').end(loginBox);
    const given = {
      contextOptions: { baseUrl: apiOrigin, clientId },
      authOptions: { keepSessionAlive: true, hostedLoginOptions: { loadUserOnFirstLoad: true } },
      ...{ cdnUrl: `${origin}/cdn`, lazyLoadAdminPortal: true, ...options },
    };
    const html = `<!doctype html><meta charset="utf-8"><title>App</title><div id="root" data-options='${JSON.stringify(given)}'></div><script src="/app.js"></script>`;
    return response.setHeader('content-type', 'text/html').end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const origin = `http://${host}:${(server.address() as AddressInfo).port}`;
  const harness = await openHarness({
    sms: true,
    settings: { PUBLIC_URL: apiOrigin, APP_URL: origin, CORS_ORIGINS: origin },
    // The page compares the times of its tokens with its own.
    clock: new HandClock(new Date()),
  });
  await harness.app.http.listen({ host: 'localhost', port: apiPort });
  await allowRedirects(harness, origin + callback);

  const browser = await launchChromium();
  const calls: string[] = [];
  const strangers = new Set<string>();
  const watch = async (context: BrowserContext): Promise<void> => {
    await context.route('**/*', (route) => {
      const url = new URL(route.request().url());
      if ([origin, apiOrigin].includes(url.origin)) return route.continue();
      strangers.add(url.host);
      return route.abort();
    });
    context.on('response', (answer) => {
      const url = new URL(answer.url());
      if (url.origin === apiOrigin) calls.push(`${answer.request().method()} ${answer.status()} ${url.pathname.replace(/^\/frontegg/, '')}`);
    });
  };
  const open = async (context: BrowserContext, path: string): Promise<Page> => {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(origin + path);
    return page;
  };

  return {
    ...{ harness, origin, apiOrigin, calls, strangers },
    async visit(path = '/') {
      const context = await browser.newContext({ locale: 'en' });
      await watch(context);
      return open(context, path);
    },
    tab: (page, path = '/') => open(page.context(), path),
    async later(page, seconds) {
      harness.clock.advance({ seconds });
      for (const each of page.context().pages()) await each.clock.setSystemTime(harness.clock.now());
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
      await harness.close();
    },
  };
}
