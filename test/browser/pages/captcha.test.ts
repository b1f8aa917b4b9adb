import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createUserInTenant, password } from '../../support/builders.ts';
import type { CaptchaServer } from '../../support/captcha-server.ts';
import { setCaptcha, siteKey, startCaptchaServer } from '../../support/captcha-server.ts';
import { setPasskeys } from '../../support/passkeys.ts';
import { setCore } from '../../support/passwordless.ts';
import { admitted, close, heading, problem, signIn, useHostedLogin } from './hosted.ts';

/** The pages of sign-in where a captcha is asked for, with the script of a provider on this machine. */
const provider: CaptchaServer = await startCaptchaServer();
const hosted = useHostedLogin({ settings: { ...provider.settings, CAPTCHA_SCRIPT_URL: `${provider.url}/api.js?render={siteKey}` } });
const { harness } = hosted;
beforeAll(() => setCaptcha(harness));
beforeEach(() => Object.assign(provider, { mood: 'OK', score: 0.9, asked: [], actions: [] }));
afterAll(() => provider.close());

const note = (page: Page) => page.getByText('This page checks that you are a person.');
/** Waits for what the page says went wrong. A captcha takes a moment before the form is sent, and an earlier problem is shown meanwhile. */
const expectProblem = (page: Page, words: string): Promise<void> => expect.poll(() => problem(page)).toBe(words);
/** What the policy of the page lets it load. */
const policyOf = async (page: Page): Promise<string> => (await (await page.reload())?.headerValue('content-security-policy')) ?? '';

test('the page answers the captcha by itself, and the person signs in as ever', async () => {
  const { email } = await createUserInTenant(harness, 'asked');
  const page = await hosted.begin();
  await heading(page, 'Sign in');
  await note(page).waitFor({ state: 'hidden' });
  await signIn(page, email, 'wrong');
  await expectProblem(page, 'This address and this password do not go together.');
  await signIn(page, email);
  await admitted(page);
  expect(provider.actions).toEqual(['login', 'login']);
  expect(new Set(provider.asked.map(({ response }) => response)).size).toBe(2);
  await close(page);
});

test('a captcha that was not accepted is said, and so is a provider that cannot be reached', async () => {
  const { email } = await createUserInTenant(harness, 'refused');
  const page = await hosted.begin();
  provider.score = 0.1;
  await signIn(page, email);
  await expectProblem(page, 'The check that you are a person did not succeed. Please try again.');
  provider.mood = 'BROKEN';
  await signIn(page, email);
  await expectProblem(page, 'The check that you are a person is not available at the moment. Please try again later.');
  await close(page);
});

test('by the button for a code, for a new password and for an account as well, each with its own action', async () => {
  const { email } = await createUserInTenant(harness, 'others');
  await setCore(harness, { authStrategy: 'Code', allowSignups: true });
  const page = await hosted.begin({ login_hint: email });
  await page.getByRole('button', { name: 'E-mail me a code instead' }).click();
  await page.getByText(`If there is an account for ${email}`).waitFor();
  expect(provider.actions).toEqual(['login']);
  await page.goBack();
  await heading(page, 'Sign in');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect.poll(() => provider.actions).toEqual(['login', 'password_reset']);
  await expect.poll(() => provider.asked.length).toBe(2);
  await close(page);

  const newcomer = await hosted.begin();
  await newcomer.getByRole('link', { name: 'Create one' }).click();
  await newcomer.getByLabel('Your name').fill('Newcomer');
  await newcomer.getByLabel('Company').fill('New');
  await newcomer.getByLabel('E-mail address').fill('newcomer@acme.example');
  await newcomer.getByLabel('New password').fill(password);
  await newcomer.locator('form button.main').click();
  await expect.poll(() => provider.actions.at(-1)).toBe('sign_up');
  await expect.poll(() => provider.asked.length).toBe(3);
  await close(newcomer);
  await setCore(harness, { authStrategy: 'EmailAndPassword' });
});

test('a passkey brings the captcha with its answer', async () => {
  await setPasskeys(harness, true);
  const user = await createUserInTenant(harness, 'passkey');
  const page = await hosted.open('/oauth/account');
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable', { enableUI: false });
  const authenticator = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true } as const;
  await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { ...authenticator, automaticPresenceSimulation: true } });
  await page.addInitScript(() => Object.assign(PublicKeyCredential, { isConditionalMediationAvailable: async () => false }));
  await page.reload();
  await signIn(page, user.email);
  await heading(page, 'Your account');
  await page.getByRole('link', { name: /Passkeys/ }).click();
  await page.getByRole('link', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('The passkey is added.').waitFor();
  await page.getByRole('link', { name: 'Back to your account' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto(`${new URL(page.url()).origin}/oauth/account`);
  provider.asked = [];
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await heading(page, 'Your account');
  expect(provider.asked).toHaveLength(1);
  await close(page);
  await setPasskeys(harness, false);
});

test('only a page that asks loads from the provider, and only while a captcha is asked for', async () => {
  const page = await hosted.begin();
  const allowed = [`script-src 'self' ${provider.url};`, `frame-src ${provider.url};`, `connect-src ${provider.url};`];
  const asking = await policyOf(page);
  for (const directive of allowed) expect(asking).toContain(directive);
  const other = await hosted.open('/oauth/account/recover');
  expect(await policyOf(other)).not.toContain(provider.url);
  await setCaptcha(harness, { enabled: false });
  expect(await policyOf(page)).not.toContain(provider.url);
  expect(await page.locator('input[name=captcha]').count()).toBe(0);
  await setCaptcha(harness);
  for (const one of [page, other]) await close(one);
});

test('without JavaScript the page says that a check is needed, and refuses', async () => {
  const { email } = await createUserInTenant(harness, 'no-script');
  const page = await hosted.begin({}, { javaScriptEnabled: false });
  await note(page).waitFor();
  await signIn(page, email);
  await expectProblem(page, 'The check that you are a person is missing. It needs JavaScript. Please try again.');
  expect(provider.asked).toEqual([]);
  await close(page);
});

test('without the script of the provider it says so as well', async () => {
  const { email } = await createUserInTenant(harness, 'blocked');
  const page = await hosted.begin();
  await page.context().route(`${provider.url}/**`, (route) => route.abort());
  await page.reload();
  await note(page).waitFor();
  await signIn(page, email);
  await expectProblem(page, 'The check that you are a person is missing. It needs JavaScript. Please try again.');
  await close(page);
});

describe('where no script is set', () => {
  const plain = useHostedLogin({ settings: provider.settings });
  beforeAll(() => setCaptcha(plain.harness));

  test('the page says that it cannot make the check, loads nothing of elsewhere, and refuses', async () => {
    const { email } = await createUserInTenant(plain.harness, 'no-script-url');
    const page = await plain.begin();
    await page.getByText('A check that you are a person is required here, and this page cannot make it.').waitFor();
    expect(await policyOf(page)).not.toContain('frame-src');
    await signIn(page, email);
    await expectProblem(page, 'The check that you are a person is missing. It needs JavaScript. Please try again.');
    expect(await page.locator('[data-site-key]').first().getAttribute('data-site-key')).toBe(siteKey);
    await close(page);
  });
});
