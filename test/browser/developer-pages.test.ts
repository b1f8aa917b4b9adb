import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedDemo } from '../../src/cli/seed-demo.ts';
import { createMemoryDelivery } from '../../src/platform/mail/smtp.ts';
import { collectingDelivery, openHarness } from '../support/harness.ts';
import { quiet } from '../support/postgres.ts';
import { useHarness } from '../support/use-harness.ts';
import { barriers } from './barriers.ts';
import { launchChromium } from './chromium.ts';

const harness = useHarness(() => {
  const mail = createMemoryDelivery(quiet, { now: () => harness.clock.now() });
  return openHarness({
    settings: { PUBLIC_URL: 'http://localhost:4000' },
    ports: {
      delivery: {
        ...collectingDelivery([], []),
        send: async (message, sender) => (message.template === 'SMS_CODE' ? undefined : mail.send(message, sender)),
      },
      developmentMail: { messages: mail.messages, key: async () => 'k'.repeat(43), keyPath: 'data/developer-key' },
    },
  });
});
let browser: Browser;
let context: BrowserContext;
let page: Page;
let origin: string;
const complaints: string[] = [];

beforeAll(async () => {
  await seedDemo(harness.app);
  await harness.app.http.listen({ host: '127.0.0.1', port: 0 });
  origin = `http://127.0.0.1:${(harness.app.http.server.address() as AddressInfo).port}`;
  browser = await launchChromium();
  context = await browser.newContext({ viewport: { width: 1000, height: 800 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
});

afterAll(() => browser?.close());

const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('the link that the server printed leads to the start page, and from there to everything that is served', async () => {
  const strange = await browser.newPage();
  expect((await strange.goto(`${origin}/`))?.status()).toBe(403);
  expect(await strange.locator('main').innerText()).toContain('Open the link');
  await strange.close();

  await page.goto(`${origin}${harness.app.startPath}`);
  expect(page.url()).toBe(`${origin}/`);
  const links = await page.locator('main a').evaluateAll((found) => found.map((link) => link.getAttribute('href') ?? ''));
  expect(links).toEqual(expect.arrayContaining(['/graphiql', '/dev/outbox', '/readme', '/openapi.json', '/schema.graphql']));
  expect(links.includes('/console')).toBe(harness.app.http.hasRoute({ method: 'GET', url: '/console' }));
  for (const link of links) expect((await page.goto(`${origin}${link}`))?.status(), link).toBe(200);
});

test('README is a page whose links lead somewhere, with a list of its chapters', async () => {
  await page.goto(`${origin}/readme`);
  await page.getByRole('navigation', { name: 'Chapters' }).getByRole('link', { name: 'Settings', exact: true }).click();
  expect(page.url()).toBe(`${origin}/readme#settings`);
  expect(await page.locator('#settings').innerText()).toBe('Settings');
  const links = await page
    .locator('main a:not([href^="#"])')
    .evaluateAll((found) => [...new Set(found.map((link) => link.getAttribute('href') ?? ''))]);
  expect(links).toEqual(expect.arrayContaining(['/openapi.json', '/errors', '/contributing', '/schema.graphql']));
  for (const link of links.filter((path) => path.startsWith('/'))) expect((await page.request.get(`${origin}${link}`)).status(), link).toBe(200);
});

test('the outbox shows a code that one click copies, a link that can be followed, and on request what has come since', async () => {
  await page.goto(`${origin}/dev/outbox`);
  expect(await page.locator('main').innerText()).toContain('There is no e-mail yet.');
  const input = { email: 'sam@acme.example', password: 'sallyport-demo' };
  const mutation = 'mutation ($input: LogInInput!) { logIn(input: $input) { ... on MfaChallenge { mfaToken } } }';
  const login = await harness.graphql(mutation, { input });
  const mfaToken = String(Object.values(login.data?.logIn ?? {})[0]);
  await harness.graphql('mutation ($input: SendEmailCodeInput!) { sendEmailCode(input: $input) { __typename } }', { input: { mfaToken } });
  await harness.app.outbox.flush();
  harness.clock.advance({ seconds: 5 });
  await harness.send({ method: 'POST', url: '/identity/resources/users/v1/passwords/reset', body: { email: 'dana@acme.example' } });
  await harness.app.outbox.flush();

  await page.getByRole('link', { name: 'Refresh' }).click();
  const mails = page.locator('article');
  expect(await mails.locator('h2').allInnerTexts()).toEqual(['Set a new password', 'Your login code']);
  expect(await mails.nth(1).innerText()).toContain('To sam@acme.example');
  await mails.nth(1).getByRole('button', { name: 'Copy the code' }).click();
  await expect.poll(() => mails.nth(1).getByRole('status').innerText()).toBe('Copied');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^\d{6}$/);
  expect(await mails.nth(1).locator('.text').innerText()).toContain(copied);
  expect(await mails.nth(0).getByRole('link').getAttribute('href')).toMatch(/^http:\/\/localhost:4000\/oauth\/account\/reset-password\?/);
});

test.each(['light', 'dark'] as const)('in %s, at 360 pixels and wide, nothing is cut off and axe finds nothing serious', async (colorScheme) => {
  await page.emulateMedia({ colorScheme });
  for (const path of ['/', '/readme', '/errors', '/contributing', '/docs/console.md', '/docs/hosted-login.md', '/dev/outbox']) {
    for (const width of [360, 1000]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${origin}${path}`);
      expect(await wide(), `${path} at ${width}`).toBe(0);
      if (process.env.SCREENSHOTS !== undefined) {
        await writeFile(`${process.env.SCREENSHOTS}/${colorScheme}-${width}${path.replaceAll('/', '_')}.png`, await page.screenshot());
      }
    }
    expect(await barriers(page), path).toEqual([]);
  }
  const strange = await (await browser.newContext({ colorScheme })).newPage();
  await strange.goto(`${origin}/dev/outbox`);
  expect(await strange.locator('main').innerText()).toContain('data/developer-key');
  expect(await barriers(strange)).toEqual([]);
  await strange.context().close();
});

test('the pages run and load nothing that their content security policy refuses', () => {
  expect(complaints).toEqual([]);
});
