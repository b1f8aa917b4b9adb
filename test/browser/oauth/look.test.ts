import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { totp } from '../../support/builders.ts';
import { linkTo } from '../../support/invitation-links.ts';
import { setPasskeys } from '../../support/passkeys.ts';
import { givePhone } from '../../support/phones.ts';
import { barriersOf } from '../console/axe.ts';
import { close, enterCode, heading, signIn, useHostedLogin } from '../pages/hosted.ts';
import { picture } from '../picture.ts';
import {
  awaitsActivation,
  awaitsInvitation,
  brand,
  configure,
  drawnLogo,
  fillWorld,
  newcomer,
  people,
  rotatePasswords,
  userAgents,
} from './world.ts';

const hosted = useHostedLogin({ sms: true, settings: { HOSTED_TENANT_CHOICE: '1' } });
const { harness } = hosted;
const acr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

let secret = '';
beforeAll(async () => {
  secret = await fillWorld(harness);
});

/** The path of the newest link of a kind that was mailed to somebody. */
async function mailedPath(email: string, template: string): Promise<string> {
  await harness.app.outbox.flush();
  const message = harness.mail.findLast((one) => one.template === template && one.to === email);
  if (message === undefined || !('link' in message)) throw new Error(`no ${template} to ${email}`);
  const { pathname, search } = new URL(message.link);
  return pathname + search;
}

/** The newest link of a kind that was mailed to somebody, as a browser opens it. */
const openMailed = async (email: string, template: string, options: BrowserContextOptions): Promise<Page> =>
  hosted.open(await mailedPath(email, template), options);

/** A sign-in that has come to the second factor of Ada, and to one of her ways to confirm. */
async function secondFactor(options: BrowserContextOptions, way: RegExp, begin = () => hosted.begin({}, options)): Promise<Page> {
  // A text message has to be some time apart from the one before.
  harness.clock.advance({ seconds: 60 });
  const page = await begin();
  await signIn(page, people.ada);
  await heading(page, 'Confirm that it is you');
  const link = page.getByRole('link', { name: way });
  if ((await link.count()) > 0) await link.click();
  return page;
}

/** The page that forces somebody new to enroll. */
async function enrollment(options: BrowserContextOptions, name: string): Promise<Page> {
  const page = await hosted.begin({}, options);
  await signIn(page, await newcomer(harness, name));
  await heading(page, 'Set up a second step');
  return page;
}

async function enrollingApp(options: BrowserContextOptions, name: string): Promise<Page> {
  const page = await enrollment(options, name);
  await page.getByRole('link', { name: /^Authenticator app/ }).click();
  await heading(page, 'Set up your authenticator app');
  return page;
}

async function answerByApp(page: Page): Promise<void> {
  await enterCode(page, totp(harness, secret));
  harness.clock.advance({ seconds: 60 });
}

/** The account page of Ada, or one of its parts. */
async function account(options: BrowserContextOptions, part?: RegExp): Promise<Page> {
  const page = await secondFactor(options, /^Authenticator app/, () => hosted.open('/oauth/account', options));
  await answerByApp(page);
  await heading(page, 'Your account');
  if (part !== undefined) await page.getByRole('link', { name: part }).click();
  return page;
}

/** Every page with something on it: its name, its heading, and the way to it. `name` is of nobody else. */
const looks: readonly { name: string; title: string; reach(options: BrowserContextOptions, name: string): Promise<Page> }[] = [
  { name: 'login', title: 'Sign in', reach: (options) => hosted.begin({}, options) },
  {
    name: 'login-code',
    title: 'Sign in',
    async reach(options) {
      await configure(harness, { authStrategy: 'Code' });
      const page = await hosted.begin({}, options);
      await page.getByLabel('E-mail address or username').fill(people.grace);
      await page.getByRole('button', { name: 'E-mail me a code instead' }).click();
      await page.getByText('a code is on its way').waitFor();
      await configure(harness, { authStrategy: 'EmailAndPassword' });
      return page;
    },
  },
  {
    name: 'login-link',
    title: 'Sign in',
    async reach(options) {
      await configure(harness, { authStrategy: 'MagicLink' });
      const page = await hosted.begin({}, options);
      await page.getByLabel('E-mail address or username').fill(people.grace);
      await page.getByRole('button', { name: 'E-mail me a link instead' }).click();
      await page.getByText('a link is on its way').waitFor();
      await configure(harness, { authStrategy: 'EmailAndPassword' });
      return page;
    },
  },
  {
    name: 'login-link-opened',
    title: 'Sign in',
    async reach(options) {
      await configure(harness, { authStrategy: 'MagicLink' });
      const page = await hosted.begin({}, options);
      await page.getByLabel('E-mail address or username').fill(people.grace);
      await page.getByRole('button', { name: 'E-mail me a link instead' }).click();
      await page.getByText('a link is on its way').waitFor();
      await page.goto(new URL(await mailedPath(people.grace, 'MAGIC_LINK'), page.url()).href);
      await page.getByText('You have opened the link').waitFor();
      await configure(harness, { authStrategy: 'EmailAndPassword' });
      return page;
    },
  },
  {
    name: 'login-text',
    title: 'Sign in',
    async reach(options) {
      harness.clock.advance({ seconds: 60 });
      await configure(harness, { authStrategy: 'SmsCode' });
      const page = await hosted.begin({}, options);
      await page.getByLabel('E-mail address or username').fill(people.grace);
      await page.getByRole('button', { name: 'Text me a code instead' }).click();
      await page.getByText('a code is on its way by text message').waitFor();
      await configure(harness, { authStrategy: 'EmailAndPassword' });
      return page;
    },
  },
  {
    name: 'login-passkey',
    title: 'Sign in',
    async reach(options) {
      await setPasskeys(harness, true);
      const page = await hosted.begin({}, options);
      await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
      await setPasskeys(harness, false);
      return page;
    },
  },
  {
    name: 'login-none',
    title: 'Sign in',
    async reach(options) {
      await configure(harness, { authStrategy: 'NoLocalAuthentication' });
      const page = await hosted.begin({}, options);
      await page.getByText('Nobody signs in on this page').waitFor();
      await configure(harness, { authStrategy: 'EmailAndPassword' });
      return page;
    },
  },
  { name: 'mfa-app', title: 'Confirm that it is you', reach: (options) => secondFactor(options, /^Authenticator app/) },
  {
    name: 'mfa-sms',
    title: 'Confirm that it is you',
    async reach(options) {
      const page = await secondFactor(options, /^Text message/);
      await page.getByRole('button', { name: 'Send the code' }).click();
      await page.getByText('We sent a code to your phone').waitFor();
      return page;
    },
  },
  { name: 'mfa-email', title: 'Confirm that it is you', reach: (options) => secondFactor(options, /^E-mail/) },
  { name: 'mfa-key', title: 'Confirm that it is you', reach: (options) => secondFactor(options, /^Security key/) },
  { name: 'enroll', title: 'Set up a second step', reach: enrollment },
  { name: 'enroll-app', title: 'Set up your authenticator app', reach: enrollingApp },
  {
    name: 'enroll-sms',
    title: 'Set up text messages',
    async reach(options, name) {
      const page = await enrollment(options, name);
      await page.getByRole('link', { name: /^Text message/ }).click();
      return page;
    },
  },
  {
    name: 'enroll-key',
    title: 'Set up your security key',
    async reach(options, name) {
      const page = await enrollment(options, name);
      await page.getByRole('link', { name: /^Security key/ }).click();
      return page;
    },
  },
  {
    name: 'recovery-code',
    title: 'Save your recovery code',
    async reach(options, name) {
      const page = await enrollingApp(options, name);
      const shown = (await page.locator('code.secret').innerText()).replaceAll(' ', '');
      await enterCode(page, totp(harness, shown), 'Finish');
      return page;
    },
  },
  {
    name: 'recover',
    title: 'Use a recovery code',
    async reach(options) {
      const page = await secondFactor(options, /^Authenticator app/);
      await page.getByRole('link', { name: /recovery code/ }).click();
      return page;
    },
  },
  {
    name: 'step-up',
    title: 'Confirm that it is you',
    async reach(options) {
      const page = await secondFactor(options, /^Authenticator app/);
      await answerByApp(page);
      await page.waitForURL('**/callback?**');
      harness.clock.advance({ seconds: 600 });
      const raised = await hosted.begin({ acr_values: acr, max_age: '60' }, page);
      await raised.getByText('You are signed in as').waitFor();
      return raised;
    },
  },
  {
    name: 'tenant',
    title: 'Where do you want to go?',
    async reach(options) {
      const page = await hosted.begin({}, options);
      await signIn(page, people.grace);
      return page;
    },
  },
  {
    name: 'forgot-password',
    title: 'Reset your password',
    async reach(options) {
      const page = await hosted.begin({}, options);
      await page.getByRole('link', { name: 'Forgot your password?' }).click();
      return page;
    },
  },
  {
    name: 'reset-password',
    title: 'Choose a new password',
    async reach(options) {
      const page = await hosted.open('/oauth/account/forgot-password', options);
      await page.getByLabel('E-mail address').fill(people.grace);
      await page.getByRole('button', { name: 'Send the link' }).click();
      await heading(page, 'Look into your mailbox');
      await page.context().close();
      return openMailed(people.grace, 'PASSWORD_RESET', options);
    },
  },
  {
    name: 'password-expired',
    title: 'Choose a new password',
    async reach(options) {
      await rotatePasswords(harness, true);
      harness.clock.advance({ seconds: 39_600 });
      const page = await hosted.begin({}, options);
      await signIn(page, people.grace);
      await page.getByText('Your password has expired.').waitFor();
      await rotatePasswords(harness, false);
      return page;
    },
  },
  { name: 'expired-link', title: 'This link does not work any more', reach: (options) => hosted.open('/oauth/account/reset-password', options) },
  {
    name: 'activate',
    title: 'Activate your account',
    reach: async (options, name) => openMailed(await awaitsActivation(harness, name), 'ACTIVATION', options),
  },
  {
    name: 'invitation',
    title: 'Accept the invitation',
    reach: async (options, name) => openMailed(await awaitsInvitation(harness, name), 'INVITATION', options),
  },
  {
    name: 'join',
    title: 'Join an organization',
    reach: async (options) => hosted.open(`/oauth/account/invitation?token=${(await linkTo(harness, 'harbour')).token}`, options),
  },
  {
    name: 'unlock',
    title: 'Unlock your account',
    async reach(options, name) {
      const email = await newcomer(harness, name);
      const page = await hosted.begin({}, options);
      for (let wrong = 0; wrong < 3; wrong += 1) await signIn(page, email, 'wrong');
      await page.getByText('Your account is locked.').waitFor();
      await page.context().close();
      return openMailed(email, 'UNLOCK', options);
    },
  },
  {
    name: 'sign-up',
    title: 'Create an account',
    async reach(options) {
      const page = await hosted.begin({}, options);
      await page.getByRole('link', { name: 'Create one' }).click();
      return page;
    },
  },
  { name: 'account', title: 'Your account', reach: (options) => account(options) },
  { name: 'account-profile', title: 'Profile', reach: (options) => account(options, /^Profile/) },
  { name: 'account-password', title: 'Password', reach: (options) => account(options, /^Password/) },
  { name: 'account-factors', title: 'Second steps', reach: (options) => account(options, /^Second steps/) },
  {
    name: 'account-passkeys',
    title: 'Passkeys',
    async reach(options) {
      await setPasskeys(harness, true);
      const page = await account(options, /^Passkeys/);
      await page.getByText('Work laptop').first().waitFor();
      await setPasskeys(harness, false);
      return page;
    },
  },
  {
    name: 'account-phones',
    title: 'Phone numbers',
    async reach(options) {
      const user = await harness.app.store.users.findByEmail(people.ada);
      const held = await harness.app.store.userPhones.ofUsers([user?.id ?? '']);
      if (held.length === 0) await givePhone(harness, user?.id ?? '');
      return account(options, /^Phone numbers/);
    },
  },
  { name: 'account-recovery-codes', title: 'Recovery codes', reach: (options) => account(options, /^Recovery codes/) },
  { name: 'account-devices', title: 'Remembered devices', reach: (options) => account(options, /^Remembered devices/) },
  {
    name: 'account-sessions',
    title: 'Where you are signed in',
    async reach(options) {
      const phone = await account({ ...options, userAgent: userAgents.phone }, /^Where you are signed in/);
      await phone.getByRole('button', { name: 'Sign out all other devices' }).click();
      await phone.getByText('All other devices are signed out.').waitFor();
      await phone.context().close();
      return account(options, /^Where you are signed in/);
    },
  },
  { name: 'error', title: 'That did not work', reach: (options) => hosted.begin({ redirect_uri: 'https://elsewhere.example/' }, options) },
  { name: 'expired', title: 'Sign in again', reach: (options) => hosted.open('/oauth/account/login', options) },
  { name: 'signed-out', title: 'You are signed out', reach: (options) => hosted.open('/oauth/logout', options) },
];

/** Checks a page at the size of a phone and at that of a small one, in which nothing scrolls sideways, and takes its picture. */
async function lookAt(page: Page, name: string): Promise<void> {
  expect(await barriersOf(page)).toEqual([]);
  // The picture shows the whole page.
  await page.setViewportSize({ width: 400, height: await page.evaluate(() => document.documentElement.scrollHeight) });
  await picture(page, `hosted-login/${name}`);
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  expect(await barriersOf(page)).toEqual([]);
}

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  const options = { colorScheme, viewport: { width: 400, height: 400 }, deviceScaleFactor: 1.5, userAgent: userAgents.computer };
  beforeAll(() => brand(harness, { primaryColor: null, logo: null }));

  test.each(looks)('the page $name has no barrier on a phone, and never scrolls sideways', async ({ name, title, reach }) => {
    const page = await reach(options, `${name}-${colorScheme}`);
    await heading(page, title);
    await lookAt(page, `${name}-${colorScheme}`);
    await close(page);
  });

  test('neither has one in the look of an operator', async () => {
    await brand(harness, { primaryColor: '#8a2f6b', logo: drawnLogo() });
    const page = await hosted.begin({}, options);
    await page.getByRole('img', { name: 'Acme Cloud' }).waitFor();
    await lookAt(page, `branding-${colorScheme}`);
    await close(page);
  });
});
