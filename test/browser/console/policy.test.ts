import { expect, test } from 'vitest';
import { asEnvironment, setPolicy, setStrategy, totp } from '../../support/builders.ts';
import { close, ready, useConsole } from './visit.ts';
import { people } from './world.ts';

const visits = useConsole();
const { harness } = visits;

async function stored(tenantId?: string): Promise<unknown> {
  const { data } = await harness.graphql(
    '{ mfaPolicy { enforceMfaType allowRememberMyDevice mfaDeviceExpirationSeconds } }',
    {},
    await asEnvironment(harness, tenantId),
  );
  return data?.mfaPolicy;
}

test('the impact of a change is shown before it is saved, and saving changes the policy of that tenant alone', async () => {
  const page = await visits.openAsEnvironment('/console/tenants/initech');
  await ready(page, 'Initech');
  expect(await page.getByRole('button', { name: 'See the impact' }).isDisabled()).toBe(true);
  await page.getByRole('radio', { name: 'Enforced', exact: true }).check();
  await page.getByLabel('For how long').fill('3');
  await page.getByRole('button', { name: 'See the impact' }).click();
  await ready(page, 'Initech');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Impact of the change');
  const impact = page.locator('.impact');
  expect(await impact.locator('.chips').innerText()).toContain('1 person newly must enroll');
  expect(await impact.getByRole('table', { name: 'People whose login changes' }).locator('tbody tr').allInnerTexts()).toEqual([
    expect.stringMatching(/Person 0 of Initech\s+person0@initech.example\s+No second factor\s+Must enroll\s+Tenant policy/),
  ]);
  // Nothing has changed so far, and what was not seen cannot be saved.
  expect(await stored('initech')).toBeNull();
  await page.getByRole('radio', { name: 'Not enforced' }).check();
  expect(await impact.getByRole('button', { name: 'Save the change' }).isDisabled()).toBe(true);
  await page.getByRole('radio', { name: 'Enforced', exact: true }).check();

  await impact.getByRole('button', { name: 'Save the change' }).click();
  await page.getByText('The change is saved.').waitFor();
  await ready(page, 'Initech');
  expect(await stored('initech')).toEqual({ enforceMfaType: 'FORCE', allowRememberMyDevice: true, mfaDeviceExpirationSeconds: 259_200 });
  expect(await stored('globex')).toBeNull();
  expect(await stored()).toMatchObject({ enforceMfaType: 'DONT_FORCE' });
  expect(await page.locator('.facts').first().innerText()).toMatch(/Second factor\s+Enforced\s+Why\s+The policy of the tenant is stricter/);
  await close(page);
});

test('whoever would lock out administrators has to say so first, and the people are paged and filtered by their outcome', async () => {
  await setStrategy(harness, 'EmailCode', false);
  const page = await visits.openAsEnvironment('/console/policy');
  await ready(page, 'Policy');
  await page.getByRole('radio', { name: 'Enforced', exact: true }).check();
  for (const name of ['Authenticator app', 'Passkey on the device', 'Security key']) await page.getByRole('checkbox', { name }).uncheck();
  await page.getByRole('button', { name: 'See the impact' }).click();
  await ready(page, 'Policy');
  const impact = page.locator('.impact');
  expect(await impact.locator('.chips .bad').first().innerText()).toMatch(/^\d+ administrators? locked out$/);
  const peopleShown = () => impact.getByRole('table', { name: 'People whose login changes' }).locator('tbody tr').allInnerTexts();
  const first = await peopleShown();
  expect(first.length).toBe(20);
  await impact.getByRole('button', { name: 'Next page' }).click();
  await expect.poll(async () => (await peopleShown()).some((row) => first.includes(row))).toBe(false);
  await impact.getByRole('button', { name: 'Previous page' }).click();
  await expect.poll(peopleShown).toEqual(first);
  await impact.getByLabel('Whom it leads to').selectOption('Must enroll');
  await impact.getByText("Nobody's login changes.").waitFor();

  const save = impact.getByRole('button', { name: 'Save the change' });
  expect(await save.isDisabled()).toBe(true);
  await impact.getByRole('checkbox', { name: /^I know that this locks out/ }).check();
  expect(await save.isDisabled()).toBe(false);
  // It is not saved, because the other tests want to log in.
  await page.getByRole('button', { name: 'Discard' }).click();
  expect(await impact.count()).toBe(0);
  await setStrategy(harness, 'EmailCode', true);
  await close(page);
});

test('strategies are switched with the policy, and the server says what that causes', async () => {
  const page = await visits.openAsEnvironment('/console/policy');
  await ready(page, 'Policy');
  await page.getByRole('checkbox', { name: 'Code by e-mail' }).uncheck();
  await page.getByRole('button', { name: 'See the impact' }).click();
  await ready(page, 'Policy');
  await page.getByRole('button', { name: 'Save the change' }).click();
  await page.getByText('The change is saved.').waitFor();
  const { data } = await harness.graphql('{ mfaStrategies { strategy active } }', {}, await asEnvironment(harness));
  expect(data?.mfaStrategies).toContainEqual({ strategy: 'EMAIL_CODE', active: false });
  await close(page);
});

test('an administrator of a tenant changes its policy after a fresh proof of the second factor', async () => {
  const page = await visits.openAs(people.ada, '/console/policy');
  await ready(page, 'Policy');
  harness.clock.advance({ seconds: 3_600 });
  await page.getByRole('radio', { name: 'Enforced, except by single sign-on' }).check();
  await page.getByRole('button', { name: 'See the impact' }).click();
  await ready(page, 'Policy');
  await page.getByRole('button', { name: 'Save the change' }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await dialog.getByLabel('Code', { exact: true }).fill(totp(harness, visits.world.secrets[people.ada] ?? ''));
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('The change is saved.').waitFor();
  expect(await stored('acme')).toMatchObject({ enforceMfaType: 'FORCE_EXCEPT_SAML' });
  await setPolicy(harness, { enforceMFAType: 'Force' }, 'acme');
  await close(page);
});

test('an administrator of a tenant sees that tenant alone, and what only the environment may is explained', async () => {
  const page = await visits.openAs(people.gus, '/console');
  await ready(page, 'Adoption');
  expect(await page.locator('.tiles .figure').first().innerText()).toBe('1');
  const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
  expect(await links.allInnerTexts()).toEqual(['Adoption', 'Policy', 'People', 'Audit trail', 'Outbox']);

  const visit = async (path: string) => {
    await page.evaluate((to) => {
      // As a link in a mail does, but without a reload, which would forget the tokens.
      const link = Object.assign(document.createElement('a'), { href: to });
      document.querySelector('main')?.append(link);
      link.click();
    }, path);
  };
  await visit('/console/tenants/acme');
  await page.getByText('There is no such tenant, or you may not see it.').waitFor();
  await visit('/console/tenants');
  await ready(page, 'Not for your role');
  await visit('/console/policy');
  await ready(page, 'Policy');
  expect(await page.getByRole('checkbox', { name: 'Authenticator app' }).isDisabled()).toBe(true);
  await page.getByText('Only the environment switches strategies.').waitFor();

  await visit('/console/people');
  await ready(page, 'People');
  expect(await page.getByRole('table', { name: 'People' }).locator('tbody tr').allInnerTexts()).toEqual([expect.stringContaining(people.gus)]);
  await visit(`/console/people/${visits.world.ids.ada}`);
  await page.getByText('There is no such person, or you may not see them.').waitFor();
  await visit('/console/events?tenant=acme');
  await ready(page, 'Audit trail');
  await page.getByText('No event fits. Change the conditions above.').waitFor();
  await visit('/console/events');
  await ready(page, 'Audit trail');
  const tenants = await page.getByRole('table', { name: 'Events' }).locator('tbody tr td:nth-child(5)').allInnerTexts();
  expect(new Set(tenants)).toEqual(new Set(['globex']));
  await close(page);
});

test('a role that only reads the policy can see what a change would do, and cannot save it', async () => {
  const page = await visits.openAs(people.rita, '/console/policy');
  await ready(page, 'Policy');
  await page.getByText('Your role may read this policy and not change it.').waitFor();
  await page.getByRole('radio', { name: 'Not enforced' }).check();
  await page.getByRole('button', { name: 'See the impact' }).click();
  await ready(page, 'Policy');
  expect(await page.getByRole('table', { name: /^What a login leads to/ }).count()).toBe(1);
  expect(await page.getByRole('button', { name: 'Save the change' }).count()).toBe(0);
  await close(page);
});
