import { describe, expect, test } from 'vitest';
import { createUserInTenant, enroll, mailedCode, setPolicy, setStrategy, totp, wrongTotp } from '../../support/builders.ts';
import { admitted, close, enterCode, heading, problem, signIn, useHostedLogin } from './hosted.ts';

const hosted = useHostedLogin({ sms: true });
const { harness } = hosted;

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  const name = (text: string): string => `${text}-${javaScriptEnabled ? 'with' : 'without'}`;

  test('a wrong password is said, keeps the address, and the right one leads to the application', async () => {
    const { email } = await createUserInTenant(harness, name('plain'));
    const page = await hosted.begin({}, { javaScriptEnabled });
    await signIn(page, email, 'wrong');
    expect(await problem(page)).toBe('This address and this password do not go together.');
    expect(await page.title()).toBe('Error: Sign in – Sallyport');
    expect(await page.getByLabel('E-mail address or username').inputValue()).toBe(email);
    expect(await page.getByLabel('Password', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    // Loaded again, the page sends nothing again and has forgotten the error.
    await page.reload();
    expect(await page.getByRole('alert').count()).toBe(0);
    await signIn(page, email);
    await admitted(page);
    await close(page);
  });

  test('an unknown person gets the words of a wrong password', async () => {
    const page = await hosted.begin({ login_hint: 'nobody@acme.example' }, { javaScriptEnabled });
    expect(await page.getByLabel('E-mail address or username').inputValue()).toBe('nobody@acme.example');
    await page.getByLabel('Password', { exact: true }).fill('whatever it is');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await problem(page)).toBe('This address and this password do not go together.');
    await close(page);
  });

  test('an authenticator app, after a wrong code, and with blanks and a hyphen in the right one', async () => {
    const { email } = await createUserInTenant(harness, name('app'));
    await setPolicy(harness, { enforceMFAType: 'Force' }, name('app'));
    const { secret } = await enroll(harness, email);
    const page = await hosted.begin({}, { javaScriptEnabled });
    await signIn(page, email);
    await heading(page, 'Confirm that it is you');
    await enterCode(page, wrongTotp(harness, secret));
    expect(await problem(page)).toBe('This code is wrong or was used before. You have 4 attempts left.');
    const code = totp(harness, secret);
    await enterCode(page, ` ${code.slice(0, 3)}-${code.slice(3)} `);
    await admitted(page);
    await close(page);
  });

  test('a code by e-mail, sent on request', async () => {
    const { email, tenantId } = await createUserInTenant(harness, name('mail'));
    await setStrategy(harness, 'EmailCode', true);
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    const page = await hosted.begin({}, { javaScriptEnabled });
    await signIn(page, email);
    await heading(page, 'Set up a second step');
    await page.getByRole('link', { name: /^E-mail/ }).click();
    await heading(page, 'Confirm by e-mail');
    await page.getByRole('button', { name: 'Send the code' }).click();
    await page.getByText(/We sent a code to m•••@acme.example/).waitFor();
    await enterCode(page, await mailedCode(harness, email), 'Finish');
    await admitted(page);
    await close(page);
  });
});
