import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { asEnvironment, createTenant, identity, totp } from '../../support/builders.ts';
import type { UserInterface } from './user-interface.ts';
import { openUserInterface } from './user-interface.ts';

/** The administration portal of `@frontegg/admin-portal` 5.79.0, unmodified, in the hands of an administrator of a tenant. */
let ui: UserInterface;
beforeAll(async () => {
  ui = await openUserInterface();
  await createTenant(ui.harness, 'acme', 'Acme Ltd.');
});
beforeEach(() => ui.page.context().clearCookies());
afterAll(() => ui?.close());

const policies = '/identity/resources/configurations/v1/mfa-policy';
const requests = (calls: { request: string; status: number }[]) => calls.map(({ request, status }) => `${status} ${request}`);

const enter = (name: string) => ui.openPortal('acme', name);
const turnTo = (page: string) => ui.visit(() => ui.part(page).click());

test('every page about the person and the settings of the tenant opens with all it asks for', async () => {
  await enter('Olga');
  for (const page of ['profile', 'privacy', 'account', 'security']) {
    await turnTo(page);
    await ui.part('page-header-container').waitFor();
  }
  await turnTo('account');
  expect(await ui.part('companyName-value').innerText()).toBe('Acme Ltd.');
  await turnTo('profile');
  expect(await ui.part('email-value').innerText()).toBe('olga@acme.example');
  expect([...ui.strangers].sort()).toEqual(['fonts.googleapis.com', 'ik.imagekit.io']);
});

test('a user switches the second factor on: QR code, code, recovery code', async () => {
  await enter('Paul');
  await turnTo('privacy');
  expect(await ui.part('multiFactorAuthentication-value').innerText()).toBe('Disabled');
  expect(requests(await ui.visit(() => ui.part('Switch').click()))).toEqual(['200 POST /identity/resources/users/v1/mfa/enroll']);
  const secret = await ui.secretIn(ui.part('qrCode'));
  await ui.page.locator('[name=token]').fill(totp(ui.harness, secret));
  expect(requests(await ui.visit(() => ui.part('verifyBtn').click()))).toContain('200 POST /identity/resources/users/v1/mfa/enroll/verify');
  expect(await ui.part('undefined-box').locator('input').inputValue()).toMatch(/^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/);
  await ui.visit(() => ui.part('closeBtn').click());
  expect(await ui.part('multiFactorAuthentication-value').innerText()).toBe('Enabled');
  ui.harness.clock.advance({ seconds: 60 });
});

test('an administrator of a tenant sets its policy by a click, and changes it by another', async () => {
  await enter('Rita');
  await turnTo('security');
  expect(await ui.part('mfa-description').innerText()).toBe('MFA is allowed but not enforced');
  await ui.visit(() => ui.part('edit-mfa-btn').click());
  await ui.part('Force').click();
  expect(requests(await ui.visit(() => ui.part('saveBtn').click()))).toContain(`201 POST ${policies}`);
  expect(await ui.part('mfa-description').innerText()).toBe('All users will be forced to enable MFA');
  const read = async () =>
    (await ui.harness.send({ url: `${identity}/configurations/v1/mfa-policy`, headers: await asEnvironment(ui.harness, 'acme') })).json();
  expect(await read()).toMatchObject({ enforceMFAType: 'Force' });

  await ui.visit(() => ui.part('edit-mfa-btn').click());
  await ui.part('DontForce').click();
  expect(requests(await ui.visit(() => ui.part('saveBtn').click()))).toContain(`200 PATCH ${policies}`);
  expect(await read()).toMatchObject({ enforceMFAType: 'DontForce' });
});

test('an administrator of a tenant renames it', async () => {
  await enter('Sven');
  await turnTo('account');
  await ui.part('edit-companyName-btn').click();
  await ui.page.locator('[name=companyName]').fill('Acme Two Ltd.');
  expect(requests(await ui.visit(() => ui.part('saveBtn').click()))).toContain('200 PUT /tenants/resources/account-settings/v1');
  expect(await ui.part('companyName-value').innerText()).toBe('Acme Two Ltd.');
});

test('a user changes the own name and job title', async () => {
  await enter('Uma');
  await turnTo('profile');
  await ui.part('edit-name-btn').click();
  await ui.page.locator('[name=firstName]').fill('Una');
  await ui.page.locator('[name=lastName]').fill('Maier');
  const save = async () => requests(await ui.visit(() => ui.page.locator('[data-test-id=saveBtn]:visible').click()));
  expect(await save()).toContain('200 PUT /identity/resources/users/v2/me');
  await ui.part('name-value').getByText('Una Maier').waitFor();
  await ui.part('edit-metadata.jobTitle-btn').click();
  await ui.page.locator('[role=dialog] input:visible').last().fill('Boss');
  expect(await save()).toContain('200 PUT /identity/resources/users/v2/me');
  await ui.visit(() => ui.page.reload());
  await ui.visit(() => ui.page.click('#settings'));
  expect(await ui.part('name-value').innerText()).toBe('Una Maier');
  expect(await ui.part('jobTitle-field').innerText()).toContain('Boss');
});
