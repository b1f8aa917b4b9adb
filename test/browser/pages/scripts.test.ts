import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page, Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { close, useViews } from './app.ts';

const views = useViews();

test('a password can be shown, and is hidden again when it is sent', async () => {
  const page = await views.open('/en/login');
  const field = page.getByLabel('Password', { exact: true });
  await page.getByLabel('E-mail address or username').fill('ada@acme.example');
  await field.fill('correct horse');
  const show = page.getByRole('button', { name: 'Show the password' });
  await show.click();
  expect(await field.getAttribute('type')).toBe('text');
  expect(await show.getAttribute('aria-pressed')).toBe('true');
  await show.click();
  expect(await field.getAttribute('type')).toBe('password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL('**/return-to-app');
  expect(views.posted.at(-1)).toEqual({ form: 'a-form-token', email: 'ada@acme.example', password: 'correct horse' });
  await close(page);
});

/** The part of a document that the page is asked for here. */
interface Clickable {
  querySelector(selector: string): { click(): void };
}

test('a form that is being sent is not sent again by an impatient click', async () => {
  const page = await views.open('/en/unlock');
  const held: Route[] = [];
  await page.route('**/oauth/account/page**', (route) => void held.push(route));
  // Playwright would wait with the second click until the first one has led somewhere, so the page clicks by itself.
  await page.evaluate(() => {
    const button = (document as unknown as Clickable).querySelector('button.main');
    for (const milliseconds of [50, 500]) setTimeout(() => button.click(), milliseconds);
  });
  await expect.poll(() => held.length).toBe(1);
  await delay(1_000);
  expect(held).toHaveLength(1);
  await held[0]?.continue();
  await page.waitForURL('**/return-to-app');
  await close(page);
});

test('blanks and hyphens of a pasted code are taken out', async () => {
  const page = await views.open('/en/mfa-app', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.evaluate(() => navigator.clipboard.writeText(' 123-456 '));
  await page.getByLabel('Code', { exact: true }).focus();
  await page.keyboard.press('Control+V');
  expect(await page.getByLabel('Code', { exact: true }).inputValue()).toBe('123456');
  await close(page);
});

test('another code can be asked for once the time has passed', async () => {
  const page = await views.open('/en/mfa-email-sent');
  expect(await page.getByRole('button', { name: 'Send another code' }).isEnabled()).toBe(true);
  await page.clock.install();
  await views.go(page, '/en/mfa-sms-sent');
  const again = page.getByRole('button', { name: 'Send another code' });
  expect(await again.isDisabled()).toBe(true);
  expect(await page.getByText('You can ask for another code in 0:30.').isVisible()).toBe(true);
  await page.clock.runFor(31_000);
  expect(await again.isEnabled()).toBe(true);
  await close(page);
});

test('a recovery code can be copied, downloaded and printed, and has to be saved', async () => {
  const page = await views.open('/en/recovery-code', { permissions: ['clipboard-read', 'clipboard-write'], acceptDownloads: true });
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('7K3QM-9TZ4X-B2HND-5RWVC-8FJP1');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()]);
  expect(download.suggestedFilename()).toBe('recovery-code.txt');
  expect(await readFile(await download.path(), 'utf8')).toBe('Recovery code for Acme\r\n\r\n7K3QM-9TZ4X-B2HND-5RWVC-8FJP1\r\n');
  expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(true);
  const before = views.posted.length;
  await page.getByRole('button', { name: 'Continue' }).click();
  expect(views.posted).toHaveLength(before);
  await page.getByLabel('I have saved the recovery code').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL('**/return-to-app');
  expect(views.posted.at(-1)).toEqual({ form: 'a-form-token', saved: '1' });
  await close(page);
});

test('without JavaScript nothing is offered that needs it', async () => {
  const page = await views.open('/en/recovery-code', { javaScriptEnabled: false });
  expect(await page.getByRole('button').allTextContents()).toEqual(['Continue', 'Go back without signing in']);
  expect(await page.getByRole('link', { name: 'Download' }).isVisible()).toBe(true);
  await views.go(page, '/en/login');
  expect(await page.getByRole('button').allTextContents()).toEqual(['Sign in', 'E-mail me a code instead', 'Go back without signing in']);
  await views.go(page, '/en/mfa-platform');
  expect(await page.getByText('This step needs JavaScript.').isVisible()).toBe(true);
  await close(page);
});

/** Lets the browser have a security key that belongs to nobody. */
async function withSecurityKey(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'usb', hasResidentKey: true, hasUserVerification: true, isUserVerified: true } as const;
  await session.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, automaticPresenceSimulation: true } });
}

test('an authenticator that the browser finds none for is said so, and can be asked for again', async () => {
  const page = await views.open('/en/login');
  await withSecurityKey(page);
  // The samples are for another domain, so the browser refuses at once.
  await views.go(page, '/en/mfa-key');
  const before = views.posted.length;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('That was cancelled, or took too long.').waitFor();
  expect(await page.getByRole('button', { name: 'Try again' }).isEnabled()).toBe(true);
  expect(views.posted).toHaveLength(before);
  await close(page);
});

test('a browser without WebAuthn says so and leads to the other ways', async () => {
  const page = await views.open('/en/login');
  await page.addInitScript(() => Reflect.deleteProperty(window, 'PublicKeyCredential'));
  await views.go(page, '/en/mfa-platform');
  await page.getByText('This browser cannot use security keys').waitFor();
  expect(await page.getByRole('button', { name: 'Continue with this device' }).isVisible()).toBe(false);
  expect(await page.getByRole('link', { name: /Text message/ }).isVisible()).toBe(true);
  await close(page);
});
