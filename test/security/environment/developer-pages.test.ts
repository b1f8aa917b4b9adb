import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Harness } from '../../support/harness.ts';
import { openHarness } from '../../support/harness.ts';

const key = 'k'.repeat(43);
const local = { PUBLIC_URL: 'http://localhost:4000' };
const developmentMail = {
  messages: () => [
    { to: 'dana@acme.example', subject: 'Reset', text: 'canary-link', keptAt: new Date('2026-03-02T09:00:05.000Z'), code: null, link: null },
  ],
  key: async () => key,
  keyPath: 'data/developer-key',
};
const open = (settings: Record<string, string> = local) =>
  openHarness({ settings, ports: { developmentMail: settings === local ? developmentMail : null } });

let harness: Harness;
beforeAll(async () => {
  harness = await open();
});
afterAll(() => harness.close());

type More = { headers?: Record<string, string>; address?: string; method?: 'GET' | 'HEAD' | 'POST' };
const visit = (url: string, { headers, ...more }: More = {}, app = harness) =>
  app.send({ url, address: '127.0.0.1', ...more, headers: { host: '127.0.0.1:4000', accept: 'text/html', ...headers } });
const linkOf = (app: Harness): string => app.app.graphiqlPath ?? '';
const json = { accept: 'application/json' };
const bearer = { authorization: `Bearer ${key}` };
const token = /Bearer eyJ/;
/** Everything that is there for developers alone. */
const pages = [
  '/',
  '/graphiql',
  '/dev/outbox',
  '/dev/outbox.js',
  '/schema.graphql',
  '/readme',
  '/contributing',
  '/errors',
  '/docs/console.md',
  '/docs/console/policy-light.png',
  '/docs/hosted-login.md',
  '/docs/hosted-login/login-light.png',
  '/openapi.json',
];
const introspect = (headers: Record<string, string>, address: string) =>
  harness.send({ method: 'POST', url: '/graphql', address, headers, body: { query: '{ __schema { queryType { name } } }' } });

describe('T42 the link to GraphiQL', () => {
  test('opens once, in one browser, which can come back while its cookie lives', async () => {
    const app = await open();
    const both = await Promise.all([visit(linkOf(app), {}, app), visit(linkOf(app), {}, app)]);
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([303, 403]);
    const entered = both.find(({ statusCode }) => statusCode === 303);
    expect(entered?.headers.location).toBe('/graphiql');
    const [cookie, ...others] = [entered?.headers['set-cookie']].flat();
    expect(others).toEqual([]);
    expect(cookie).toMatch(/^sallyport_developer_\d*=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    const headers = { cookie: String(cookie).split(';')[0] ?? '' };

    for (let visits = 0; visits < 3; visits += 1) expect((await visit('/graphiql', { headers }, app)).body).toMatch(token);
    expect((await visit('/dev/outbox', { headers }, app)).body).toContain('canary-link');
    expect(await visit(linkOf(app), { headers }, app), 'the link again, in the same browser').toMatchObject({ statusCode: 303 });
    const elsewhere = await visit(linkOf(app), {}, app);
    expect([elsewhere.statusCode, elsewhere.headers['set-cookie']], 'another browser').toEqual([403, undefined]);
    expect((await visit('/graphiql', { headers }, harness)).statusCode, 'another server').toBe(403);
    expect(JSON.stringify(app.logged)).not.toContain(linkOf(app).split('=')[1]);

    app.clock.advance({ seconds: 43_199 });
    expect((await visit('/graphiql', { headers }, app)).body).toMatch(token);
    app.clock.advance({ seconds: 1 });
    expect((await visit('/graphiql', { headers }, app)).statusCode).toBe(403);
    await app.close();
  });

  test('is not spent by a look at its head, by a wrong key, or by what comes from elsewhere', async () => {
    const app = await open();
    const link = linkOf(app);
    await visit(link, { method: 'HEAD' }, app);
    for (const url of ['/graphiql?key=', `${link}x`, `${link}&key=x`, '/graphiql?key[]=x', link.slice(0, -1)]) {
      expect((await visit(url, {}, app)).statusCode, url).toBe(403);
    }
    await visit(link, { address: '203.0.113.7' }, app);
    await visit(link, { headers: { 'x-forwarded-for': '127.0.0.1' } }, app);
    await visit(link, { headers: { host: 'rebound.example' } }, app);
    expect((await visit(link, {}, app)).statusCode).toBe(303);
    await app.close();
  });

  test('is another one at every start', async () => {
    const app = await open();
    expect(linkOf(app)).toMatch(/^\/graphiql\?key=[\w-]{43}$/);
    expect(linkOf(app)).not.toBe(linkOf(harness));
    await app.close();
  });
});

describe('T42 a local request that shows nothing else gets nothing: a proxy on this machine may send the same', () => {
  test('no token, no message', async () => {
    const page = await visit('/graphiql');
    expect([page.statusCode, page.headers['content-type']]).toEqual([403, 'text/html; charset=utf-8']);
    expect(page.body).toContain('Open the link');
    expect(page.body).not.toMatch(token);
    const start = await visit('/');
    expect([start.statusCode, start.body.includes('Open the link'), start.body.includes('/graphiql')]).toEqual([403, true, false]);
    for (const authorization of ['', 'Bearer', `Bearer ${key}x`, `Basic ${key}`, `bearer ${'x'.repeat(43)}`]) {
      const outbox = await visit('/dev/outbox', { headers: { ...json, authorization } });
      expect([outbox.statusCode, outbox.json()], authorization).toEqual([401, { errors: ['Send the key in data/developer-key as a bearer token'] }]);
      const shown = await visit('/dev/outbox', { headers: { authorization } });
      expect([shown.statusCode, shown.headers['www-authenticate']], authorization).toEqual([401, 'Bearer']);
      expect(shown.body).toContain('Open the link');
      expect(shown.body).toContain('data/developer-key');
      expect(shown.body).not.toContain('canary-link');
    }
  });

  test('the key of the file reads the messages', async () => {
    expect((await visit('/dev/outbox', { headers: { ...json, ...bearer } })).json()).toEqual({
      messages: [{ to: 'dana@acme.example', subject: 'Reset', text: 'canary-link' }],
    });
    expect((await visit('/dev/outbox', { headers: bearer })).body).toContain('canary-link');
  });
});

describe('T42 a request that came from elsewhere finds no page for developers, whatever it knows', () => {
  test.each<[string, More]>([
    ...[
      ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port', 'x-forwarded-server', 'x-forwarded', 'forwarded'],
      ...['forwarded-for', 'via', 'x-real-ip', 'x-client-ip', 'client-ip', 'true-client-ip', 'cf-connecting-ip', 'cf-ray', 'cdn-loop'],
      ...['fastly-client-ip', 'x-cluster-client-ip', 'x-original-forwarded-for', 'x-original-host', 'x-original-url', 'x-envoy-external-address'],
      ...['x-amzn-trace-id', 'x-amz-cf-id', 'x-azure-clientip', 'x-azure-socketip', 'x-arr-log-id', 'x-appengine-user-ip', 'x-cloud-trace-context'],
      ...['x-originating-ip', 'x-remote-ip', 'x-remote-addr', 'x-proxyuser-ip', 'front-end-https', 'wl-proxy-client-ip', 'proxy-connection'],
      ...['fly-client-ip', 'x-vercel-forwarded-for', 'x-nf-client-connection-ip', 'max-forwards', 'X-FORWARDED-FOR'],
    ].map((name): [string, More] => [name, { headers: { [name]: '127.0.0.1' } }]),
    ['another machine', { address: '203.0.113.7' }],
    ['another machine in the same network', { address: '192.168.1.9' }],
    ['another machine that says localhost', { address: '203.0.113.7', headers: { host: 'localhost' } }],
    ['a name that was rebound', { headers: { host: 'rebound.example:4000' } }],
    ['a name that begins alike', { headers: { host: '127.0.0.1.evil.example' } }],
    ['a name that ends alike', { headers: { host: 'notlocalhost' } }],
    ['no name', { headers: { host: '?' } }],
  ])('%s', async (_name, more) => {
    const { address = '127.0.0.1', headers = {} } = more;
    for (const url of [...pages, linkOf(harness), harness.app.startPath ?? '', '/graphiql/start.js']) {
      expect((await visit(url, { address, headers: { ...bearer, ...headers } })).statusCode, url).toBe(404);
    }
    const { errors } = (await introspect({ host: '127.0.0.1', ...headers }, address)).json();
    expect(errors[0].message).toContain('introspection has been disabled');
  });

  test.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('a program on this machine may read the schema: %s', async (address) => {
    for (const host of ['localhost:4000', '127.0.0.1', '[::1]:4000', 'app.localhost', 'LOCALHOST']) {
      expect((await introspect({ host }, address)).json(), host).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
    }
  });

  test('the operator is warned of the proxy once', () => {
    const warnings = harness.logged.filter((line) => 'level' in line && line.level === 'warn').map((line) => ('message' in line ? line.message : ''));
    expect(warnings.filter((text) => String(text).includes('proxy'))).toEqual([expect.stringContaining('a request came through a proxy')]);
  });
});

describe('T42 where others can reach the server', () => {
  test.each([
    ['by its public address', { PUBLIC_URL: 'https://id.acme.example' }],
    ['by its network', { PUBLIC_URL: local.PUBLIC_URL, HOST: '0.0.0.0' }],
    ['in production', { ...local, NODE_ENV: 'production' }],
  ])('%s there is nothing for developers', async (_name, settings) => {
    const app = await open(settings);
    expect(app.app.graphiqlPath).toBeNull();
    expect(app.app.startPath).toBeNull();
    for (const url of pages) expect((await visit(url, { headers: bearer }, app)).statusCode, url).toBe(404);
    await app.close();
  });

  test('GRAPHIQL=1 shows the page to everybody, and gives nobody a token', async () => {
    const app = await open({ PUBLIC_URL: 'https://id.acme.example', GRAPHIQL: '1' });
    expect(app.app.graphiqlPath).toBe('/graphiql');
    for (const more of [{}, { address: '203.0.113.7', headers: { host: 'id.acme.example' } }]) {
      const page = await visit('/graphiql', more, app);
      expect([page.statusCode, token.test(page.body)]).toEqual([200, false]);
    }
    await app.close();
  });
});
