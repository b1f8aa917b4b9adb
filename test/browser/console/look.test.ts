import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { picture } from '../picture.ts';
import { barriersOf } from './axe.ts';
import { close, enterPassword, ready, useConsole } from './visit.ts';
import { password, people } from './world.ts';

const visits = useConsole();

/** Every page of the console with something on it: where it is, what it is called, and what to do there first. */
const looks: readonly { name: string; path: () => string; heading: string; before?: (page: Page) => Promise<void> }[] = [
  { name: 'adoption', path: () => '/console', heading: 'Adoption' },
  { name: 'tenants', path: () => '/console/tenants', heading: 'Tenants' },
  { name: 'tenant', path: () => '/console/tenants/acme', heading: 'Acme' },
  {
    name: 'policy',
    path: () => '/console/policy',
    heading: 'Policy',
    before: async (page) => {
      await page.getByRole('radio', { name: 'Enforced', exact: true }).check();
      await page.getByRole('button', { name: 'See the impact' }).click();
      await page.getByRole('table', { name: 'People whose login changes' }).waitFor();
      // The picture shows the change and what it does.
      await page.setViewportSize({ width: 1_280, height: 1_250 });
    },
  },
  { name: 'people', path: () => '/console/people', heading: 'People' },
  { name: 'person', path: () => `/console/people/${visits.world.ids.ada}`, heading: 'Ada Lovell' },
  { name: 'events', path: () => '/console/events?tenant=acme', heading: 'Audit trail' },
  {
    name: 'outbox',
    path: () => '/console/outbox',
    heading: 'Outbox',
    before: async (page) => {
      const text = 'Your code is 123456. It is valid for five minutes.';
      visits.messages.push({ to: people.ada, subject: 'Your code', text, keptAt: new Date(), code: '123456', link: null });
      // Only the browser that opens this link reads the outbox, and only the first one.
      await page.evaluate((link) => fetch(link), visits.harness.app.graphiqlPath ?? '');
      await page.getByRole('button', { name: 'Look again' }).click();
    },
  },
];

const schemes = ['light', 'dark'] as const;

describe.each(looks)('$name', ({ name, path, heading, before }) => {
  test.each(schemes)('has no barrier in %s, on a wide screen and on one of 360 pixels, and never scrolls sideways', async (colorScheme) => {
    const page = await visits.openAsEnvironment(path(), { colorScheme });
    await ready(page, heading);
    await before?.(page);
    await ready(page, heading);
    expect(await barriersOf(page)).toEqual([]);
    await picture(page, `console/${name}-${colorScheme}`);
    for (const width of [360, 700, 1_600]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${width} px`).toBeLessThanOrEqual(width);
      if (width === 360) expect(await barriersOf(page)).toEqual([]);
    }
    await close(page);
  });
});

test.each(schemes)('the ways to sign in have no barrier in %s and fit into 360 pixels', async (colorScheme) => {
  const page = await visits.open('/console', { colorScheme, viewport: { width: 360, height: 800 } });
  const check = async (): Promise<void> => {
    expect(await barriersOf(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  };
  await check();
  await page.setViewportSize({ width: 1_280, height: 900 });
  await picture(page, `console/sign-in-${colorScheme}`);
  await page.setViewportSize({ width: 360, height: 800 });
  await page.getByRole('radio', { name: 'The environment' }).check();
  await check();
  await page.getByRole('radio', { name: 'An administrator' }).check();
  await enterPassword(page, people.ada, 'not the password');
  await page.getByRole('alert').waitFor();
  await check();
  await enterPassword(page, people.ada, password);
  await ready(page, 'Prove your second factor');
  await check();
  await close(page);
});

test('everything is reached and done by the keyboard alone, and the focus goes where the person is', async () => {
  const page = await visits.open('/console');
  const focused = () =>
    page.evaluate(() => (document.activeElement as HTMLElement | null)?.innerText || document.activeElement?.getAttribute('id') || '');
  const tabTo = async (name: string): Promise<void> => {
    for (let presses = 0; presses < 60; presses += 1) {
      if ((await page.evaluate(() => document.activeElement?.textContent ?? '')) === name) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`the keyboard does not reach ${name}`);
  };
  await page.getByRole('radio', { name: 'An administrator' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.type(people.gus);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await ready(page, 'Adoption');
  await expect.poll(focused).toBe('Adoption');

  await page.keyboard.press('Shift+Tab');
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('Tab');
  await tabTo('Skip to content');
  await page.keyboard.press('Enter');
  expect(await focused()).toBe('Adoption');

  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await tabTo('Policy');
  await page.keyboard.press('Enter');
  await ready(page, 'Policy');
  await expect.poll(focused).toBe('Policy');
  expect(await page.title()).toBe('Policy · Sallyport');

  // Into the radio buttons, down to the next one, and to the button that has become usable.
  for (let presses = 0; presses < 20 && (await page.evaluate(() => document.activeElement?.getAttribute('type'))) !== 'radio'; presses += 1) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('ArrowDown');
  await tabTo('See the impact');
  await page.keyboard.press('Enter');
  await expect.poll(focused).toBe('Impact of the change');
  await tabTo('Save the change');
  await page.keyboard.press('Enter');
  await page.getByText('The change is saved.').waitFor();
  await tabTo('Sign out');
  await page.keyboard.press('Enter');
  await page.getByText('You are signed out.').waitFor();
  await close(page);
});
