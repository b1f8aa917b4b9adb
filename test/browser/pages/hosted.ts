import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import fastify from 'fastify';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { asEnvironment, expectStatus, password } from '../../support/builders.ts';
import type { Harness, HarnessOptions } from '../../support/harness.ts';
import { clientId, openHarness } from '../../support/harness.ts';
import { useHarness } from '../../support/use-harness.ts';
import { launchChromium } from '../chromium.ts';

/** What a story works with: the server, an application that sends people to it, and a browser. */
export interface Hosted {
  harness: Harness;
  /** Where the application wants its answers. */
  redirectUri: string;
  /** Goes to the application's sign-in in a browser of its own, or in the one of another page. */
  begin(parameters?: Record<string, string>, options?: BrowserContextOptions | Page): Promise<Page>;
  /** Opens an address of the server. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
}

/** The verifier and the challenge that RFC 7636, appendix B, has as its example. */
export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

/** Whatever pages complain about: errors of scripts, and what their policy refused. */
const complaints: string[] = [];

/** Closes a browser, and fails if a page has complained about anything. */
export async function close(page: Page): Promise<void> {
  await page.context().close();
  expect(complaints).toEqual([]);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** One server with hosted login and one browser for the stories of a file. */
export function useHostedLogin(options: HarnessOptions = {}): Hosted {
  let port = 0;
  const harness = useHarness(async () => {
    port = await freePort();
    return openHarness({ ...options, settings: { PUBLIC_URL: `http://localhost:${port}`, ...options.settings } });
  });
  const application = fastify();
  let redirectUri = '';
  let browser: Browser;

  beforeAll(async () => {
    application.get('/callback', (request, reply) => {
      // The address of a page never reaches the application, nor anybody whom its page loads something from.
      if (request.headers.referer !== undefined) complaints.push(`the application was told to come from ${request.headers.referer}`);
      return reply.type('text/html').send('<!doctype html><title>The application</title><link rel="icon" href="data:,">');
    });
    await application.listen({ host: '127.0.0.1', port: 0 });
    redirectUri = `http://localhost:${(application.server.address() as AddressInfo).port}/callback`;
    const headers = await asEnvironment(harness);
    const url = '/oauth/resources/configurations/v1/redirect-uri';
    expectStatus(await harness.send({ method: 'POST', url, headers, body: { redirectUri } }), 201);
    await harness.app.http.listen({ host: '127.0.0.1', port });
    browser = await launchChromium();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await application.close();
  });

  const newPage = async (contextOptions: BrowserContextOptions | Page): Promise<Page> => {
    const context = 'goto' in contextOptions ? contextOptions.context() : await browser.newContext({ locale: 'en-GB', ...contextOptions });
    const page = await context.newPage();
    page.on('console', (message) => {
      // Chromium reports every answer of 400 and above as an error.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(`${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
    return page;
  };
  return {
    harness,
    get redirectUri() {
      return redirectUri;
    },
    async begin(parameters = {}, contextOptions = {}) {
      const page = await newPage(contextOptions);
      const query = new URLSearchParams({
        ...{ response_type: 'code', client_id: clientId, redirect_uri: redirectUri, scope: 'openid', state: 'kept' },
        ...{ code_challenge: challenge, code_challenge_method: 'S256', ...parameters },
      });
      await page.goto(`http://localhost:${port}/oauth/authorize?${query}`);
      return page;
    },
    async open(path, contextOptions = {}) {
      const page = await newPage(contextOptions);
      await page.goto(`http://localhost:${port}${path}`);
      return page;
    },
  };
}

/** Waits until the browser is back at the application with a code. Answers what came with it. */
export async function answered(page: Page): Promise<URLSearchParams> {
  await page.waitForURL('**/callback?**');
  const { searchParams } = new URL(page.url());
  expect(searchParams.get('state')).toBe('kept');
  return searchParams;
}

/** Waits until the browser is back at the application with a code. */
export const admitted = async (page: Page): Promise<void> => expect((await answered(page)).get('code')).toMatch(/^[\w-]{43}$/);

/** Waits for the page with this heading. */
export const heading = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor();

/** Fills the page to sign in. */
export async function signIn(page: Page, email: string, secret = password): Promise<void> {
  await heading(page, 'Sign in');
  await page.getByLabel('E-mail address or username').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(secret);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Answers with a code. */
export async function enterCode(page: Page, code: string, button = 'Confirm'): Promise<void> {
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByRole('button', { name: button }).click();
}

/** What the page says went wrong. */
export const problem = (page: Page): Promise<string> => page.getByRole('alert').innerText();
