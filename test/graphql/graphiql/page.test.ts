import { gunzipSync } from 'node:zlib';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { seedDemo } from '../../../src/cli/seed-demo.ts';
import { carried } from '../../../src/graphql/graphiql/carried.ts';
import { tabs, tabsFor } from '../../../src/graphql/graphiql/tabs.ts';
import { schema } from '../../../src/graphql/schema.ts';
import { openHarness } from '../../support/harness.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openHarness({ settings: { PUBLIC_URL: 'http://localhost:4000', CORS_ORIGINS: 'http://localhost:5173' } }));

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
      vary: 'Origin, accept-encoding',
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

test('the tabs of the operator run as they are on the demo data, and say something about its users', async () => {
  const demo = await openHarness({ settings: { PUBLIC_URL: 'http://localhost:4000' } });
  await seedDemo(demo.app);
  const send = (url: string, headers: Record<string, string>) =>
    demo.send({ url, address: '127.0.0.1', headers: { host: 'localhost:4000', ...headers } });
  const entered = await send(demo.app.graphiqlPath ?? '', {});
  const { defaultTabs } = optionsOf((await send('/graphiql', { cookie: String(entered.headers['set-cookie']).split(';')[0] ?? '' })).body);
  const answers = new Map<string, Record<string, unknown>>();
  for (const [index, { query, variables, headers }] of defaultTabs.entries()) {
    if (tabs[index]?.sender !== 'OPERATOR') continue;
    const answer = await demo.graphql(query, JSON.parse(variables ?? '{}'), JSON.parse(headers));
    expect(answer.errors, query).toBeUndefined();
    expect(JSON.stringify(answer.data), query).not.toContain('Error');
    answers.set(nameOf(query), answer.data ?? {});
  }
  expect(answers.get('Impact')).toMatchObject({ simulateMfaPolicy: { impact: { totalCount: 2, administratorsLockedOutCount: 1 } } });
  expect(answers.get('Explain')).toMatchObject({ explainMfa: { outcome: 'MUST_ENROLL', sentence: expect.stringContaining('must enroll') } });
  expect(answers.get('Adoption')).toMatchObject({ mfaAdoption: { now: { users: 2 } } });
  expect(answers.get('Users')).toMatchObject({ users: { nodes: [{ email: expect.any(String) }, { email: expect.any(String) }] } });
  await demo.close();
});

const nameOf = (query: string): string => /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? '';

test('every tab holds one valid operation, and variables for what it asks for', () => {
  expect(new Set(tabs.map(({ query }) => nameOf(query))).size).toBe(tabs.length);
  for (const { query, variables = {} } of tabs) {
    expect(validate(schema, parse(query)), query).toEqual([]);
    const asked = [...query.matchAll(/\$(\w+):/g)].map(([, name]) => name);
    expect(Object.keys(variables), query).toEqual(asked);
  }
});

test('a value that is carried between tabs comes from tabs before its own that select it, and is told from all others', () => {
  const shown = tabsFor({ headers: {}, userId: null });
  for (const { field, from, placeholder } of carried) {
    const takers = shown.filter(({ headers, variables = '' }) => `${headers}${variables}`.includes(placeholder));
    expect(takers, placeholder).not.toEqual([]);
    for (const name of from) {
      const giver = tabs.find(({ query }) => nameOf(query) === name);
      expect(giver?.query, `${field} of ${name}`).toMatch(new RegExp(`\\b${field}\\b`));
    }
    expect(carried.filter((other) => other.placeholder.includes(placeholder))).toHaveLength(1);
  }
});

test('tabs of the operator come with the environment token, those of a user wait for an access token, and the steps of a login have none', () => {
  const shown = tabsFor({ headers: { authorization: 'Bearer of-the-environment' }, userId: null });
  const headersOf = (name: string) => JSON.parse(shown.find(({ query }) => nameOf(query) === name)?.headers ?? '');
  for (const name of ['ReadPolicy', 'Explain', 'Adoption', 'Users']) expect(headersOf(name)).toEqual({ authorization: 'Bearer of-the-environment' });
  for (const name of ['Me', 'StepUp', 'VerifyStepUp']) expect(headersOf(name)).toEqual({ authorization: 'Bearer filled in by a completed login' });
  for (const name of ['LogIn', 'EnrollWithQr', 'Verify', 'Recover']) expect(headersOf(name)).toEqual({});
});

test('a browser that opens /graphql is sent to the page', async () => {
  const answer = await visit('/graphql', { headers: { accept: 'text/html,*/*' } });
  expect([answer.statusCode, answer.headers.location]).toEqual([302, '/graphiql']);
});
