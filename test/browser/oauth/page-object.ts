import type { Page } from 'playwright-core';
import { password, totp } from '../../support/builders.ts';
import type { Harness } from '../../support/harness.ts';

/** What people do on the pages of hosted login, in a browser. Each function begins on the page that it is about, and waits for it. */

/** Waits until a page of hosted login is shown. */
export const onPage = (page: Page, path: string): Promise<void> => page.waitForURL((url) => url.pathname === `/oauth/account/${path}`);

/** What the page says went wrong. */
export const problem = (page: Page): Promise<string> => page.getByRole('alert').innerText();

/** The button of the form that holds this field. */
const submit = (page: Page, field: string) => page.locator(`form:has(${field}) button[type=submit]`).first().click();

/** Fills in the address and the password. */
export async function signIn(page: Page, email: string, secret = password): Promise<void> {
  await onPage(page, 'login');
  await page.locator('[name=email]').fill(email);
  await page.locator('[name=password]').fill(secret);
  await submit(page, '[name=password]');
}

/** Types a code, and asks for the device to be remembered if that is wanted. */
export async function enterCode(page: Page, code: string, { remember = false } = {}): Promise<void> {
  await page.locator('[name=code]').fill(code);
  if (remember) await page.locator('[name=remember]').check();
  await submit(page, '[name=code]');
}

/** Answers with the code of an authenticator app. */
export const answerTotp = (harness: Harness, page: Page, secret: string, options = {}): Promise<void> =>
  enterCode(page, totp(harness, secret), options);

/** Has a code sent. */
export const sendCode = (page: Page): Promise<void> => submit(page, '[name=action][value=send]');

/** Chooses another way to confirm, by the words on its link. */
export const chooseFactor = (page: Page, name: string): Promise<void> => page.locator('a.choice', { hasText: name }).click();

/** Has the browser asked for its authenticator. The page that comes next asks by itself. */
export const askBrowser = (page: Page): Promise<void> => page.locator('[data-webauthn] button[type=submit]').click();

/** Enrolls an authenticator app, and lets the time of its code pass. Returns the secret that the page shows. */
export async function enrollApp(harness: Harness, page: Page): Promise<string> {
  await onPage(page, 'mfa/enroll');
  const choice = page.locator('a.choice', { hasText: 'Authenticator app' });
  if ((await page.locator('[name=code]').count()) === 0) await choice.click();
  const secret = (await page.locator('code.secret').innerText()).replace(/\s/g, '');
  await answerTotp(harness, page, secret);
  await onPage(page, 'mfa/recovery');
  harness.clock.advance({ seconds: 60 });
  return secret;
}

/** Keeps the recovery code and goes on. Returns the code. */
export async function continueFromRecoveryCode(page: Page): Promise<string> {
  await onPage(page, 'mfa/recovery');
  const code = await page.locator('#recovery-code').innerText();
  await page.locator('[name=saved]').check();
  await submit(page, '[name=saved]');
  return code;
}
