import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { createUserInTenant, enroll, password, setPolicy, totp } from '../../support/builders.ts';
import { offerWebAuthn } from '../../support/webauthn-flows.ts';
import { barriersOf } from '../console/axe.ts';
import { close, enterCode, heading, problem, signIn, useHostedLogin } from './hosted.ts';

const hosted = useHostedLogin({ sms: true });
const { harness } = hosted;

/** Somebody with an authenticator app, in a tenant that asks nobody to have one. */
async function personWithApp(name: string): Promise<TestUser & { secret: string }> {
  const user = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  const { secret } = await enroll(harness, user.email);
  await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: true, mfaDeviceExpiration: 604_800 }, user.tenantId);
  return { ...user, secret };
}

/** Signs in to see the account. */
async function visit(user: TestUser & { secret?: string }, options = {}): Promise<Page> {
  const page = await hosted.open('/oauth/account', options);
  await signIn(page, user.email);
  if (user.secret !== undefined) {
    await heading(page, 'Confirm that it is you');
    await enterCode(page, totp(harness, user.secret));
    harness.clock.advance({ seconds: 30 });
  }
  await heading(page, 'Your account');
  return page;
}

const notice = (page: Page): Promise<string> => page.getByRole('status').first().innerText();

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  const named = (text: string): string => `${text}-${javaScriptEnabled ? 'with' : 'without'}`;

  test('a person sets up a second app, renames and removes it, and makes new recovery codes', async () => {
    const user = await personWithApp(named('account-factors'));
    const page = await visit(user, { javaScriptEnabled });
    await page.getByRole('link', { name: /^Second steps/ }).click();
    await page.getByRole('link', { name: /^Authenticator app/ }).click();
    await heading(page, 'Set up your authenticator app');
    const secret = (await page.locator('code.secret').innerText()).replaceAll(' ', '');
    await enterCode(page, totp(harness, secret), 'Finish');
    await heading(page, 'Second steps');
    expect(await notice(page)).toBe('Your second step is set up.');
    await page
      .getByRole('link', { name: /^Rename/ })
      .last()
      .click();
    await page.getByLabel('Name of the device').fill('Tablet');
    await page.getByRole('button', { name: 'Save the name' }).click();
    await page.getByRole('link', { name: 'Remove Tablet' }).click();
    await heading(page, 'Remove a second step');
    await page.getByRole('button', { name: 'Remove' }).click();
    expect(await notice(page)).toBe('The second step is removed.');
    expect(await page.getByRole('link', { name: /^Remove/ }).count()).toBe(1);

    await page.getByRole('link', { name: 'Back to your account' }).click();
    await page.getByRole('link', { name: /^Recovery codes/ }).click();
    await page.getByRole('link', { name: 'Make new codes' }).click();
    await page.getByRole('button', { name: 'Make new codes' }).click();
    await heading(page, 'Save your recovery codes');
    expect((await page.locator('#recovery-code').innerText()).trim().split(/\s+/)).toHaveLength(10);
    // Who goes on and comes back finds no codes any more.
    await page.getByRole('link', { name: 'I have saved them' }).click();
    await heading(page, 'Your account');
    await page.goBack();
    await heading(page, 'The recovery codes were shown already');
    expect(await page.locator('#recovery-code').count()).toBe(0);
    await close(page);
  });

  test('what is sensitive asks for the factor again after five minutes, and goes on where it was', async () => {
    const user = await personWithApp(named('account-stale'));
    const page = await visit(user, { javaScriptEnabled });
    const other = await visit(user, { javaScriptEnabled });
    harness.clock.advance({ seconds: 301 });
    await page.getByRole('link', { name: /^Where you are signed in/ }).click();
    await page.getByRole('button', { name: 'Sign out all other devices' }).click();
    await heading(page, 'Confirm that it is you');
    await enterCode(page, totp(harness, user.secret));
    await heading(page, 'Sign out all other devices');
    await page.getByRole('button', { name: 'Sign out all other devices' }).click();
    expect(await notice(page)).toBe('All other devices are signed out.');
    await other.reload();
    await heading(other, 'Sign in');
    await close(other);
    await close(page);
  });

  test('a remembered device is forgotten, and the profile has another name', async () => {
    const user = await personWithApp(named('account-devices'));
    const page = await hosted.open('/oauth/account/devices', { javaScriptEnabled });
    await signIn(page, user.email);
    await page.getByLabel('Do not ask again on this device for 7 days').check();
    await enterCode(page, totp(harness, user.secret));
    await heading(page, 'Remembered devices');
    await page.getByRole('button', { name: /^Forget .* on / }).click();
    await page.getByText('No device is remembered.').waitFor();
    await page.getByRole('link', { name: 'Back to your account' }).click();
    await page.getByRole('link', { name: /^Profile/ }).click();
    await page.getByLabel('Your name').fill('Ada');
    await page.getByRole('button', { name: 'Save' }).click();
    expect(await notice(page)).toBe('Your profile is saved.');
    await close(page);
  });

  test('after signing out the back button shows nothing of the account', async () => {
    const user = await createUserInTenant(harness, named('account-back'));
    const page = await visit(user, { javaScriptEnabled });
    await page.getByRole('link', { name: /^Where you are signed in/ }).click();
    await page.getByRole('link', { name: 'Back to your account' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading(page, 'You are signed out');
    for (let steps = 0; steps < 3; steps += 1) {
      await page.goBack();
      await heading(page, 'Sign in');
      expect(await page.content()).not.toContain(user.email);
    }
    await close(page);
  });
});

test('a security key is set up under its name, and proves that it is the owner', async () => {
  await offerWebAuthn(harness);
  const user = await createUserInTenant(harness, 'account-key');
  const page = await visit(user);
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'usb', hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await page.getByRole('link', { name: /^Second steps/ }).click();
  await page.getByRole('link', { name: /^Security key/ }).click();
  await page.getByLabel('Name of the device').fill('Blue key');
  await page.getByRole('button', { name: 'Set up' }).click();
  await heading(page, 'Save your recovery code');
  await page.getByRole('link', { name: 'I have saved the recovery code' }).click();
  await page.getByRole('link', { name: /^Second steps/ }).click();
  await page.getByRole('link', { name: 'Remove Blue key' }).click();
  await heading(page, 'Confirm that it is you');
  await page.getByRole('button', { name: 'Continue with the security key' }).click();
  await heading(page, 'Remove a second step');
  await page.getByRole('button', { name: 'Remove' }).click();
  expect(await notice(page)).toBe('The second step is removed.');
  await close(page);
});

test('the whole page works by the keyboard: to a part, through its form and out again', async () => {
  const user = await createUserInTenant(harness, 'account-keys');
  const page = await visit(user);
  const focused = (): Promise<string> => page.locator(':focus').innerText();
  await page.keyboard.press('Tab');
  expect(await focused()).toMatch(/^Profile/);
  await page.keyboard.press('Enter');
  await heading(page, 'Profile');
  await page.keyboard.press('Tab');
  expect(await page.locator(':focus').getAttribute('id')).toBe('name');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('x'.repeat(300));
  await page.keyboard.press('Enter');
  expect(await problem(page)).toBe('This text is too long.');
  // The error has the focus, and its link leads to the field.
  expect(await page.locator(':focus').getAttribute('role')).toBe('alert');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.getByLabel('Your name').fill('Keys');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Save');
  await page.keyboard.press('Enter');
  expect(await notice(page)).toBe('Your profile is saved.');
  await close(page);
});

test.each(['light', 'dark'] as const)(
  'the pages as the server sends them have no barrier in %s, on 320 pixels and in German',
  async (colorScheme) => {
    const user = await personWithApp(`account-look-${colorScheme}`);
    const page = await hosted.open('/oauth/account', { colorScheme, locale: 'de-DE', viewport: { width: 320, height: 640 } });
    await page.locator('[name=email]').fill(user.email);
    await page.locator('[name=password]').fill(password);
    await page.getByRole('button', { name: 'Anmelden' }).click();
    await page.getByLabel('Code', { exact: true }).fill(totp(harness, user.secret));
    await page.getByRole('button', { name: 'Bestätigen' }).click();
    await heading(page, 'Ihr Konto');
    const parts = ['', '/profile', '/password', '/factors', '/factors/add?strategy=AUTHENTICATOR_APP', '/recovery-codes', '/devices', '/sessions'];
    const { origin } = new URL(page.url());
    for (const part of parts) {
      await page.goto(`${origin}/oauth/account${part}`);
      expect(await page.evaluate(() => document.documentElement.lang), part).toBe('de');
      expect(await page.evaluate(() => document.documentElement.scrollWidth), part).toBeLessThanOrEqual(320);
      expect(await barriersOf(page), part).toEqual([]);
    }
    await close(page);
  },
);
