import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { KeptMail } from '../../../src/platform/mail/smtp.ts';
import { totp } from '../../support/builders.ts';
import type { Harness, HarnessOptions } from '../../support/harness.ts';
import { clientId, openHarness, secret } from '../../support/harness.ts';
import { useHarness } from '../../support/use-harness.ts';
import { launchChromium } from '../chromium.ts';
import { freePort } from '../free-port.ts';
import type { World } from './world.ts';
import { fillWorld, password } from './world.ts';

/** What a test of the console works with. */
export interface Visits {
  harness: Harness;
  world: World;
  /** Opens a page of the console in a browser of its own. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Opens a page and signs in with the credentials of the environment. */
  openAsEnvironment(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Opens a page and signs in as a user, by an authenticator app if the user has one. */
  openAs(email: string, path: string, options?: BrowserContextOptions): Promise<Page>;
}

export interface Kept {
  messages: KeptMail[];
}

/** One filled server and one browser for the tests of a file. Whatever a page complains about fails the test that ends next. */
export function useConsole(options: HarnessOptions = {}): Visits & Kept {
  const messages: KeptMail[] = [];
  const developmentMail = { messages: () => messages, key: async () => 'k'.repeat(43), keyPath: 'data/developer-key' };
  let port = 0;
  const harness = useHarness(async () => {
    // WebAuthn is bound to the origin of the page, so the settings have to know the port.
    port = await freePort();
    return openHarness({ ...options, settings: { PUBLIC_URL: `http://localhost:${port}`, ...options.settings }, ports: { developmentMail } });
  });
  let browser: Browser;
  let origin: string;
  let world: World | undefined;

  beforeAll(async () => {
    world = await fillWorld(harness);
    await harness.app.http.listen({ host: '127.0.0.1', port });
    origin = `http://localhost:${port}`;
    browser = await launchChromium();
  }, 120_000);
  afterAll(() => browser?.close());

  const open: Visits['open'] = async (path, contextOptions = {}) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', timezoneId: 'UTC', ...contextOptions });
    const page = await context.newPage();
    watch(page, origin);
    await page.goto(`${origin}${path}`);
    await page.getByRole('heading', { level: 1, name: 'Sign in to the console' }).waitFor();
    return page;
  };
  return {
    harness,
    messages,
    get world() {
      if (world === undefined) throw new Error('the world is made before the first test');
      return world;
    },
    open,
    async openAsEnvironment(path, contextOptions) {
      const page = await open(path, contextOptions);
      await signInAsEnvironment(page, clientId, secret);
      await signedIn(page);
      return page;
    },
    async openAs(email, path, contextOptions) {
      const page = await open(path, contextOptions);
      await enterPassword(page, email, password);
      const known = world?.secrets[email];
      if (known !== undefined) {
        // A code is valid once, and another test may have used that of this half minute.
        harness.clock.advance({ seconds: 60 });
        await page.getByLabel('Code', { exact: true }).fill(totp(harness, known));
        await page.getByRole('button', { name: 'Continue' }).click();
      }
      await signedIn(page);
      return page;
    },
  };
}

/** Complaints of all pages: errors of scripts, violations of the content security policy, and requests to elsewhere. */
const complaints = new Map<Page, string[]>();

function watch(page: Page, origin: string): void {
  const found: string[] = [];
  complaints.set(page, found);
  page.on('console', (message) => {
    // Chromium reports refused answers of the server as errors too, which the page shows in its own words.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) found.push(message.text());
  });
  page.on('pageerror', (error) => found.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:')) found.push(`asked ${request.url()}`);
  });
}

/** Closes a page, and fails if it has complained about anything. */
export async function close(page: Page): Promise<void> {
  await page.context().close();
  expect(complaints.get(page)).toEqual([]);
}

/** Waits until the pages of the console are there. */
export const signedIn = (page: Page): Promise<void> => page.getByRole('button', { name: 'Sign out' }).waitFor();

/** Waits until the heading of a page is there and everything on it has an answer. */
export async function ready(page: Page, heading: string | RegExp): Promise<void> {
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  await expect.poll(() => page.locator('[aria-busy="true"], .skeleton').count()).toBe(0);
}

export async function signInAsEnvironment(page: Page, id: string, given: string): Promise<void> {
  await page.getByRole('radio', { name: 'The environment' }).check();
  await page.getByLabel('Client id').fill(id);
  await page.getByLabel('Secret').fill(given);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function enterPassword(page: Page, email: string, given: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(given);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
