import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTenant, createUser, password, setPolicy, totp, wrongTotp } from '../../support/builders.ts';
import type { UserInterface } from './user-interface.ts';
import { openUserInterface } from './user-interface.ts';

/** The login box of `@frontegg/react` 4.0.30, unmodified. */
let ui: UserInterface;
beforeAll(async () => {
  ui = await openUserInterface();
  await createTenant(ui.harness, 'acme', 'Acme Ltd.');
  await setPolicy(ui.harness, { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 1_209_600 });
});
beforeEach(() => ui.page.context().clearCookies());
afterAll(() => ui?.close());

const requests = (calls: { request: string; status: number }[]) => calls.map(({ request, status }) => `${status} ${request}`);
const refresh = 'POST /identity/resources/auth/v1/user/token/refresh';
const verify = 'POST /identity/resources/auth/v1/user/mfa/verify';
const who = () => ui.page.locator('#who').innerText();
const logOut = () =>
  ui.visit(async () => {
    await ui.page.click('#log-out');
    await ui.part('input-email').waitFor();
  });

/** Types a code into its six fields, and asks for the device to be remembered if that is wanted. */
async function prove(code: string, { remember = false } = {}) {
  if (remember) await ui.page.locator('label', { hasText: "Don't ask again on this device for 14 days" }).click();
  await ui.part('mfa-code-input').locator('input').first().click();
  // The last digit sends them.
  return ui.visit(() => ui.page.keyboard.type(code));
}

/** Logs in where a second factor is due for the first time, and answers the secret that was scanned. */
async function enroll(email: string): Promise<string> {
  await ui.logIn(email, password);
  const secret = await ui.secretIn(ui.page.locator('img[src^="data:image/png"]'));
  await ui.page.locator('[name=token]').fill(totp(ui.harness, secret));
  // The button is called so.
  await ui.visit(() => ui.part('sumbit-btn').click());
  await ui.visit(() => ui.part('continueBtn').click());
  ui.harness.clock.advance({ seconds: 60 });
  return secret;
}

test('a wrong password is said, then a forced enrollment shows a QR code, refuses a wrong code and shows the recovery code', async () => {
  await createUser(ui.harness, 'acme', 'dana@acme.example');
  await ui.logIn('dana@acme.example', 'wrong password');
  await ui.page.getByText('Incorrect email or password').waitFor();
  await ui.part('input-password').fill(password);
  await ui.visit(() => ui.part('submit-btn').click());

  await ui.page.getByText('Multi-Factor authentication is required in order to access the account.').waitFor();
  const secret = await ui.secretIn(ui.page.locator('img[src^="data:image/png"]'));
  await ui.page.locator('[name=token]').fill(wrongTotp(ui.harness, secret));
  expect(requests(await ui.visit(() => ui.part('sumbit-btn').click()))).toEqual([`400 ${verify}`]);
  expect(await ui.part('6DigitsBox_error').innerText()).toBe('Invalid code');
  await ui.page.locator('[name=token]').fill(totp(ui.harness, secret));
  expect(requests(await ui.visit(() => ui.part('sumbit-btn').click()))).toContain(`201 ${verify}`);

  await ui.page.getByText('Your recovery code').waitFor();
  expect(await ui.part('undefined-box').locator('input').inputValue()).toMatch(/^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/);
  await ui.visit(() => ui.part('continueBtn').click());
  expect(await who()).toBe('dana@acme.example');
});

test('a reload refreshes silently, and after a log-out it finds nobody', async () => {
  await createUser(ui.harness, 'acme', 'rosa@acme.example');
  await enroll('rosa@acme.example');
  expect(requests(await ui.visit(() => ui.page.reload()))).toContain(`200 ${refresh}`);
  expect(await who()).toBe('rosa@acme.example');
  expect(requests(await logOut())).toContain('201 POST /identity/resources/auth/v1/logout');
  expect(ui.page.url()).toBe(`${ui.origin}/account/login`);
  expect(requests(await ui.visit(() => ui.page.goto(ui.origin)))).toContain(`401 ${refresh}`);
  await ui.page.locator('#log-in').waitFor();
});

test('the second login asks for a code, and a browser that is remembered is not asked again', async () => {
  await createUser(ui.harness, 'acme', 'sam@acme.example');
  const secret = await enroll('sam@acme.example');
  await logOut();
  await ui.logIn('sam@acme.example', password);
  await ui.page.getByText('Two-Factor authentication').waitFor();
  expect(requests(await prove(totp(ui.harness, secret), { remember: true }))).toContain(`201 ${verify}`);
  expect(await who()).toBe('sam@acme.example');
  await logOut();
  expect(requests(await ui.logIn('sam@acme.example', password)).join()).not.toContain('/mfa');
  expect(await who()).toBe('sam@acme.example');
});

test('a forgotten password is set anew by the mailed link, which opens the screen of the box', async () => {
  await createUser(ui.harness, 'acme', 'fay@acme.example');
  await ui.visit(() => ui.page.goto(`${ui.origin}/account/login`));
  await ui.visit(() => ui.part('forgot-password-btn').click());
  await ui.page.locator('[name=email]').fill('fay@acme.example');
  await ui.visit(() => ui.part('submit-btn').click());
  await ui.page.getByText('Check your inbox').waitFor();

  await ui.harness.app.outbox.flush();
  const message = ui.harness.mail.findLast(({ to, template }) => to === 'fay@acme.example' && template === 'PASSWORD_RESET');
  const { link } = message as { link: string };
  await ui.visit(() => ui.page.goto(link));
  const chosen = 'A new long Passphrase 7!';
  await ui.page.locator('[name=password]').fill(chosen);
  await ui.page.locator('[name=confirmPassword]').fill(chosen);
  await ui.visit(() => ui.part('submit-btn').click());
  await ui.page.getByText('Sign In').waitFor();
  await ui.logIn('fay@acme.example', password);
  await ui.page.getByText('Incorrect email or password').waitFor();
  await ui.logIn('fay@acme.example', chosen);
  await ui.page.getByText('Multi-Factor authentication is required').waitFor();
});

test('nothing is needed of Frontegg or any other machine', () => {
  // Pictures and letters, which the screens do without.
  expect([...ui.strangers].sort()).toEqual(['fonts.googleapis.com', 'ik.imagekit.io']);
});
