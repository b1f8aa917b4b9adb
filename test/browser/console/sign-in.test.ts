import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { asEnvironment, createUser, enroll, password, setPolicy, setStrategy, totp, wrongTotp } from '../../support/builders.ts';
import { setCaptcha } from '../../support/captcha-server.ts';
import { clientId, secret } from '../../support/harness.ts';
import { decodeQr } from '../../support/qr.ts';
import { roleIds } from '../../support/role-ids.ts';
import { newNumber, textedCode } from '../../support/sms.ts';
import { close, enterPassword, ready, signedIn, signInAsEnvironment, useConsole } from './visit.ts';
import { people } from './world.ts';

// No provider of captchas is asked, because the console has no answer to send.
const visits = useConsole({ sms: true, settings: { CAPTCHA_VERIFY_URL: 'http://127.0.0.1:9/siteverify' } });
const { harness } = visits;

/** A new administrator of Acme with an authenticator app. */
async function newAdministrator(name: string) {
  const email = `${name}@acme.example`;
  const user = await createUser(harness, 'acme', email, { name, roleIds: [roleIds.admin] });
  return { ...user, ...(await enroll(harness, email)) };
}

const code = (page: Page) => page.getByLabel('Code', { exact: true });
const alert = (page: Page) => page.getByRole('alert');

test('the credentials of the environment open every page, and signing out closes them', async () => {
  const page = await visits.open('/console/policy');
  await signInAsEnvironment(page, clientId, secret);
  await ready(page, 'Policy');
  expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts()).toEqual([
    'Adoption',
    'Tenants',
    'Policy',
    'People',
    'Audit trail',
    'Outbox',
  ]);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out.').waitFor();
  // Nothing of the token is left anywhere in the browser.
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]))).toBe('[{},{},""]');
  await close(page);
});

test('wrong credentials are told plainly, and nothing is opened', async () => {
  const page = await visits.open('/console');
  await signInAsEnvironment(page, clientId, 'a-secret-that-is-not-right');
  await expect.poll(() => alert(page).innerText()).toBe('The client id or the secret is wrong.');
  await page.getByRole('radio', { name: 'An administrator' }).check();
  await enterPassword(page, people.ada, 'not the password');
  await expect.poll(() => alert(page).innerText()).toBe('The e-mail address or the password is wrong.');
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Sign in to the console');
  await close(page);
});

test('where a captcha is asked for, an administrator is told what to do, and the environment signs in', async () => {
  await setCaptcha(harness);
  const page = await visits.open('/console');
  await page.getByRole('radio', { name: 'An administrator' }).check();
  await enterPassword(page, people.ada, password);
  await expect.poll(() => alert(page).innerText()).toContain('A captcha is asked for, which this page cannot show.');
  await page.getByRole('radio', { name: 'The environment' }).check();
  await signInAsEnvironment(page, clientId, secret);
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  await close(page);
  await setCaptcha(harness, { enabled: false });
});

test('an administrator without a second factor signs in by the password alone', async () => {
  const page = await visits.openAs(people.gus, '/console');
  await ready(page, 'Adoption');
  expect(await page.getByRole('banner').innerText()).toMatch(/Gus Grant\s+Globex/);
  await close(page);
});

test('a code of the authenticator app is asked for; a wrong one says how many attempts are left, and the right one opens the console', async () => {
  const { email, secret: app } = await newAdministrator('app-admin');
  const page = await visits.open('/console');
  await enterPassword(page, email, password);
  await ready(page, 'Prove your second factor');
  await code(page).fill(wrongTotp(harness, app));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect.poll(() => alert(page).innerText()).toBe('The code is wrong. 4 attempts are left.');
  expect(await code(page).getAttribute('aria-invalid')).toBe('true');
  await code(page).fill(totp(harness, app));
  await page.getByRole('button', { name: 'Continue' }).click();
  await ready(page, 'Adoption');
  await close(page);
});

test('a code by e-mail opens the console where the policy allows it', async () => {
  const { email } = await newAdministrator('mail-admin');
  const page = await visits.open('/console');
  await enterPassword(page, email, password);
  await page.getByRole('radio', { name: 'Code by e-mail' }).check();
  await page.getByRole('button', { name: 'Send the code' }).click();
  await page.getByText('The code is on its way.').waitFor();
  await harness.app.outbox.flush();
  const sent = harness.mail.findLast((message) => message.to === email && 'code' in message);
  await code(page).fill(sent !== undefined && 'code' in sent ? sent.code : '');
  await page.getByRole('button', { name: 'Continue' }).click();
  await ready(page, 'Adoption');
  await close(page);
});

test('a recovery code removes the second factor, and the next login sets up a new one by the QR code', async () => {
  const { email, recoveryCode } = await newAdministrator('lost-admin');
  const page = await visits.open('/console');
  await enterPassword(page, email, password);
  await page.getByRole('radio', { name: 'Recovery code' }).check();
  await page.getByRole('textbox', { name: 'Recovery code' }).fill('AAAAA-AAAAA-AAAAA-AAAAA-AAAAA');
  await page.getByRole('button', { name: 'Use the recovery code' }).click();
  await expect.poll(() => alert(page).innerText()).toBe('The recovery code is wrong or was used already.');
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(recoveryCode);
  await page.getByRole('button', { name: 'Use the recovery code' }).click();
  await page.getByText('Your second factor is removed. Sign in with your password again.').waitFor();

  await enterPassword(page, email, password);
  const picture = page.getByRole('img', { name: 'QR code for the authenticator app' });
  await picture.waitFor();
  const app = new URL(decodeQr(PNG.sync.read(await picture.screenshot()))).searchParams.get('secret') ?? '';
  await page.getByLabel('Code of the app').fill(totp(harness, app));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Keep this recovery code.').waitFor();
  expect(await page.locator('.secret code').innerText()).toMatch(/^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await ready(page, 'Adoption');
  await close(page);
});

/** Returns a function that sends a mutation with one field as a user, and answers that field. */
const sendAs = (accessToken: string) => async (query: string, input: object) => {
  const answer = await harness.graphql(query, { input }, { authorization: `Bearer ${accessToken}` });
  expect(answer.errors).toBeUndefined();
  return Object.values(answer.data ?? {})[0] as Record<string, string>;
};

test('a code by text message opens the console', async () => {
  await setStrategy(harness, 'SMS', true);
  const { email, accessToken } = await newAdministrator('phone-admin');
  const phoneNumber = newNumber();
  const send = sendAs(accessToken);
  const begun = await send('mutation ($input: EnrollSmsInput!) { enrollSms(input: $input) { ... on EnrollSmsSuccess { otcToken } } }', {
    phoneNumber,
  });
  const enrolled = await send('mutation ($input: VerifySmsEnrollmentInput!) { verifySmsEnrollment(input: $input) { __typename } }', {
    otcToken: begun.otcToken,
    code: await textedCode(harness, phoneNumber),
  });
  expect(enrolled.__typename).toBe('VerifySmsEnrollmentSuccess');

  // Messages to one number have to be a while apart.
  harness.clock.advance({ seconds: 300 });
  const page = await visits.open('/console');
  await enterPassword(page, email, password);
  await page.getByRole('radio', { name: 'Text message' }).check();
  await page.getByRole('button', { name: 'Send the code' }).click();
  await page.getByText('The code is on its way.').waitFor();
  await code(page).fill(await textedCode(harness, phoneNumber));
  await page.getByRole('button', { name: 'Continue' }).click();
  await ready(page, 'Adoption');
  await close(page);
});

test('a security key opens the console', async () => {
  await setStrategy(harness, 'WebAuthnCrossPlatform', true);
  const { email, accessToken } = await newAdministrator('key-admin');
  const send = sendAs(accessToken);
  const page = await visits.open('/console');
  const debuggerOfPage = await page.context().newCDPSession(page);
  await debuggerOfPage.send('WebAuthn.enable', { enableUI: false });
  await debuggerOfPage.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'usb', hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  const begun = await send(
    'mutation ($input: EnrollWebAuthnInput!) { enrollWebAuthn(input: $input) { ... on EnrollWebAuthnSuccess { options webauthnToken } } }',
    { deviceType: 'CROSS_PLATFORM' },
  );
  const credential = await page.evaluate(
    async (options) => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
      return ((await navigator.credentials.create({ publicKey })) as PublicKeyCredential).toJSON();
      // The server makes the options for this function.
    },
    begun.options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  const enrolled = await send('mutation ($input: VerifyWebAuthnEnrollmentInput!) { verifyWebAuthnEnrollment(input: $input) { __typename } }', {
    deviceType: 'CROSS_PLATFORM',
    webauthnToken: begun.webauthnToken,
    credential,
  });
  expect(enrolled.__typename).toBe('VerifyWebAuthnEnrollmentSuccess');

  await enterPassword(page, email, password);
  await page.getByRole('radio', { name: 'Security key' }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await ready(page, 'Adoption');
  await close(page);
});

test('when the token of the environment has expired, the page says so, and the next sign-in goes on at the same page', async () => {
  const page = await visits.openAsEnvironment('/console/people');
  await ready(page, 'People');
  harness.clock.advance({ seconds: 7_200 });
  await page.getByLabel('Order').selectOption('E-mail address');
  await page.getByText('Your sign-in has expired. Sign in again to go on where you were.').waitFor();
  await signInAsEnvironment(page, clientId, secret);
  await ready(page, 'People');
  expect(await page.getByLabel('Order').inputValue()).toBe('email');
  await close(page);
});

test('the session of a user is renewed without a word, and ends at sign-out', async () => {
  const page = await visits.openAs(people.gus, '/console/people');
  await ready(page, 'People');
  harness.clock.advance({ seconds: 100_000 });
  await page.getByLabel('Order').selectOption('E-mail address');
  await ready(page, 'People');
  await page.getByRole('link', { name: 'Gus Grant' }).waitFor();
  const before = (await sessionsEnded()).length;
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out.').waitFor();
  expect((await sessionsEnded()).length).toBe(before + 1);
  await close(page);
});

async function sessionsEnded(): Promise<object[]> {
  const { data } = await harness.graphql(
    'query ($filter: MfaEventFilter) { mfaEvents(filter: $filter, first: 100) { nodes { id } } }',
    { filter: { kinds: ['SESSION_ENDED'], userId: visits.world.ids.gus } },
    await asEnvironment(harness),
  );
  return (data as { mfaEvents: { nodes: object[] } }).mfaEvents.nodes;
}

test('a session that somebody else has ended leads back to the sign-in', async () => {
  const page = await visits.openAs(people.gus, '/console/people');
  await ready(page, 'People');
  const lock = (how: string) =>
    asEnvironment(harness).then((headers) =>
      harness.send({ method: 'POST', url: `/identity/resources/users/v1/${visits.world.ids.gus}/${how}`, headers }),
    );
  await lock('lock');
  await page.getByLabel('Order').selectOption('E-mail address');
  await page.getByText('Your sign-in has expired.').waitFor();
  await enterPassword(page, people.gus, password);
  await expect.poll(() => alert(page).innerText()).toMatch(/^The account is locked/);
  await lock('unlock');
  await close(page);
});

test('whoever may see nothing here is told so', async () => {
  await setPolicy(harness, { enforceMFAType: 'DontForce' }, 'acme');
  const page = await visits.openAs(people.mo, '/console/policy');
  await ready(page, 'Not for your role');
  await setPolicy(harness, { enforceMFAType: 'Force' }, 'acme');
  await signedIn(page);
  await close(page);
});
