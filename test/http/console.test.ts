import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openHarness } from '../support/harness.ts';
import { useHarness } from '../support/use-harness.ts';

const local = { PUBLIC_URL: 'http://localhost:4000' };

describe('the console', () => {
  const harness = useHarness(() => openHarness({ settings: local }));
  const visit = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' | 'POST' | 'DELETE' = 'GET') =>
    harness.send({ method, url, headers });
  const assetsOf = (html: string): string[] => [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');

  test('is one page at every address below it, which loads nothing from elsewhere and nothing inline', async () => {
    const answer = await visit('/console');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const policy = Object.fromEntries(
      String(answer.headers['content-security-policy'])
        .split('; ')
        .map((part) => part.split(/ (.*)/)),
    );
    expect(policy).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'connect-src': "'self'",
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
      'form-action': "'none'",
    });
    expect(JSON.stringify(policy)).not.toMatch(/unsafe|https?:|\*/);
    expect(answer.body).not.toMatch(/<style|<script(?![^>]* src=)|\son\w+=|\sstyle=/);
    expect(assetsOf(answer.body).length).toBe(3);
    for (const url of assetsOf(answer.body)) expect(url).toMatch(/^\/console\/assets\/[a-z]+-[\w-]{8}\.(js|css|svg)$/);
    for (const url of ['/console/', '/console/tenants', '/console/people/some%20id?x=1']) expect((await visit(url)).body, url).toBe(answer.body);
  });

  test('has files that are compressed once, known by their content, and kept for good', async () => {
    for (const url of assetsOf((await visit('/console')).body)) {
      const gzipped = await visit(url, { 'accept-encoding': 'gzip, br' });
      const plain = await visit(url);
      expect([gzipped.statusCode, plain.statusCode], url).toEqual([200, 200]);
      expect(gunzipSync(gzipped.rawPayload).equals(plain.rawPayload)).toBe(true);
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(gzipped.headers).toMatchObject({
        'content-encoding': 'gzip',
        'content-type': expect.stringMatching(
          { js: /^text\/javascript/, css: /^text\/css/, svg: /^image\/svg/ }[url.split('.').at(-1) ?? ''] ?? /^$/,
        ),
        'cache-control': 'public, max-age=31536000, immutable',
        vary: expect.stringContaining('accept-encoding'),
        'x-content-type-options': 'nosniff',
      });
      const again = await visit(url, { 'if-none-match': String(gzipped.headers.etag) });
      expect([again.statusCode, again.body]).toEqual([304, '']);
    }
  });

  test('answers 404 for a file that there is not', async () => {
    for (const url of [
      '/console/assets/other.js',
      '/console/assets/index-00000000.js',
      '/console/assets/..%2findex.html',
      '/console/assets/a/b.js',
      '/consoles',
    ]) {
      const answer = await visit(url);
      expect([answer.statusCode, String(answer.headers['content-type'])], url).toEqual([404, expect.stringContaining('application/json')]);
    }
  });

  test('is read alone: HEAD has the headers of GET and no body, and other methods are refused with those that are served', async () => {
    const [asset = ''] = assetsOf((await visit('/console')).body);
    for (const url of ['/console', '/console/tenants', asset]) {
      const [head, get] = [await visit(url, {}, 'HEAD'), await visit(url)];
      expect([head.statusCode, head.body, head.headers['content-type']], url).toEqual([200, '', get.headers['content-type']]);
      for (const method of ['POST', 'DELETE'] as const) {
        const answer = await visit(url, {}, method);
        expect([answer.statusCode, answer.headers.allow], `${method} ${url}`).toEqual([405, 'GET, HEAD']);
      }
    }
  });

  test('is not told of an outbox that is not served', async () => {
    expect((await visit('/console')).body).not.toContain('development-mail');
  });
});

test('the console is told of the outbox of a developer', async () => {
  const developmentMail = { messages: () => [], key: async () => 'k'.repeat(43), keyPath: 'data/developer-key' };
  const harness = await openHarness({ settings: local, ports: { developmentMail } });
  expect((await harness.send({ url: '/console' })).body).toContain('<meta name="development-mail" content="served">');
  await harness.close();
});

test.each([
  ['is not served in production', { NODE_ENV: 'production' }, 404],
  ['is served in production with CONSOLE=1', { NODE_ENV: 'production', CONSOLE: '1' }, 200],
  ['is not served anywhere with CONSOLE=0', { CONSOLE: '0' }, 404],
])('the console %s', async (_claim, settings, status) => {
  const harness = await openHarness({ settings });
  expect((await harness.send({ url: '/console' })).statusCode).toBe(status);
  expect((await harness.send({ url: '/console/tenants' })).statusCode).toBe(status);
  expect(harness.app.consolePath).toBe(status === 200 ? '/console' : null);
  await harness.close();
});
