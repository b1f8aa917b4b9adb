import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTenant, createUser, setPolicy } from '../../support/builders.ts';
import { continueFromRecoveryCode, enrollApp, onPage, signIn } from '../oauth/page-object.ts';
import type { HostedApplication, HostedOptions } from './hosted-ui.ts';
import { openHostedApplication, who } from './hosted-ui.ts';

/** Frontegg's library for React in hosted mode, in the places and the older version in which applications use it. */

/** One application for the tests of a `describe`, with somebody signed in. */
function useApplication(options: HostedOptions) {
  let app: HostedApplication;
  beforeAll(async () => {
    app = await openHostedApplication(options);
    await createTenant(app.harness, 'acme');
  });
  afterAll(() => app?.close());
  return {
    get app() {
      return app;
    },
    async signedIn(name: string): Promise<{ page: Page; email: string }> {
      const { email } = await createUser(app.harness, 'acme', `${name}@acme.example`);
      const page = await app.visit();
      await page.click('#log-in');
      await signIn(page, email);
      expect(await who(page)).toBe(email);
      return { page, email };
    },
  };
}

describe('an application with its routes in the fragment', () => {
  const place = useApplication({ options: { urlStrategy: 'hash' }, callback: '#/oauth/callback' });

  test('gets its answer before the fragment, and finds its person again after a reload', async () => {
    const { page, email } = await place.signedIn('hash');
    await page.reload();
    expect(await who(page)).toBe(email);
  });
});

describe('an application below a path', () => {
  const place = useApplication({ options: { basename: '/shop' }, callback: '/shop/oauth/callback' });

  test('gets its answer there', async () => {
    const { email } = await createUser(place.app.harness, 'acme', 'below@acme.example');
    const page = await place.app.visit('/shop/');
    await page.click('#log-in');
    await signIn(page, email);
    expect(await who(page)).toBe(email);
    expect(new URL(page.url()).pathname).toMatch(/^\/shop\/?$/);
  });
});

describe('an application of another site, whose scripts do not get the cookie', () => {
  const place = useApplication({ host: '127.0.0.1' });

  test('is told silently that nobody is there, and signs in without a question as long as the session lasts', async () => {
    const { page, email } = await place.signedIn('cross');
    const { calls } = place.app;
    for (let turn = 0; turn < 3; turn += 1) {
      await place.app.later(page, 60);
      await page.reload();
      await page.locator('#log-in').waitFor();
      calls.length = 0;
      await page.click('#log-in');
      expect(await who(page)).toBe(email);
      expect(calls).toContain('POST 401 /oauth/authorize/silent');
      expect(calls.filter((call) => call.startsWith('GET 200 /oauth/account/'))).toEqual([]);
    }
  });

  test('logs out by its token', async () => {
    const { page } = await place.signedIn('cross-out');
    await page.click('#log-out');
    await page.locator('#log-in').waitFor();
    await page.click('#log-in');
    await onPage(page, 'login');
  });
});

describe('version 4.0.30, whose screens are all in the package', () => {
  const place = useApplication({ library: '@frontegg/react' });

  test('signs in with a factor that is due for the first time, refreshes, and logs out', async () => {
    await createTenant(place.app.harness, 'strict');
    await setPolicy(place.app.harness, { enforceMFAType: 'Force' }, 'strict');
    const { email } = await createUser(place.app.harness, 'strict', 'older@strict.example');
    const page = await place.app.visit();
    await page.click('#log-in');
    await signIn(page, email);
    await enrollApp(place.app.harness, page);
    await continueFromRecoveryCode(page);
    expect(await who(page)).toBe(email);

    for (let turn = 0; turn < 2; turn += 1) {
      await place.app.later(page, 60);
      place.app.calls.length = 0;
      await page.click('#refresh');
      await expect.poll(() => place.app.calls).toContain('POST 200 /oauth/token');
      expect(await who(page)).toBe(email);
    }
    await page.click('#log-out');
    await page.locator('#log-in').waitFor();
    await page.click('#log-in');
    await onPage(page, 'login');
  });

  test('finds its person again after a reload by one click, without a page', async () => {
    const { page, email } = await place.signedIn('older-reload');
    await page.reload();
    place.app.calls.length = 0;
    await page.click('#log-in');
    expect(await who(page)).toBe(email);
    expect(place.app.calls.filter((call) => call.startsWith('GET 200 /oauth/account/'))).toEqual([]);
  });
});
