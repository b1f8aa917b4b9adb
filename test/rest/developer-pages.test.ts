import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Harness } from '../support/harness.ts';
import { openHarness } from '../support/harness.ts';

const key = 'k'.repeat(43);
const at = new Date('2026-03-02T09:00:05.000Z');
const hostile = '<script>alert(1)</script>"\'&<img src=x onerror=alert(2)>';
const link = 'http://localhost:4000/account/activate?userId=a&token=b"><script>alert(3)</script>';
const mails = [
  { to: 'first@acme.example', subject: 'First', text: 'Your login code is 123456\n', keptAt: at, code: '123456', link: null },
  { to: `${hostile}@acme.example`, subject: hostile, text: `${hostile} javascript:alert(4) ${link}\n`, keptAt: at, code: hostile, link },
];
const developmentMail = { messages: () => mails, key: async () => key, keyPath: 'data/developer-key' };
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

let harness: Harness;
let cookie: string;
const visit = (
  url: string,
  { method = 'GET', headers = {} }: { method?: 'GET' | 'HEAD' | 'POST' | 'DELETE'; headers?: Record<string, string> } = {},
) => harness.send({ method, url, address: '127.0.0.1', headers: { host: 'localhost:4000', accept: browser, cookie, ...headers } });

beforeAll(async () => {
  harness = await openHarness({
    settings: { PUBLIC_URL: 'http://localhost:4000', CORS_ORIGINS: 'http://localhost:5173' },
    ports: { developmentMail },
  });
  cookie = '';
  const entered = await visit(harness.app.startPath ?? '');
  expect([entered.statusCode, entered.headers.location]).toEqual([303, '/']);
  cookie = String(entered.headers['set-cookie']).split(';')[0] ?? '';
});
afterAll(() => harness.close());

const pages = ['/', '/readme', '/contributing', '/errors', '/docs/console.md', '/docs/hosted-login.md', '/dev/outbox'];

describe('a page for developers', () => {
  test.each(pages)('%s has a policy that lets nothing run or load but what is its own', async (url) => {
    const { statusCode, headers, body } = await visit(url);
    expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([200, 'text/html; charset=utf-8', 'no-store']);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; script-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    expect([...body.matchAll(/<script(?![^>]*src=)|<[^>]*\s(on\w+|style)=/g)]).toEqual([]);
    const loaded = [...body.matchAll(/<(\w+)[^>]*\ssrc="([^"]+)"/g)].map(([, element, source]) => [element, source]);
    // The pictures of documents lie beside them.
    const others = loaded.filter(([element, source]) => element !== 'img' || /^(\w+:)?\/\//.test(source ?? ''));
    expect(others).toEqual(url === '/dev/outbox' ? [['script', '/dev/outbox.js']] : []);
    expect([...body.matchAll(/<(\w+)[^>]*\shref="http/g)].map(([, element]) => element).filter((element) => element !== 'a')).toEqual([]);
  });

  test.each([...pages, '/openapi.json', '/dev/outbox.js'])('%s answers HEAD like GET, and other methods by 405', async (url) => {
    const lasting = ({ 'frontegg-trace-id': _id, date: _date, 'transfer-encoding': _cut, ...headers }: Record<string, unknown>) => headers;
    const [get, head] = [await visit(url), await visit(url, { method: 'HEAD' })];
    expect([head.statusCode, head.body]).toEqual([get.statusCode, '']);
    expect(lasting(head.headers)).toEqual(lasting(get.headers));
    for (const method of ['POST', 'DELETE'] as const) {
      const refused = await visit(url, { method });
      expect([refused.statusCode, refused.headers.allow], method).toEqual([405, 'GET, HEAD']);
    }
  });

  test('is sent to the address without the key once the key is spent', async () => {
    for (const url of pages) {
      const again = await visit(`${url}?key=anything`);
      expect([again.statusCode, again.headers.location]).toEqual([303, url]);
    }
  });
});

test('the start page leads only to what this server serves', async () => {
  const without = await openHarness({ settings: { PUBLIC_URL: 'http://localhost:4000', GRAPHIQL: '0' } });
  const send = (url: string, headers: Record<string, string>) =>
    without.send({ url, address: '127.0.0.1', headers: { host: 'localhost:4000', accept: browser, ...headers } });
  const entered = await send(without.app.startPath ?? '', {});
  const { body } = await send('/', { cookie: String(entered.headers['set-cookie']).split(';')[0] ?? '' });
  const linksOf = (page: string) => [...page.matchAll(/<h2><a href="([^"]+)"/g)].map(([, path]) => path);
  expect(linksOf((await visit('/')).body)).toEqual(expect.arrayContaining(['/graphiql', '/dev/outbox', '/readme', '/openapi.json']));
  expect(linksOf(body)).toContain('/readme');
  for (const off of ['/graphiql', '/dev/outbox']) expect(linksOf(body)).not.toContain(off);
  await without.close();
});

describe('documents', () => {
  test('are for programs on this machine, without a cookie and whatever they accept', async () => {
    for (const accept of [browser, '*/*', 'application/json']) {
      const openapi = await visit('/openapi.json', { headers: { cookie: '', accept } });
      expect([openapi.statusCode, openapi.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
      expect(openapi.json()).toMatchObject({ openapi: '3.1.0', info: { title: 'Sallyport REST' } });
    }
    expect((await visit('/readme', { headers: { cookie: '' } })).statusCode).toBe(200);
  });

  test('README is shown with its code, its tables and without a link that leads nowhere', async () => {
    const { body } = await visit('/readme');
    expect(body).toContain('<pre tabindex="0"><code>npm ci &amp;&amp; npm start');
    expect(body).toContain('<td><code>PORT</code></td>');
    expect(body).toContain('<a href="/openapi.json">schema/openapi.json</a>');
    expect(body).toContain('<a href="/docs/hosted-login.md">');
    for (const [, path = ''] of body.matchAll(/<a href="(\/[^"]*)"/g)) expect((await visit(path)).statusCode, path).toBe(200);
  });

  test('a link from a document in a folder to README leads there', async () => {
    const { body } = await visit('/docs/hosted-login.md');
    expect(body).toMatch(/<a href="\/readme#[\w-]+">/);
    for (const [, path = ''] of body.matchAll(/<a href="(\/[^"]*)"/g)) expect((await visit(path)).statusCode, path).toBe(200);
  });
});

test.each(['console', 'hosted-login'])(
  'the document of %s is shown with its pictures, and nothing else of their folder is served',
  async (document) => {
    const { body } = await visit(`/docs/${document}.md`);
    const sources = [...body.matchAll(/src(?:set)?="([^"]+)"/g)].map(([, source = '']) => new URL(source, 'http://host/docs/').pathname);
    expect(sources.length).toBeGreaterThan(4);
    for (const source of sources) {
      const picture = await visit(source);
      expect([picture.statusCode, picture.headers['content-type']], source).toEqual([200, 'image/png']);
    }
    for (const name of ['..%2F..%2Fpackage.json', 'none.png', `..%2F${document}.md`]) {
      expect((await visit(`/docs/${document}/${name}`)).statusCode, name).toBe(404);
    }
  },
);

describe('the outbox', () => {
  test.each([
    [browser, 'text/html'],
    ['text/html', 'text/html'],
    ['application/json;q=0.8, text/html', 'text/html'],
    ['*/*', 'application/json'],
    ['application/json', 'application/json'],
    ['application/json, text/html', 'application/json'],
    ['application/json, text/html;q=0.9, */*;q=0.1', 'application/json'],
    ['text/html;q=0, */*', 'application/json'],
    ['image/png', 'application/json'],
    ['', 'application/json'],
    [';;,q=', 'application/json'],
  ])('is given to "%s" as %s', async (accept, type) => {
    for (const headers of [{ accept }, { accept, cookie: '', authorization: `Bearer ${key}` }]) {
      const answer = await visit('/dev/outbox', { headers });
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, `${type}; charset=utf-8`]);
      expect(String(answer.headers.vary).toLowerCase().split(/, */).sort()).toEqual(['accept', 'origin']);
      if (type === 'application/json') expect(answer.json()).toEqual({ messages: mails.map(({ to, subject, text }) => ({ to, subject, text })) });
    }
    const refused = await visit('/dev/outbox', { headers: { accept, cookie: '' } });
    expect([refused.statusCode, refused.headers['content-type'], refused.headers['www-authenticate']]).toEqual([
      401,
      `${type}; charset=utf-8`,
      'Bearer',
    ]);
    expect(String(refused.headers.vary).toLowerCase()).toContain('accept');
  });

  test('shows the newest e-mail first, with recipient, subject, time, text and code', async () => {
    const { body } = await visit('/dev/outbox');
    expect([...body.matchAll(/<h2>([^<]+)<\/h2>/g)].map(([, subject]) => subject?.slice(0, 8))).toEqual(['&lt;scri', 'First']);
    expect(body).toContain('To first@acme.example, <time datetime="2026-03-02T09:00:05.000Z">2026-03-02 09:00:05 UTC</time>');
    expect(body).toContain('<b>123456</b>');
    expect(body).toContain('Your login code is 123456</p>');
    expect(body).toContain('<a class="button" href="/dev/outbox">Refresh</a>');
  });

  test('shows what strangers wrote as text, wherever it stands', async () => {
    const { body } = await visit('/dev/outbox');
    const shown = '&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;img src=x onerror=alert(2)&gt;';
    // Subject, recipient, code and text.
    expect(body.split(shown)).toHaveLength(5);
    const [article = ''] = /<article[\s\S]+?<\/article>/.exec(body) ?? [];
    expect([...article.matchAll(/<(\/?\w+)/g)].map(([, element]) => element)).toEqual([
      'article',
      'h2',
      '/h2',
      'p',
      'time',
      '/time',
      '/p',
      'p',
      'b',
      '/b',
      '/p',
      'p',
      'a',
      '/a',
      '/p',
      '/article',
    ]);
    expect([...article.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual([
      'http://localhost:4000/account/activate?userId=a&amp;token=b&quot;&gt;&lt;script&gt;alert(3)&lt;/script&gt;',
    ]);
  });
});
