import { describe, expect, test } from 'vitest';
import { samples } from '../../pages/samples.ts';
import { barriersOf } from '../console/axe.ts';
import { close, useViews } from './app.ts';

const views = useViews();

/** A folder for pictures of all pages, for whoever wants to look at them. */
const folder = process.env.PICTURES;

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  // Each language once in full, because the barriers of a scheme and of a language have nothing to do with each other.
  const language = colorScheme === 'light' ? 'en' : 'de';
  test('no page has a barrier, complains about anything or scrolls sideways on 320 pixels', async () => {
    const page = await views.open('/en/login', { colorScheme, viewport: { width: 320, height: 640 } });
    for (const { name } of samples) {
      await views.go(page, `/${language}/${name}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(320);
      expect(await barriersOf(page), name).toEqual([]);
      if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}-${language}-${colorScheme}.png`, fullPage: true });
    }
    await close(page);
  });

  test.each(['ffd400', '0b0b2a', 'd0021b'])('the color #%s of an operator makes no barrier', async (color) => {
    const page = await views.open('/en/login', { colorScheme, viewport: { width: 1_280, height: 800 } });
    for (const name of ['login-wrong', 'mfa-app', 'recovery-code']) {
      await views.go(page, `/en/${name}?color=${color}`);
      expect(await barriersOf(page), name).toEqual([]);
    }
    const [accent, button] = await page.evaluate(() => [
      getComputedStyle(document.documentElement).getPropertyValue('--accent'),
      getComputedStyle(document.querySelector('button.main') ?? document.body).backgroundColor,
    ]);
    expect(button, 'the style sheet of the color is used').toBe(
      `rgb(${[1, 3, 5].map((at) => Number.parseInt(accent.slice(at, at + 2), 16)).join(', ')})`,
    );
    expect(accent).not.toBe(colorScheme === 'light' ? '#1b5a94' : '#7db9f2');
    await close(page);
  });
});

test.each(['fr', 'es'])('no text of the language %s is too long for a screen of 320 pixels', async (language) => {
  const page = await views.open('/en/login', { viewport: { width: 320, height: 640 } });
  for (const { name } of samples) {
    await views.go(page, `/${language}/${name}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(320);
  }
  await close(page);
});

test('the style sheet of a color is kept for good, and there is none under a name with another hash', async () => {
  const page = await views.open('/en/login?color=d0021b');
  const href = await page.locator('link[href*="/brand-"]').evaluate((link) => (link as unknown as { href: string }).href);
  const answer = await page.request.get(href);
  expect([answer.status(), answer.headers()['content-type'], answer.headers()['cache-control']]).toEqual([
    200,
    'text/css; charset=utf-8',
    'public, max-age=31536000, immutable',
  ]);
  for (const wrong of [
    href.replace('d0021b', 'd0021c'),
    href.replace(/-\w{16}\.css/, '-0000000000000000.css'),
    href.replace('brand-d0021b', 'brand-red'),
  ]) {
    expect((await page.request.get(wrong)).status(), wrong).toBe(404);
  }
  await close(page);
});
