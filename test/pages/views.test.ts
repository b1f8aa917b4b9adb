import { describe, expect, it } from 'vitest';
import { languages } from '../../src/pages/messages/language.ts';
import { qrPathOf } from '../../src/pages/qr-path.ts';
import { plainFrame, samples } from './samples.ts';

/** Ends an attribute, an element and a comment, and begins what would run. */
const hostile = `" onfocus="alert(1)" x='><img src=x onerror=alert(2)><script>alert(3)</script>{app}--></title></noscript>`;

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

describe.each(samples)('$name', ({ render, problem, captcha }) => {
  it.each(languages)('has one heading, a title with it, and a label for every field, in %s', (language) => {
    const page = render({ ...plainFrame, language });
    expect(page).toMatch(/^<!doctype html>\n<html lang="\w\w" dir="ltr">/);
    const [heading, ...more] = [...page.matchAll(/<h1>(.+?)<\/h1>/g)].map(([, text]) => text);
    expect(more).toEqual([]);
    expect(/<title>(.+?)<\/title>/.exec(page)?.[1]).toMatch(new RegExp(`${heading?.replace(/[?]/g, '\\?')} – Acme$`));
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size, 'every id stands once').toBe(ids.length);
    for (const [input] of page.matchAll(/<input [^>]*>/g)) {
      if (/ type="hidden"| hidden/.test(input)) continue;
      expect(page, input).toContain(`<label for="${/ id="([^"]+)"/.exec(input)?.[1]}">`);
    }
    for (const [, ref] of page.matchAll(/aria-(?:describedby|labelledby|controls)="([^"]+)"/g)) {
      for (const id of (ref ?? '').split(' ')) expect(ids).toContain(id);
    }
  });

  it('says what went wrong in the one element that announces it, and takes the focus only once', () => {
    const page = render(plainFrame);
    expect(count(page, / role="alert"/g)).toBe(problem === null ? 0 : 1);
    expect(count(page, / autofocus/g)).toBeLessThanOrEqual(1);
    expect(/<title>Error: /.test(page)).toBe(problem !== null);
  });

  it('posts every form to an absolute address, with the token of the page', () => {
    const page = render(plainFrame);
    for (const [form] of page.matchAll(/<form method="post".*?<\/form>/gs)) {
      expect(form).toMatch(/ action="https:\/\/login\.acme\.example\//);
      expect(count(form, /<input type="hidden" name="form" value="a-form-token"\/>/g)).toBe(1);
    }
  });

  it('has nothing inline that the policy would refuse, and no texts of strangers as markup', () => {
    const page = render(plainFrame, (text) => `${text}${hostile}`);
    expect(page).not.toMatch(/ style="| on\w+="|<style|javascript:/);
    expect(page).not.toMatch(/<img|<script>|--><\/title>/);
    // That of the provider of captchas is the second one.
    expect(count(page, /<script /g)).toBe(captcha?.script == null ? 1 : 2);
    expect(count(page, /<\/title>/g)).toBe(1);
  });
});

it('a link of the branding that is no address of the web is left out', () => {
  const [login] = samples;
  const branding = { ...plainFrame.branding, supportUrl: 'javascript:alert(1)', privacyUrl: 'https://acme.example/privacy' };
  const page = login?.render({ ...plainFrame, branding });
  expect(page).not.toContain('javascript');
  expect(page).toContain('href="https://acme.example/privacy"');
});

it('a logo has the name of the service as its text', () => {
  const page = samples[0]?.render({ ...plainFrame, branding: { ...plainFrame.branding, logoUrl: '/logo' } });
  expect(page).toContain('<img src="/logo" alt="Acme"/>');
});

it('the secret of an app stands in groups of four beside the picture', () => {
  const page = samples.find(({ name }) => name === 'enroll-app')?.render(plainFrame);
  expect(page).toContain('KVKF KRCP NZQU YMLX OVYD SQKJ KZDT SRLD');
  expect(page).toContain('<svg class="qr" role="img"');
});

it('the path of a QR code covers its dark modules and leaves a margin of four', async () => {
  const { path, size } = await qrPathOf('otpauth://totp/Acme?secret=KVKFKRCP');
  expect(path).toMatch(/^M4 4h7v1h-7z/);
  const columns = [...path.matchAll(/M(\d+) (\d+)h(\d+)v1h-(\d+)z/g)].map(([, x, y, width]) => [Number(x), Number(y), Number(width)] as const);
  for (const [x, y, width] of columns) expect(x >= 4 && y >= 4 && x + width <= size - 4 && y < size - 4).toBe(true);
});
