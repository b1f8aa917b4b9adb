import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { createUserInTenant, enroll, setPolicy, totp } from '../../support/builders.ts';
import { givePhone, underSmsCode } from '../../support/phones.ts';
import { anotherCode, textedCode } from '../../support/sms.ts';
import { admitted, answered, close, enterCode, heading, problem, signIn, useHostedLogin } from './hosted.ts';

const hosted = useHostedLogin({ sms: true });
const { harness } = hosted;

/** Somebody with an authenticator app, in a tenant that asks for it. */
async function withApp(name: string) {
  const { email, tenantId } = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
  return { email, tenantId, ...(await enroll(harness, email)) };
}

/** Answers the second factor with the app, and lets the time of the code pass. */
async function answer(page: Page, secret: string): Promise<void> {
  await heading(page, 'Confirm that it is you');
  await enterCode(page, totp(harness, secret));
  harness.clock.advance({ seconds: 60 });
}

const acr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  const named = (text: string): string => `${text}-${javaScriptEnabled ? 'with' : 'without'}`;

  test('a recovery code removes the lost factor, and the person signs in and enrolls again', async () => {
    const { email, recoveryCode } = await withApp(named('lost'));
    const page = await hosted.begin({}, { javaScriptEnabled });
    await signIn(page, email);
    await page.getByRole('link', { name: /recovery code/ }).click();
    await heading(page, 'Use a recovery code');
    expect(await page.getByLabel('E-mail address or username').inputValue()).toBe(email);
    await page.getByLabel('Recovery code').fill('AAAAA-BBBBB-CCCCC-DDDDD-EEEEE');
    await page.getByRole('button', { name: 'Remove my second steps' }).click();
    expect(await problem(page)).toBe('This address and this recovery code do not go together, or the code was used before.');
    await page.getByLabel('Recovery code').fill(recoveryCode.toLowerCase());
    await page.getByRole('button', { name: 'Remove my second steps' }).click();
    await page.getByText('Your second steps were removed.').waitFor();
    await signIn(page, email);
    await heading(page, /Set up/);
    await close(page);
  });

  test('a code by text message signs in, and says the same to whoever has no phone', async () => {
    const { id, email } = await createUserInTenant(harness, named('texted'));
    const { number } = await givePhone(harness, id);
    const nobody = `${named('nobody-texted')}@acme.example`;
    await underSmsCode(harness, async () => {
      const page = await hosted.begin({}, { javaScriptEnabled });
      await page.getByLabel('E-mail address or username').fill(nobody);
      await page.getByRole('button', { name: 'Text me a code instead' }).click();
      await page.getByText(`If ${nobody} has an account with a phone number`).waitFor();
      await page.getByRole('link', { name: /password/ }).click();
      await page.getByLabel('E-mail address or username').fill(email);
      await page.getByRole('button', { name: 'Text me a code instead' }).click();
      await page.getByText(`If ${email} has an account with a phone number`).waitFor();
      await enterCode(page, anotherCode(await textedCode(harness, number)), 'Sign in');
      expect(await problem(page)).not.toBe('');
      await enterCode(page, await textedCode(harness, number), 'Sign in');
      await admitted(page);
      await close(page);
    });
  });

  test('a step-up asks the person of the session for the factor alone', async () => {
    const { email, secret } = await withApp(named('step-up'));
    const page = await hosted.begin({}, { javaScriptEnabled });
    await signIn(page, email);
    await answer(page, secret);
    await admitted(page);
    harness.clock.advance({ seconds: 120 });
    const raised = await hosted.begin({ acr_values: acr, max_age: '60' }, page);
    await heading(raised, 'Confirm that it is you');
    await raised.getByText(`You are signed in as ${email}.`).waitFor();
    expect(await raised.getByLabel('Password', { exact: true }).count()).toBe(0);
    await answer(raised, secret);
    await admitted(raised);

    // Whoever is somebody else signs in instead, and the sign-in goes on to the same application.
    harness.clock.advance({ seconds: 120 });
    const other = await hosted.begin({ acr_values: acr, max_age: '60' }, page);
    await other.getByRole('button', { name: 'Not you? Sign in as somebody else' }).click();
    await signIn(other, email);
    await answer(other, secret);
    await admitted(other);
    await close(page);
  });

  test('two tabs sign in beside each other', async () => {
    const { email, secret } = await withApp(named('tabs'));
    const one = await hosted.begin({}, { javaScriptEnabled });
    const other = await hosted.begin({}, one);
    await signIn(one, email);
    await signIn(other, email);
    await answer(other, secret);
    await admitted(other);
    await answer(one, secret);
    await admitted(one);
    await close(one);
  });

  test('whoever goes back comes to where the sign-in is, and after it to a page that says that it is over', async () => {
    const { email, secret } = await withApp(named('back'));
    const page = await hosted.begin({}, { javaScriptEnabled });
    const loginAddress = page.url();
    await signIn(page, email);
    await heading(page, 'Confirm that it is you');
    await page.goto(loginAddress);
    await heading(page, 'Confirm that it is you');
    const factorAddress = page.url();
    await answer(page, secret);
    await admitted(page);
    await page.goto(factorAddress);
    await heading(page, 'Sign in again');
    expect(await problem(page)).toContain('This sign-in has expired');
    await close(page);
  });

  test('somebody signs in as another account from the page of the second factor', async () => {
    const { email } = await withApp(named('first'));
    const { email: second } = await createUserInTenant(harness, named('second'));
    const page = await hosted.begin({}, { javaScriptEnabled });
    await signIn(page, email);
    await page.getByRole('button', { name: 'Back to sign in' }).click();
    await signIn(page, second);
    await admitted(page);
    await close(page);
  });

  test('a factor that took too long leads back to the sign-in, and an hour ends it', async () => {
    const { email, secret } = await withApp(named('slow'));
    const page = await hosted.begin({}, { javaScriptEnabled });
    await signIn(page, email);
    await heading(page, 'Confirm that it is you');
    await page.getByText('this page works for 10 more minutes').waitFor();
    harness.clock.advance({ seconds: 660 });
    await enterCode(page, totp(harness, secret));
    await heading(page, 'Sign in');
    expect(await problem(page)).toBe('That took too long, or too many codes were wrong. Sign in again.');
    harness.clock.advance({ seconds: 3_600 });
    await signIn(page, email);
    await heading(page, 'Sign in again');
    expect(new URL(page.url()).pathname).toBe('/oauth/account/error');
    await close(page);
  });
});

test('a form of another browser, and one of a step that is over, sign nobody in', async () => {
  const { email } = await createUserInTenant(harness, 'elsewhere');
  const page = await hosted.begin();
  const address = page.url();
  const elsewhere = await hosted.open(new URL(address).pathname + new URL(address).search);
  await heading(elsewhere, 'Sign in again');
  await signIn(page, email);
  await admitted(page);
  await close(elsewhere);
  await close(page);
});

test('a language that the application names is spoken, otherwise that of the browser', async () => {
  const named = await hosted.begin({ ui_locales: 'xx de' });
  await heading(named, 'Anmelden');
  expect(await named.locator('html').getAttribute('lang')).toBe('de');
  await close(named);
  const browsers = await hosted.begin({}, { locale: 'de-AT' });
  await heading(browsers, 'Anmelden');
  await close(browsers);
});

test('an application that is not known, or whose address is not registered, gets nobody: a page says so', async () => {
  const page = await hosted.begin({ redirect_uri: 'https://evil.example/callback' });
  await heading(page, 'That did not work');
  expect(await problem(page)).toBe('The app that sent you here asked for something that is not allowed. Tell its operator.');
  expect(await page.content()).not.toContain('evil');
  await close(page);
});

test('a sign-in that the application asks to be silent never shows a page', async () => {
  const page = await hosted.begin({ prompt: 'none' });
  expect((await answered(page)).get('error')).toBe('login_required');
  await close(page);
});

test('another way to sign in that the application names is said to be missing, until there is something else to say', async () => {
  const action = Buffer.from(JSON.stringify({ type: 'social-login', data: 'google' })).toString('base64');
  const page = await hosted.begin({ login_direct_action: action });
  await page.getByText('Signing in with this provider is not available here. Use your password.').waitFor();
  await signIn(page, 'nobody@acme.example', 'wrong');
  expect(await problem(page)).toBe('This address and this password do not go together.');
  expect(await page.getByText('Signing in with this provider').count()).toBe(0);
  await close(page);
});
