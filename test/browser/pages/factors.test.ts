import type { CDPSession, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { createUserInTenant, setPolicy, setStrategy, totp } from '../../support/builders.ts';
import { newNumber, phoneUser, textedCode } from '../../support/sms.ts';
import { offerWebAuthn } from '../../support/webauthn-flows.ts';
import { admitted, close, enterCode, heading, problem, signIn, useHostedLogin } from './hosted.ts';

const hosted = useHostedLogin({ sms: true });
const { harness } = hosted;

/** A person who has to enroll, in a tenant of their own. */
async function newcomer(name: string): Promise<string> {
  const { email, tenantId } = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 604_800 }, tenantId);
  return email;
}

/** Keeps the recovery code, and goes on. */
async function keepRecoveryCode(page: Page): Promise<string> {
  await heading(page, 'Save your recovery code');
  const code = await page.locator('#recovery-code').innerText();
  expect(code).toMatch(/^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/);
  await page.getByLabel('I have saved the recovery code').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  return code;
}

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  const named = (text: string): string => `${text}-${javaScriptEnabled ? 'with' : 'without'}`;

  test('a phone that was enrolled: its code is sent on request, and not twice at once', async () => {
    await setStrategy(harness, 'SMS', true);
    const { email, number } = await phoneUser(harness, named('phone'));
    harness.clock.advance({ seconds: 60 });
    const page = await hosted.begin({}, { javaScriptEnabled });
    await signIn(page, email);
    await heading(page, 'Confirm that it is you');
    await page.getByText('We send a code to your phone +44').waitFor();
    await page.getByRole('button', { name: 'Send the code' }).click();
    await page.getByText('We sent a code to your phone +44').waitFor();
    const again = page.getByRole('button', { name: 'Send another code' });
    if (javaScriptEnabled) {
      expect(await again.isDisabled()).toBe(true);
    } else {
      await again.click();
      expect(await problem(page)).toBe('Too many attempts. Try again in 30 seconds.');
    }
    await enterCode(page, await textedCode(harness, number));
    await admitted(page);
    await close(page);
  });

  test('a forced enrollment of a phone, after a number that is none, shows the recovery code once', async () => {
    await setStrategy(harness, 'SMS', true);
    const number = newNumber();
    const page = await hosted.begin({}, { javaScriptEnabled });
    await signIn(page, await newcomer(named('new-phone')));
    await heading(page, 'Set up a second step');
    await page.getByRole('link', { name: /^Text message/ }).click();
    await page.getByLabel('Mobile number').fill('12');
    await page.getByRole('button', { name: 'Send the code' }).click();
    expect(await problem(page)).toBe('Enter a mobile number with the country code. Numbers of some countries are not supported.');
    expect(await page.getByLabel('Mobile number').inputValue()).toBe('12');
    await page.getByLabel('Mobile number').fill(number);
    await page.getByRole('button', { name: 'Send the code' }).click();
    await page.getByText('We sent a code to your phone +44').waitFor();
    await enterCode(page, await textedCode(harness, number), 'Finish');
    await heading(page, 'Save your recovery code');
    await page.reload();
    await heading(page, 'The recovery code was shown already');
    expect(await page.locator('#recovery-code').count()).toBe(0);
    await page.getByRole('button', { name: 'Continue' }).click();
    await admitted(page);
    await close(page);
  });

  test('a forced enrollment of an app remembers the browser, which is then asked no more', async () => {
    const email = await newcomer(named('new-app'));
    const page = await hosted.begin({}, { javaScriptEnabled });
    await signIn(page, email);
    await page.getByRole('link', { name: /^Authenticator app/ }).click();
    await heading(page, 'Set up your authenticator app');
    const secret = (await page.locator('code.secret').innerText()).replaceAll(' ', '');
    // Whoever goes away from the page and comes back sees the same secret.
    await page.getByRole('link', { name: 'Choose another way' }).click();
    await page.getByRole('link', { name: /^Authenticator app/ }).click();
    expect((await page.locator('code.secret').innerText()).replaceAll(' ', '')).toBe(secret);
    await page.getByLabel('Do not ask again on this device for 7 days').check();
    await enterCode(page, totp(harness, secret), 'Finish');
    await keepRecoveryCode(page);
    await admitted(page);
    const again = await hosted.begin({ prompt: 'login' }, page);
    await signIn(again, email);
    await admitted(again);
    await close(page);
  });
});

/** The part of a document that the page is asked for here. */
interface Answerable {
  querySelector(selector: string): { submit(): void };
}

interface Key {
  session: CDPSession;
  authenticatorId: string;
}

type Credential = Awaited<ReturnType<typeof unplug>>;

/** Plugs a security key into the browser, for one of its pages. It may have a credential already. */
async function plugIn(page: Page, credential?: Credential): Promise<Key> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'usb', hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  if (credential !== undefined) await session.send('WebAuthn.addCredential', { authenticatorId, credential });
  return { session, authenticatorId };
}

/** Takes the key out, and returns what it holds. */
async function unplug(page: Page, { session, authenticatorId }: Key) {
  const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId });
  await session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
  const [credential] = credentials;
  if (credential === undefined) throw new Error(`the key has no credential after ${page.url()}`);
  return credential;
}

test('a security key is enrolled by its name, and proves the next sign-in, also after an answer that was refused', async () => {
  await offerWebAuthn(harness);
  const email = await newcomer('new-key');
  const page = await hosted.begin();
  const first = await plugIn(page);
  await signIn(page, email);
  await page.getByRole('link', { name: /^Security key/ }).click();
  await heading(page, 'Set up your security key');
  await page.getByLabel('Name of the device').fill('Blue key');
  await page.getByRole('button', { name: 'Set up' }).click();
  await keepRecoveryCode(page);
  await admitted(page);

  const again = await hosted.begin({ prompt: 'login' }, page);
  await again.bringToFront();
  const { session, authenticatorId } = await plugIn(again, await unplug(page, first));
  await signIn(again, email);
  await heading(again, 'Confirm that it is you');
  // The key is not touched yet, and what arrives instead is no answer of it.
  await session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: false });
  await again.getByRole('button', { name: 'Continue with the security key' }).click();
  await again.getByText('Waiting for your answer to the browser').waitFor();
  await again.evaluate(() => (document as unknown as Answerable).querySelector('form:has([name=answer])').submit());
  expect(await problem(again)).toBe('This key or device was not accepted. Try again, or choose another way.');
  await session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: true });
  await again.getByRole('button', { name: 'Try again' }).click();
  await admitted(again);
  await close(page);
});

test('without JavaScript a security key is said to need it', async () => {
  await offerWebAuthn(harness);
  const page = await hosted.begin({}, { javaScriptEnabled: false });
  await signIn(page, await newcomer('key-without'));
  await page.getByRole('link', { name: /^Security key/ }).click();
  await page.getByText('This step needs JavaScript.').waitFor();
  expect(await page.getByRole('button', { name: 'Set up' }).count()).toBe(0);
  await close(page);
});
