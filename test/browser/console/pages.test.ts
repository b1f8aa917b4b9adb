import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { adoption } from '../../support/adoption.ts';
import { asEnvironment } from '../../support/builders.ts';
import { close, ready, useConsole } from './visit.ts';
import { people } from './world.ts';

const visits = useConsole();
const { harness } = visits;

/** Goes to a page by its link, as a person does. */
async function go(page: Page, label: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link', { name: label }).click();
  await ready(page, label);
}

/** The texts of the cells of a table, row by row. */
const rowsOf = async (page: Page, name: string): Promise<string[][]> =>
  page
    .getByRole('table', { name, exact: true })
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => (cell as HTMLElement).innerText.replace(/\s+/g, ' ').trim())));

test('adoption shows the numbers of the API: now, by strategy, over time and in the funnel', async () => {
  const page = await visits.openAsEnvironment('/console');
  await ready(page, 'Adoption');
  const truth = await adoption(
    harness,
    `now { users enrolled recoveryReady locked } byStrategy { strategy users } series { dayStartsAt count { users enrolled } }
     funnel { challenged succeeded enrollmentsBegun enrollmentsConfirmed }`,
  );
  expect(truth.now.users).toBeGreaterThan(40);
  const tile = (name: string) =>
    page
      .locator('.tiles > div', { has: page.getByText(name, { exact: true }) })
      .locator('.figure')
      .innerText();
  expect([await tile('People'), await tile('With a second factor'), await tile('Ready to recover'), await tile('Locked')].map(Number)).toEqual([
    truth.now.users,
    truth.now.enrolled,
    truth.now.recoveryReady,
    truth.now.locked,
  ]);
  const numbers = async (name: string) => (await rowsOf(page, name)).map((row) => Number(row[2]));
  expect(await numbers('People by strategy')).toEqual(truth.byStrategy.map(({ users }: { users: number }) => users));
  const { challenged, succeeded, enrollmentsBegun, enrollmentsConfirmed } = truth.funnel;
  expect((await numbers('Second factors asked for')).slice(0, 2)).toEqual([challenged, succeeded]);
  expect((await numbers('Enrollments')).slice(0, 2)).toEqual([enrollmentsBegun, enrollmentsConfirmed]);

  // The plot has the same numbers as its table, and a name that says where they are.
  await page.getByText('People over time as a table').click();
  const rows = await rowsOf(page, 'People over time');
  expect(rows.length).toBe(truth.series.length + 1);
  expect(rows.slice(1).map((row) => [Number(row[1]), Number(row[2])])).toEqual(
    truth.series.toReversed().map(({ count }: { count: { users: number; enrolled: number } }) => [count.users, count.enrolled]),
  );
  expect(await page.getByRole('img', { name: /^People over time\. The table below/ }).count()).toBe(1);

  await page.getByLabel('Range of the charts').selectOption('Last year, by week');
  await expect.poll(async () => (await rowsOf(page, 'People over time')).length).toBeLessThan(8);
  expect(new URL(page.url()).search).toBe('?range=365');
  await close(page);
});

test('tenants come by need, in both orders and page by page, and are found by name', async () => {
  const page = await visits.openAsEnvironment('/console/tenants');
  await ready(page, 'Tenants');
  const rows = await rowsOf(page, 'Tenants by need');
  expect(rows.length).toBe(14);
  expect(rows[0]?.slice(0, 5)).toEqual(['Acme', 'Enforced', '6', '20', '70%']);
  const missing = rows.map((row) => Number(row[2]));
  expect(missing).toEqual(missing.toSorted((one, other) => other - one));

  await page.getByLabel('Order').selectOption('Smallest share with a second factor');
  await expect.poll(async () => (await rowsOf(page, 'Tenants by need')).at(-1)?.[0]).toBe('Acme');

  await page.getByLabel('Find by name or id').fill('glob');
  await page.getByRole('button', { name: 'Find' }).click();
  await expect.poll(async () => (await rowsOf(page, 'Tenants found')).map((row) => row[0])).toEqual(['Globex']);
  await page.getByRole('link', { name: 'Globex' }).click();
  await ready(page, 'Globex');
  expect(await page.getByText('Only the environment has a policy').count()).toBe(1);
  await page.goBack();
  await expect.poll(async () => (await rowsOf(page, 'Tenants found')).map((row) => row[0])).toEqual(['Globex']);
  await close(page);
});

test('people are paged, filtered and found, and each has a page with the explanation of the next login', async () => {
  const page = await visits.openAsEnvironment('/console/people');
  await ready(page, 'People');
  const first = (await rowsOf(page, 'People')).map((row) => row[0]);
  expect(first.length).toBe(20);
  await page.getByRole('button', { name: 'Next page' }).click();
  await expect.poll(async () => (await rowsOf(page, 'People')).map((row) => row[0])).not.toEqual(first);
  const second = (await rowsOf(page, 'People')).map((row) => row[0]);
  expect(second.filter((name) => first.includes(name))).toEqual([]);
  await page.getByRole('button', { name: 'Previous page' }).click();
  await expect.poll(async () => (await rowsOf(page, 'People')).map((row) => row[0])).toEqual(first);

  await page.getByLabel('Show').selectOption('Locked');
  await expect
    .poll(async () => (await rowsOf(page, 'People')).map((row) => row.slice(0, 3)))
    .toEqual([[`Lou Locked ${people.lou}`, 'None', 'Locked']]);
  await page.getByRole('link', { name: 'Lou Locked' }).click();
  await ready(page, 'Lou Locked');
  expect(await page.getByText('Lou Locked cannot log in', { exact: false }).count()).toBeGreaterThan(0);
  expect(await page.locator('.decisive').innerText()).toContain('Account locked');

  await page.getByRole('button', { name: 'Unlock the account' }).click();
  await page.getByRole('dialog', { name: 'Unlock the account?' }).getByRole('button', { name: 'Unlock the account' }).click();
  await page.getByText('The account is unlocked.').waitFor();
  const { data } = await harness.graphql('query ($id: ID!) { user(id: $id) { locked } }', { id: visits.world.ids.lou }, await asEnvironment(harness));
  expect(data).toEqual({ user: { locked: false } });
  await close(page);
});

test('a person who is exempt for a while is shown with the end and the reason', async () => {
  const headers = await asEnvironment(harness);
  const lastsUntil = new Date(harness.clock.now().getTime() + 86_400_000);
  const input = { userId: visits.world.ids.lou, until: lastsUntil.toISOString(), reason: 'The phone is lost.' };
  await harness.graphql('mutation ($input: GrantMfaExemptionInput!) { grantMfaExemption(input: $input) { __typename } }', { input }, headers);
  const page = await visits.openAsEnvironment(`/console/people/${visits.world.ids.lou}`);
  await ready(page, 'Lou Locked');
  expect(await rowsOf(page, 'Exemptions')).toEqual([['Every tenant', expect.stringMatching(/\d{4}/), 'The phone is lost.']]);
  await close(page);
});

test('an authenticator is removed, and the explanation follows the first factor that is chosen', async () => {
  const page = await visits.openAsEnvironment(`/console/people/${visits.world.ids.rita}`);
  await ready(page, 'Rita Reader');
  expect((await rowsOf(page, 'Authenticators'))[0]?.[1]).toBe('Authenticator app');
  expect(await page.locator('.outcome').innerText()).toBe('Must verify');
  await page.getByLabel('First factor').selectOption('Single sign-on');
  await expect.poll(() => page.locator('.steps').innerText()).toContain('The login is through enterprise single sign-on');
  await page.getByLabel('Tenant', { exact: true }).selectOption('Acme');
  await ready(page, 'Rita Reader');
  expect(await page.locator('.outcome').innerText()).toBe('Must verify');

  await page.getByRole('button', { name: 'Remove Authenticator app' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  expect((await rowsOf(page, 'Authenticators')).length).toBe(1);
  await page.getByRole('button', { name: 'Remove Authenticator app' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('No authenticator is enrolled.').waitFor();
  await close(page);
});

test('the audit trail is filtered by kind, person, tenant and time, page by page', async () => {
  const page = await visits.openAsEnvironment('/console/events');
  await ready(page, 'Audit trail');
  expect((await rowsOf(page, 'Events')).length).toBe(20);
  const newest = (await rowsOf(page, 'Events'))[0];
  await page.getByRole('button', { name: 'Next page' }).click();
  await expect.poll(async () => (await rowsOf(page, 'Events'))[0]).not.toEqual(newest);

  await page.getByLabel('What happened').selectOption('Factor enrolled');
  await expect.poll(async () => new Set((await rowsOf(page, 'Events')).map((row) => row[1]?.slice(0, 15)))).toEqual(new Set(['Factor enrolled']));
  await page.getByLabel('Person (address or id)').fill(people.ada);
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(async () => (await rowsOf(page, 'Events')).map((row) => row[2])).toEqual([people.ada]);

  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByLabel('Tenant id').fill('globex');
  await page.getByLabel('Until').fill('2026-03-03T00:00');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(async () => new Set((await rowsOf(page, 'Events')).map((row) => row[4]))).toEqual(new Set(['globex']));
  expect((await rowsOf(page, 'Events')).every((row) => row[0]?.startsWith('2 Mar 2026'))).toBe(true);

  await page.getByLabel('Person (address or id)').fill('nobody@acme.example');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(() => page.getByRole('alert').innerText()).toBe('Nobody has this address.');
  await close(page);
});

test('the outbox is read by the browser of the developer alone', async () => {
  const text = 'Your code is 123456.';
  visits.messages.push({ to: people.ada, subject: 'Your code', text, keptAt: new Date(), code: '123456', link: null });
  const page = await visits.openAsEnvironment('/console');
  await go(page, 'Outbox');
  await page.getByText('Only the browser of the developer reads this.').waitFor();
  await page.evaluate((path) => fetch(path), harness.app.graphiqlPath ?? '');
  await page.getByRole('button', { name: 'Look again' }).click();
  await page.getByText('Your code is 123456.').waitFor();
  await close(page);
});

test('a page that does not exist says so', async () => {
  const page = await visits.openAsEnvironment('/console/nothing');
  await ready(page, 'No such page');
  await close(page);
});
