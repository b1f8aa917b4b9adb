import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { seedDemo } from '../../src/cli/seed-demo.ts';
import { totp } from '../support/builders.ts';
import { openHarness } from '../support/harness.ts';
import { decodeQr } from '../support/qr.ts';
import { useHarness } from '../support/use-harness.ts';
import { barriers } from './barriers.ts';
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

/** Opens a tab, and waits until its document is there. */
async function open(tab: string): Promise<void> {
  await page.locator('.graphiql-tab-button', { hasText: new RegExp(`^${tab}$`) }).click();
  await expect.poll(() => page.locator('.graphiql-query-editor .view-lines').innerText(), { timeout: 15_000 }).toMatch(new RegExp(`\\s${tab}\\b`));
  await settle();
}

/** GraphiQL takes over what stands in its editors a tenth of a second later, so nobody who waits for less is a person. */
const settle = (): Promise<void> => page.waitForTimeout(300);

/** What the editor beside the document holds: the variables of the open tab, or its headers. */
const held = (name: 'variables' | 'request-headers'): Promise<string> =>
  page.evaluate(
    (file) =>
      (globalThis as unknown as { monaco: Editors }).monaco.editor
        .getModels()
        .find(({ uri }) => uri.path.endsWith(file))
        ?.getValue() ?? '',
    `${name}.json`,
  );
/** The part of the global of the editors that is read here. */
interface Editors {
  editor: { getModels(): { uri: { path: string }; getValue(): string }[] };
}

/** Types over a part of the variables of the open tab, as a person does who selects it and types. */
async function type(old: string, text: string): Promise<void> {
  await expect.poll(() => held('variables')).toContain(`"${old}"`);
  await page
    .locator('.graphiql-editor-tool .view-line', { hasText: `"${old}"` })
    .locator('span', { hasText: `"${old}"` })
    .last()
    .dblclick();
  await page.keyboard.insertText(text);
  // A double click selects a word, which is all of a code and a part of a token.
  await expect.poll(() => held('variables')).toContain(text);
  await settle();
}

/** Clicks Run in the open tab and answers what came back. */
async function press(tab: string): Promise<Record<string, Record<string, unknown>>> {
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

/** Opens a tab and runs it as it is. */
async function run(tab: string): Promise<Record<string, Record<string, unknown>>> {
  await open(tab);
  return press(tab);
}

/** Opens a tab, types the code that the app shows now over the one of before, and runs it. */
async function runWithCode(tab: string, secret: string, before = '000000'): Promise<Record<string, Record<string, unknown>>> {
  harness.clock.advance({ seconds: 60 });
  await open(tab);
  await type(before, totp(harness, secret));
  return press(tab);
}

const panel = (name: string) => page.locator(`#${name}`);

test('GraphiQL opens offline, and its tabs lead from the policy to a second factor that is proven again, with nothing copied but the code of the app', async () => {
  await page.goto(`${origin}${harness.app.graphiqlPath}`);
  expect(page.url()).toBe(`${origin}/graphiql`);
  await page.waitForSelector('.graphiql-execute-button');

  const policy = await run('ReadPolicy');
  expect(policy.mfaPolicy).toMatchObject({ enforceMfaType: 'DONT_FORCE', allowRememberMyDevice: true });
  await expect.poll(() => page.locator('.result-window').innerText()).toContain('ONLY_ENVIRONMENT');

  const login = await run('LogIn');
  expect(login.logIn).toMatchObject({ __typename: 'MfaChallenge', enrolled: false, availableStrategies: ['AUTHENTICATOR_APP', 'EMAIL_CODE'] });
  await expect.poll(() => panel('carried').innerText()).toContain('mfaToken');

  const enrollment = await run('EnrollWithQr');
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
  expect(distinctColors(whole)).toBeGreaterThan(50);

  const secret = uri.searchParams.get('secret') ?? '';
  const verified = await runWithCode('VerifyEnrollment', secret);
  expect(await picture.count(), 'the QR code closes at the next run').toBe(0);
  expect(verified.verifyAuthenticatorAppEnrollment).toMatchObject({
    __typename: 'VerifyAuthenticatorAppEnrollmentSuccess',
    recoveryCode: expect.stringMatching(/^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/),
    session: { accessToken: expect.stringMatching(/^eyJ/) },
  });

  expect((await run('Me')).viewer).toMatchObject({ email: 'dana@acme.example', mfaEnrolled: true });
  harness.clock.advance({ seconds: 1 });
  expect((await run('StepUp')).generateStepUp).toMatchObject({ __typename: 'StepUpChallenge' });
  const steppedUp = await runWithCode('VerifyStepUp', secret);
  expect(steppedUp.verifyAuthenticatorApp).toMatchObject({ __typename: 'VerifyAuthenticatorAppSuccess' });
  const { accessToken } = (steppedUp.verifyAuthenticatorApp as { session: { accessToken: string } }).session;
  await open('Me');
  await expect.poll(() => held('request-headers')).toContain(`Bearer ${accessToken}`);

  expect((await run('LogIn')).logIn).toMatchObject({ __typename: 'MfaChallenge', enrolled: true });
  expect((await runWithCode('Verify', secret)).verifyAuthenticatorApp).toMatchObject({ __typename: 'VerifyAuthenticatorAppSuccess' });
  expect((await run('Recover')).recoverMfa).toMatchObject({ __typename: 'RecoverMfaSuccess', recovered: true });
  expect((await run('Users')).users).toMatchObject({ nodes: expect.arrayContaining([expect.objectContaining({ email: 'dana@acme.example' })]) });
});

test('a code by e-mail completes the login without a token being copied', async () => {
  expect((await run('LogIn')).logIn).toMatchObject({ __typename: 'MfaChallenge', enrolled: false });
  expect((await run('SendEmailCode')).sendEmailCode).toMatchObject({ __typename: 'SendEmailCodeSuccess' });
  await harness.app.outbox.flush();
  const sent = harness.mail.at(-1);
  await open('VerifyEmailCode');
  await type('000000', sent !== undefined && 'code' in sent ? sent.code : '');
  expect((await press('VerifyEmailCode')).verifyEmailCode).toMatchObject({ __typename: 'VerifyEmailCodeSuccess' });
});

test('impact, explanation and adoption are there for the demo data without an edit', async () => {
  expect((await run('Impact')).simulateMfaPolicy).toMatchObject({ impact: { totalCount: 2, counts: expect.anything() } });
  expect((await run('Explain')).explainMfa).toMatchObject({ outcome: expect.any(String), sentence: expect.any(String) });
  expect((await run('Adoption')).mfaAdoption).toMatchObject({ now: { users: 2 }, funnel: { challenged: expect.any(Number) } });
});

test('what a person typed stays, whatever the answers give', async () => {
  await open('EnrollWithQr');
  const [, token = ''] = /"mfaToken": "([^"]+)"/.exec(await held('variables')) ?? [];
  await type(token, 'typed');
  const typed = await held('variables');
  await run('LogIn');
  await panel('carried').waitFor();
  await open('Verify');
  await expect.poll(() => held('variables')).toMatch(/"mfaToken": "[\w-]{43}"/);
  expect(await held('variables')).not.toContain(token);
  await open('EnrollWithQr');
  expect(await held('variables')).toBe(typed);
});

test('a panel is announced, and closes by its labelled button, by Escape and at the next run', async () => {
  const hint = async () => {
    await run('LogIn');
    await panel('carried').waitFor();
  };
  await hint();
  expect(await page.getByRole('status').filter({ hasText: 'Filled into' }).count()).toBe(1);
  expect(await barriers(page, '#panels')).toEqual([]);
  const close = page.getByRole('button', { name: 'Close: Values for other tabs' });
  await close.focus();
  await page.keyboard.press('Enter');
  expect(await panel('carried').count()).toBe(0);
  expect(await page.evaluate(() => document.activeElement?.className)).toContain('graphiql-execute-button');

  await hint();
  await page.keyboard.press('Escape');
  expect(await panel('carried').count()).toBe(0);

  await hint();
  await run('Strategies');
  expect(await panel('carried').count()).toBe(0);
});

test('an environment token that has expired is replaced by a new one, and a hint says so', async () => {
  await open('Strategies');
  const before = await held('request-headers');
  harness.clock.advance({ seconds: 3_600 });
  await press('Strategies');
  await expect.poll(() => panel('hint').innerText()).toContain('A new one is filled in');
  await expect.poll(() => held('request-headers')).not.toBe(before);
  expect((await press('Strategies')).mfaStrategies).toEqual(expect.arrayContaining([{ strategy: 'AUTHENTICATOR_APP', active: true }]));
  expect((await run('Adoption')).mfaAdoption, 'another tab').toMatchObject({ now: { users: 2 } });

  await run('Me');
  await expect.poll(() => panel('hint').innerText()).toContain('Complete a login again');
});

test('tokens that the browser kept of an earlier start are not used, and a tab whose value is missing says where it comes from', async () => {
  const stale = { query: '{ mfaPolicy { enforceMfaType } }', headers: '{"authorization":"Bearer stale"}', title: 'Old', id: 'old', variables: null };
  await page.evaluate((tab) => {
    localStorage.setItem(
      'graphiql:tabState',
      JSON.stringify({ activeTabIndex: 0, tabs: [{ ...tab, operationName: null, response: null, hash: null }] }),
    );
    localStorage.setItem('graphiql:headers', tab.headers);
  }, stale);
  await page.reload();
  await page.waitForSelector('.graphiql-execute-button');
  expect(await held('request-headers')).toMatch(/Bearer eyJ/);
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('stale');
  expect((await run('ReadPolicy')).mfaPolicy).toMatchObject({ enforceMfaType: 'DONT_FORCE' });

  await run('VerifyStepUp');
  await expect
    .poll(() => panel('hint').locator('p').innerText())
    .toBe('The mfaToken is filled in by StepUp, which has to run first. The accessToken is filled in by a completed login, which has to run first.');
});

test('where the browser is not admitted any more, the hint names the link that the server printed', async () => {
  await open('Strategies');
  harness.clock.advance({ seconds: 50_000 });
  await press('Strategies');
  await expect.poll(() => panel('hint').innerText()).toContain('Open the link that the server printed');
});

afterEach(() => {
  expect(strangers).toEqual([]);
  // The browser itself writes a line for an answer that is no success.
  expect(complaints.filter((text) => !/status of 40[13]/.test(text))).toEqual([]);
});

/** A blank page has one color. */
function distinctColors({ data }: PNG): number {
  const colors = new Set<number>();
  for (let index = 0; index < data.length; index += 4) colors.add(data.readUInt32BE(index));
  return colors.size;
}
