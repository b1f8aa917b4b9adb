import type { CDPSession, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, enroll, password, setPolicy, totp } from '../../support/builders.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { setPasskeys } from '../../support/passkeys.ts';
import { admitted, close, enterCode, heading, signIn, useHostedLogin } from './hosted.ts';

/** Passkeys on the pages of sign-in and on the account page, in Chromium with virtual authenticators. */
const hosted = useHostedLogin();
const { harness } = hosted;
beforeAll(() => setPasskeys(harness, true));

/** Plugs an authenticator into the browser of a page. */
async function plugIn(page: Page): Promise<{ cdp: CDPSession; authenticatorId: string }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable', { enableUI: false });
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true } as const;
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, automaticPresenceSimulation: true } });
  return { cdp, authenticatorId };
}

/** Signs in by the password, and adds a passkey on the account page. */
async function addOnPage(page: Page, email: string, name = 'My laptop'): Promise<void> {
  await signIn(page, email);
  await heading(page, 'Your account');
  await page.getByRole('link', { name: /Passkeys/ }).click();
  await page.getByRole('link', { name: 'Add a passkey' }).click();
  await heading(page, 'Add a passkey');
  await page.getByLabel('Name of the device').fill(name);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await heading(page, 'Passkeys');
  await page.getByText('The passkey is added.').waitFor();
  await page.locator('strong', { hasText: name }).waitFor();
}

const signOut = async (page: Page): Promise<void> => {
  await page.getByRole('link', { name: 'Back to your account' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
};

describe('a passkey', () => {
  test('is added on the account page, signs in by the button, gets another name, and is removed', async () => {
    const user = await createUserInTenant(harness, 'button');
    const page = await hosted.open('/oauth/account');
    await plugIn(page);
    // Without the suggestion in the field, nothing happens before the person uses the button.
    await page.addInitScript(() => Object.assign(PublicKeyCredential, { isConditionalMediationAvailable: async () => false }));
    await page.reload();
    await addOnPage(page, user.email);
    await signOut(page);
    await page.goto(`${new URL(page.url()).origin}/oauth/account`);
    await heading(page, 'Sign in');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await heading(page, 'Your account');
    await page.getByText(`You are signed in as ${user.email}.`).waitFor();
    await page.getByRole('link', { name: /Passkeys/ }).click();
    await page.getByRole('link', { name: 'Rename My laptop' }).click();
    await heading(page, 'Rename a passkey');
    await page.getByLabel('Name of the device').fill('Old laptop');
    await page.getByRole('button', { name: 'Save the name' }).click();
    await page.getByText('The name is saved.').waitFor();
    await page.locator('strong', { hasText: 'Old laptop' }).waitFor();
    await page.getByRole('link', { name: /Remove/ }).click();
    await page.getByText('You cannot sign in with “Old laptop” any more.').waitFor();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('The passkey is removed.').waitFor();
    await page.getByText('You have no passkey yet.').waitFor();
    await close(page);
  });

  test('is suggested in the field of the address, and signs in to the application without another click', async () => {
    const user = await createUserInTenant(harness, 'suggested');
    const page = await hosted.open('/oauth/account');
    await plugIn(page);
    await addOnPage(page, user.email);
    await page.context().clearCookies();
    const again = page;
    const url = new URL(page.url());
    await again.goto(`${url.origin}/oauth/account`);
    // The virtual authenticator answers the suggestion at once.
    await heading(again, 'Your account');
    await again.getByText(`You are signed in as ${user.email}.`).waitFor();
    await close(page);
  });

  test('that verified its user is enough for an application that asks for a second factor, and for a policy', async () => {
    const user = await createUserInTenant(harness, 'forced');
    const page = await hosted.open('/oauth/account');
    await plugIn(page);
    await addOnPage(page, user.email);
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    await page.context().clearCookies();
    const acr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';
    const query = new URLSearchParams({
      ...{ response_type: 'code', client_id: '6da27373-1572-444f-b3c5-ef702ce65123', redirect_uri: hosted.redirectUri, scope: 'openid' },
      ...{ state: 'kept', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256', acr_values: acr },
    });
    await page.goto(`${new URL(page.url()).origin}/oauth/authorize?${query}`);
    await admitted(page);
    await close(page);
  });

  test('that did not verify its user leads to the page of the second step', async () => {
    const user = await createUserInTenant(harness, 'second-step');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const { secret } = await enroll(harness, user.email);
    const page = await hosted.open('/oauth/account');
    const { cdp, authenticatorId } = await plugIn(page);
    await signIn(page, user.email);
    harness.clock.advance({ seconds: 60 });
    await enterCode(page, totp(harness, secret));
    await heading(page, 'Your account');
    await page.getByRole('link', { name: /Passkeys/ }).click();
    await page.getByRole('link', { name: 'Add a passkey' }).click();
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('The passkey is added.').waitFor();
    await cdp.send('WebAuthn.setResponseOverrideBits', { authenticatorId, isBadUV: true });
    await page.context().clearCookies();
    await page.goto(`${new URL(page.url()).origin}/oauth/account`);
    await heading(page, 'Confirm that it is you');
    harness.clock.advance({ seconds: 60 });
    await enterCode(page, totp(harness, secret));
    await heading(page, 'Your account');
    await close(page);
  });

  test('that the server does not know is refused on the page, which offers the other ways', async () => {
    const user = await createUserInTenant(harness, 'unknown');
    const page = await hosted.open('/oauth/account');
    const { cdp, authenticatorId } = await plugIn(page);
    await addOnPage(page, user.email);
    const query = 'query ($id: ID!) { user(id: $id) { passkeys { name } } }';
    expect((await harness.graphql(query, { id: user.id }, await asEnvironment(harness))).data).toEqual({
      user: { passkeys: [{ name: 'My laptop' }] },
    });
    await run(harness, documents.resetUserMfa, { userId: user.id }, await asEnvironment(harness));
    await page.context().clearCookies();
    await page.goto(`${new URL(page.url()).origin}/oauth/account`);
    await page.getByText('This key or device was not accepted.').waitFor();
    await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    await page.goto(`${new URL(page.url()).origin}/oauth/account`);
    await signIn(page, user.email, password);
    await heading(page, 'Your account');
    await close(page);
  });
});

test('while they are switched off, or without a script, no passkey is offered', async () => {
  await setPasskeys(harness, false);
  const off = await hosted.begin();
  await heading(off, 'Sign in');
  expect(await off.getByRole('button', { name: 'Sign in with a passkey' }).count()).toBe(0);
  expect(await off.getByLabel('E-mail address or username').getAttribute('autocomplete')).toBe('username');
  await close(off);
  await setPasskeys(harness, true);
  const plain = await hosted.begin({}, { javaScriptEnabled: false });
  await heading(plain, 'Sign in');
  expect(await plain.getByRole('button', { name: 'Sign in with a passkey' }).count()).toBe(0);
  expect(await plain.getByLabel('E-mail address or username').getAttribute('autocomplete')).toBe('username webauthn');
  await close(plain);
});
