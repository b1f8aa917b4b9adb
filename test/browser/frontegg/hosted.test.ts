import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTenant, createUser, expectStatus, mailedCode, mfaTokenFor, setPolicy, setStrategy, totp } from '../../support/builders.ts';
import { verifyApp } from '../../support/requests.ts';
import { joinTenant } from '../../support/rest.ts';
import { newNumber, textedCode } from '../../support/sms.ts';
import { beginOwnEnrollment, rest } from '../../support/webauthn-flows.ts';
import {
  answerTotp,
  askBrowser,
  chooseFactor,
  continueFromRecoveryCode,
  enrollApp,
  enterCode,
  onPage,
  problem,
  sendCode,
  signIn,
} from '../oauth/page-object.ts';
import type { HostedApplication } from './hosted-ui.ts';
import { openHostedApplication, who } from './hosted-ui.ts';

/** `@frontegg/react` 7.13.11, unmodified, with `hostedLoginBox`: the login is on the pages of this server. */
let app: HostedApplication;
beforeAll(async () => {
  app = await openHostedApplication();
  await createTenant(app.harness, 'plain');
  await createTenant(app.harness, 'forced');
  await setPolicy(app.harness, { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 1_209_600 }, 'forced');
  for (const strategy of ['EmailCode', 'SMS', 'WebAuthnPlatform', 'WebAuthnCrossPlatform']) await setStrategy(app.harness, strategy, true);
});
afterAll(() => app?.close());

const silently = 'POST 200 /oauth/authorize/silent';
const askedSilently = 'POST 401 /oauth/authorize/silent';
const exchanged = 'POST 200 /oauth/token';
/** The pages of the login that were shown since the calls were counted. */
const shownPages = () => app.calls.filter((call) => call.startsWith('GET 200 /oauth/account/') && !call.includes('/assets/'));

let people = 0;
/** A person whom nobody has seen, on the first page of the application. */
async function stranger(tenantId: string): Promise<{ page: Page; email: string }> {
  people += 1;
  const { email } = await createUser(app.harness, tenantId, `person-${people}@${tenantId}.example`);
  app.calls.length = 0;
  return { page: await app.visit(), email };
}

async function signedIn(tenantId = 'plain') {
  const { page, email } = await stranger(tenantId);
  await page.click('#log-in');
  await signIn(page, email);
  return { page, email };
}

/** Signs in where a second factor is due for the first time. */
async function enrolled() {
  const { page, email } = await signedIn('forced');
  const secret = await enrollApp(app.harness, page);
  await continueFromRecoveryCode(page);
  expect(await who(page)).toBe(email);
  return { page, email, secret };
}

async function logOut(page: Page): Promise<void> {
  await page.click('#log-out');
  await page.locator('#log-in').waitFor();
}

describe('a login by password', () => {
  test('a wrong password is said on the page; the right one leads back, and the application has its person', async () => {
    const { page, email } = await stranger('plain');
    await page.click('#log-in');
    await signIn(page, email, 'a wrong password');
    expect(await problem(page)).not.toBe('');
    await signIn(page, email);
    expect(await who(page)).toBe(email);
    expect(new URL(page.url()).pathname).toBe('/');
    expect(app.calls).toContain(askedSilently);
    expect(app.calls).toContain(exchanged);
    expect(app.calls.filter((call) => /^\w+ 5/.test(call))).toEqual([]);
  });

  test('after a reload the person is there at once, and no page is shown', async () => {
    const { page, email } = await signedIn();
    await who(page);
    for (let turn = 0; turn < 3; turn += 1) {
      await app.later(page, 60);
      app.calls.length = 0;
      await page.reload();
      expect(await who(page)).toBe(email);
      expect(app.calls).toContain(silently);
      expect(shownPages()).toEqual([]);
    }
  });

  test('two tabs that refresh minutes apart, one after the other, both stay', async () => {
    const { page, email } = await signedIn();
    await who(page);
    const other = await app.tab(page);
    for (let turn = 0; turn < 3; turn += 1) {
      for (const each of [page, other]) {
        await app.later(page, 45);
        app.calls.length = 0;
        await each.click('#refresh');
        await expect.poll(() => app.calls).toContain(exchanged);
        expect(await who(each)).toBe(email);
      }
    }
    await other.reload();
    expect(await who(other)).toBe(email);
    await page.click('#refresh');
    expect(await who(page)).toBe(email);
  });

  test('another tenant is entered without a page', async () => {
    const { page, email } = await stranger('plain');
    await joinTenant(app.harness, email, await createTenant(app.harness, 'other'));
    await page.click('#log-in');
    await signIn(page, email);
    const before = await page.locator('#tenant').innerText();
    const target = before === 'plain' ? 'other' : 'plain';
    app.calls.length = 0;
    await page.click(`#enter-${target}`);
    await page.locator('#tenant', { hasText: target }).waitFor();
    await page.reload();
    expect(await page.locator('#tenant').innerText()).toBe(target);
    expect(shownPages()).toEqual([]);
  });
});

describe('a log-out', () => {
  test('ends it in the application and on the pages', async () => {
    const { page, email } = await signedIn();
    await who(page);
    app.calls.length = 0;
    await logOut(page);
    expect(app.calls).toContain('GET 200 /oauth/logout');
    await page.reload();
    await page.locator('#log-in').waitFor();
    await page.click('#log-in');
    await signIn(page, email);
    expect(await who(page)).toBe(email);
  });

  test('in one tab is noticed by the other at its next refresh', async () => {
    const { page } = await signedIn();
    await who(page);
    const other = await app.tab(page);
    await who(other);
    await logOut(page);
    await other.click('#refresh');
    await other.locator('#log-in').waitFor();
  });
});

describe('a second factor', () => {
  test('that is due for the first time is enrolled, and the recovery code is shown once', async () => {
    const { page, email } = await signedIn('forced');
    await enrollApp(app.harness, page);
    const shown = page.url();
    expect(await continueFromRecoveryCode(page)).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(await who(page)).toBe(email);
    await page.goto(shown);
    expect(await page.locator('#recovery-code').count()).toBe(0);
  });

  test('an authenticator app: a wrong code is said, the right one leads back, and a browser that is remembered is not asked again', async () => {
    const { page, email, secret } = await enrolled();
    await logOut(page);
    await page.click('#log-in');
    await signIn(page, email);
    await onPage(page, 'mfa');
    await enterCode(page, '000000');
    expect(await problem(page)).not.toBe('');
    await answerTotp(app.harness, page, secret, { remember: true });
    expect(await who(page)).toBe(email);
    await logOut(page);
    await page.click('#log-in');
    await signIn(page, email);
    expect(await who(page)).toBe(email);
  });

  test('a code by e-mail', async () => {
    const { page, email } = await enrolled();
    await logOut(page);
    await page.click('#log-in');
    await signIn(page, email);
    await onPage(page, 'mfa');
    await chooseFactor(page, 'E-mail');
    await sendCode(page);
    await page.locator('[name=code]').waitFor();
    await enterCode(page, await mailedCode(app.harness, email));
    expect(await who(page)).toBe(email);
  });

  test('a text message, from its enrollment on', async () => {
    const { page, email } = await signedIn('forced');
    const number = newNumber();
    await onPage(page, 'mfa/enroll');
    await chooseFactor(page, 'Text message');
    await page.locator('[name=phoneNumber]').fill(number);
    await sendCode(page);
    await page.locator('[name=code]').waitFor();
    await enterCode(page, await textedCode(app.harness, number));
    await continueFromRecoveryCode(page);
    expect(await who(page)).toBe(email);
    await logOut(page);
    await app.later(page, 120);
    await page.click('#log-in');
    await signIn(page, email);
    await onPage(page, 'mfa');
    await sendCode(page);
    await page.locator('[name=code]').waitFor();
    await enterCode(page, await textedCode(app.harness, number));
    expect(await who(page)).toBe(email);
  });

  /** Gives the browser an authenticator that answers without a touch. */
  async function plugIn(page: Page, transport: 'usb' | 'internal'): Promise<void> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable', { enableUI: false });
    const options = { protocol: 'ctap2', hasResidentKey: true, hasUserVerification: true, isUserVerified: true } as const;
    await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, transport, automaticPresenceSimulation: true } });
  }

  test('a security key, from its enrollment on', async () => {
    const { page, email } = await signedIn('forced');
    await plugIn(page, 'usb');
    await onPage(page, 'mfa/enroll');
    await chooseFactor(page, 'Security key');
    await page.locator('[name=name]').fill('Blue key');
    await askBrowser(page);
    await continueFromRecoveryCode(page);
    expect(await who(page)).toBe(email);
    await logOut(page);
    await page.click('#log-in');
    await signIn(page, email);
    await onPage(page, 'mfa');
    await askBrowser(page);
    expect(await who(page)).toBe(email);
  });

  test('the lock of the device, which comes second', async () => {
    const { page, email, secret } = await enrolled();
    await logOut(page);
    await plugIn(page, 'internal');
    const proven = await verifyApp(app.harness, await mfaTokenFor(app.harness, email), totp(app.harness, secret));
    const headers = { authorization: `Bearer ${proven.json<{ accessToken: string }>().accessToken}` };
    const { options, webauthnToken } = await beginOwnEnrollment(app.harness, headers);
    await page.goto(`${app.apiOrigin}/oauth/account/logout`);
    const credential = await page.evaluate(createCredential, JSON.stringify(options));
    const body = { webauthnToken, deviceType: 'Platform', options: JSON.parse(credential) };
    expectStatus(await rest.ownEnrollVerify(app.harness, headers, body), 200);

    await page.goto(app.origin);
    await page.click('#log-in');
    await signIn(page, email);
    await onPage(page, 'mfa');
    await chooseFactor(page, 'This device');
    await askBrowser(page);
    expect(await who(page)).toBe(email);
  });
});

/** Runs in the page. Credentials are made where they are used, and not by the application. */
async function createCredential(options: string): Promise<string> {
  const browser = globalThis as unknown as {
    PublicKeyCredential: { parseCreationOptionsFromJSON(options: object): object };
    navigator: { credentials: { create(options: object): Promise<{ toJSON(): object }> } };
  };
  const publicKey = browser.PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(options));
  return JSON.stringify((await browser.navigator.credentials.create({ publicKey })).toJSON());
}

describe('a step-up', () => {
  const elevated = (page: Page) => page.locator('#elevated');
  const expectElevated = (page: Page, expected: object) => expect.poll(() => elevated(page).innerText().then(JSON.parse)).toMatchObject(expected);

  test('a login that proved a factor is elevated, a reload is not, and a step-up asks for the factor alone', async () => {
    const { page, secret } = await enrolled();
    await expectElevated(page, { ever: true, fresh: true });
    await page.reload();
    await expectElevated(page, { ever: false });
    await app.later(page, 1_000);
    app.calls.length = 0;
    await page.click('#step-up');
    await onPage(page, 'step-up');
    expect(shownPages()).not.toContain('GET 200 /oauth/account/login');
    await answerTotp(app.harness, page, secret);
    await expectElevated(page, { ever: true });
  });

  test('a factor that is fresh enough is not asked for again, and one that is older than the application allows is', async () => {
    const { page, secret } = await enrolled();
    await page.reload();
    app.calls.length = 0;
    await page.click('#step-up');
    await expectElevated(page, { ever: true });
    expect(shownPages()).toEqual([]);

    await app.later(page, 120);
    await page.click('#step-up-fresh');
    await onPage(page, 'step-up');
    await answerTotp(app.harness, page, secret);
    await expectElevated(page, { ever: true, fresh: true });
  });
});

test('nothing is needed of Frontegg or any other machine', () => {
  expect([...app.strangers]).toEqual([]);
});
