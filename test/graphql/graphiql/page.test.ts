import { gunzipSync } from 'node:zlib';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { tabs } from '../../../src/graphql/graphiql/tabs.ts';
import { schema } from '../../../src/graphql/schema.ts';
import { openHarness } from '../../support/harness.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openHarness({ settings: { PUBLIC_URL: 'http://localhost:4000' } }));

const visit = (url: string, more: { headers?: Record<string, string>; address?: string } = {}) =>
  harness.send({ url, address: '127.0.0.1', ...more, headers: { host: 'localhost:4000', ...more.headers } });
let cookie: string | undefined;
/** The page in the browser that opened the link. */
async function page() {
  if (cookie === undefined) {
    const entered = await visit(harness.app.graphiqlPath ?? '');
    cookie = String(entered.headers['set-cookie']).split(';')[0];
  }
  return visit('/graphiql', { headers: { cookie: cookie ?? '' } });
}
const optionsOf = (html: string) => JSON.parse(/id="options">(.*)<\/script>/.exec(html)?.[1] ?? '');

test('the page loads nothing from elsewhere and no inline script', async () => {
  const answer = await page();
  expect(answer.statusCode).toBe(200);
  const addresses = [...answer.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
  expect(addresses.length).toBe(3);
  for (const address of addresses) expect(address).toMatch(/^\/graphiql\/[a-z-]+-[0-9a-f]{16}\.(js|css)$/);
  const policy = answer.headers['content-security-policy'];
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toMatch(/https?:|script-src[^;]*unsafe/);
  expect([...answer.body.matchAll(/<script(?![^>]*(?:src=|type="application\/json"))/g)]).toEqual([]);
});

test('its parts are compressed once, known by their content, and kept for good', async () => {
  const { body } = await page();
  const urls = [...Object.values<string>(optionsOf(body).workers), ...[...body.matchAll(/"(\/graphiql\/[^"]+)"/g)].map(([, url]) => url ?? '')];
  for (const url of new Set(urls)) {
    const gzipped = await visit(url, { headers: { 'accept-encoding': 'gzip, br' } });
    const plain = await visit(url);
    expect([gzipped.statusCode, plain.statusCode], url).toEqual([200, 200]);
    expect(gunzipSync(gzipped.rawPayload).equals(plain.rawPayload)).toBe(true);
    expect(gzipped.headers).toMatchObject({
      'content-encoding': 'gzip',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: expect.stringContaining('accept-encoding'),
    });
    const again = await visit(url, { headers: { 'if-none-match': String(gzipped.headers.etag) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  }
  expect((await visit('/graphiql/other.js')).statusCode).toBe(404);
});

test('the first tab runs as it is, with the headers it comes with', async () => {
  const { defaultTabs, headers, endpoint } = optionsOf((await page()).body);
  expect(endpoint).toBe('/graphql');
  expect(defaultTabs[0].headers).toBe(headers);
  const answer = await harness.graphql(defaultTabs[0].query, {}, JSON.parse(headers));
  expect(answer.errors).toBeUndefined();
  expect(answer.data).toMatchObject({ mfaPolicy: null, effectiveMfaPolicy: { reason: 'NO_POLICY' } });
});

test('the last tab runs as it is as well', async () => {
  const { defaultTabs, headers } = optionsOf((await page()).body);
  const answer = await harness.graphql(defaultTabs.at(-1).query, {}, JSON.parse(headers));
  expect(answer.errors).toBeUndefined();
  expect(answer.data).toMatchObject({ users: { nodes: [] }, mfaEvents: { nodes: [] } });
});

test('every tab holds one valid operation and matching variables', () => {
  expect(tabs.map(({ query }) => /(?:query|mutation) (\w+)/.exec(query)?.[1])).toEqual([
    'ReadPolicy',
    'SetPolicy',
    'Strategies',
    'LogIn',
    'EnrollWithQr',
    'VerifyEnrollment',
    'Verify',
    'SendEmailCode',
    'VerifyEmailCode',
    'Users',
  ]);
  for (const { query, variables } of tabs) {
    expect(validate(schema, parse(query))).toEqual([]);
    expect(query.includes('$input')).toBe(variables !== undefined);
    if (variables !== undefined) expect(Object.keys(JSON.parse(variables))).toEqual(['input']);
  }
});

test('a browser that opens /graphql is sent to the page', async () => {
  const answer = await visit('/graphql', { headers: { accept: 'text/html,*/*' } });
  expect([answer.statusCode, answer.headers.location]).toEqual([302, '/graphiql']);
});
