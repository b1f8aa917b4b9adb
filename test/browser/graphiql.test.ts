import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedDemo } from '../../src/cli/seed-demo.ts';
import { totp } from '../support/builders.ts';
import { openHarness } from '../support/harness.ts';
import { decodeQr } from '../support/qr.ts';
import { useHarness } from '../support/use-harness.ts';
import { launchChromium } from './chromium.ts';

const harness = useHarness(() => openHarness({ settings: { PUBLIC_URL: 'http://localhost:4000' } }));
let browser: Browser;
let page: Page;
let origin: string;
const strangers: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  await seedDemo(harness.app);
  await harness.app.http.listen({ host: '127.0.0.1', port: 0 });
  origin = `http://127.0.0.1:${(harness.app.http.server.address() as AddressInfo).port}`;
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.route('**/*', (route) => {
    const url = route.request().url();
    if (url.startsWith(`${origin}/`)) return route.continue();
    strangers.push(url);
    return route.abort();
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
});

afterAll(() => browser?.close());

/** Clicks a ready tab, replaces its variables where some are given, runs it and answers what came back. */
async function run(tab: string, input?: object): Promise<Record<string, Record<string, unknown>>> {
  await page.locator('.graphiql-tab-button', { hasText: new RegExp(`^${tab}$`) }).click();
  await expect.poll(() => page.locator('.graphiql-query-editor .view-lines').innerText(), { timeout: 15_000 }).toMatch(new RegExp(`\\s${tab}\\b`));
  if (input !== undefined) {
    await page.locator('.graphiql-editor-tool .monaco-editor').first().click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(JSON.stringify({ input }));
    // The editor closes brackets and quotes by itself; what it added stands behind the cursor.
    await page.keyboard.press('Control+Shift+End');
    await page.keyboard.press('Delete');
  }
  // While an earlier answer is still being shown the same button says Stop, and a click then sends nothing.
  for (let tries = 1; ; tries += 1) {
    const answered = page
      .waitForResponse((response) => response.url() === `${origin}/graphql` && response.request().postDataJSON()?.query.includes(` ${tab}`), {
        timeout: 8_000,
      })
      .catch((error: unknown) => {
        if (tries === 3) throw error;
        return null;
      });
    await page.locator('.graphiql-execute-button[aria-label^="Execute"]').click();
    const answer = await answered;
    if (answer !== null) return ((await answer.json()) as { data: Record<string, Record<string, unknown>> }).data;
  }
}

test('GraphiQL opens offline, and its tabs lead from the policy to a verified second factor', async () => {
  await page.goto(`${origin}${harness.app.graphiqlPath}`);
  expect(page.url()).toBe(`${origin}/graphiql`);
  await page.waitForSelector('.graphiql-execute-button');

  const policy = await run('ReadPolicy');
  expect(policy.mfaPolicy).toMatchObject({ enforceMfaType: 'DONT_FORCE', allowRememberMyDevice: true });
  await expect.poll(() => page.locator('.result-window').innerText()).toContain('ONLY_ENVIRONMENT');

  const login = await run('LogIn');
  expect(login.logIn).toMatchObject({ __typename: 'MfaChallenge', enrolled: false, availableStrategies: ['AUTHENTICATOR_APP', 'EMAIL_CODE'] });
  const mfaToken = login.logIn?.mfaToken as string;

  const enrollment = await run('EnrollWithQr', { mfaToken });
  const picture = page.locator('#qr-code img');
  await picture.waitFor();
  const shown = await picture.screenshot();
  const uri = new URL(decodeQr(PNG.sync.read(shown)));
  expect(uri.protocol).toBe('otpauth:');
  expect(decodeURIComponent(uri.pathname)).toBe('/Sallyport:dana@acme.example');
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    secret: enrollment.enrollAuthenticatorApp?.secret,
    issuer: 'Sallyport',
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  });
  const whole = PNG.sync.read(await page.screenshot());
  if (process.env.SCREENSHOT_PATH !== undefined) await writeFile(process.env.SCREENSHOT_PATH, PNG.sync.write(whole));
  // A phone before the screen finds the code in the page as it is drawn, between editors and answers.
  expect(decodeQr(whole)).toBe(uri.href);

  const secret = uri.searchParams.get('secret') ?? '';
  const verified = await run('VerifyEnrollment', { mfaToken, code: totp(harness, secret) });
  expect(verified.verifyAuthenticatorAppEnrollment).toMatchObject({
    __typename: 'VerifyAuthenticatorAppEnrollmentSuccess',
    recoveryCode: expect.stringMatching(/^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/),
    session: { accessToken: expect.stringMatching(/^eyJ/) },
  });

  harness.clock.advance({ seconds: 60 });
  const second = await run('LogIn');
  expect(second.logIn).toMatchObject({ __typename: 'MfaChallenge', enrolled: true });
  const verify = await run('Verify', { mfaToken: second.logIn?.mfaToken, code: totp(harness, secret) });
  expect(verify.verifyAuthenticatorApp).toMatchObject({ __typename: 'VerifyAuthenticatorAppSuccess' });

  expect(strangers).toEqual([]);
  expect(complaints).toEqual([]);
  expect(distinctColors(whole)).toBeGreaterThan(50);
});

/** A blank page has one color. */
function distinctColors({ data }: PNG): number {
  const colors = new Set<number>();
  for (let index = 0; index < data.length; index += 4) colors.add(data.readUInt32BE(index));
  return colors.size;
}
