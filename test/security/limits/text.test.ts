import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, identity, password } from '../../support/builders.ts';
import { asUser, credentialsOf, expectRefusal, faults, refusal } from '../../support/rest.ts';
import type { Operation } from '../../support/rest-operations.ts';
import { operations } from '../../support/rest-operations.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const login = `${identity}/auth/v1/user`;
const invalid = faults('Invalid request body');
let credentials: Record<Operation['access'], Record<string, string>>;
beforeAll(async () => {
  const user = await createUserInTenant(harness, 'text');
  const environment = await asEnvironment(harness, user.tenantId);
  credentials = credentialsOf(environment, user.id, await asUser(harness, user.email));
});

const post = (url: string, payload: Buffer | string, headers: Record<string, string> = {}) =>
  harness.app.http.inject({ method: 'POST', url, headers: { 'content-type': 'application/json', ...headers }, payload });
const graphql = (payload: Buffer | string, headers = {}) => post('/graphql', payload, headers);
const refusedByGraphql = (answer: Awaited<ReturnType<typeof post>>, about: string): void => {
  expect([answer.statusCode, answer.json().errors?.[0]?.extensions.code, answer.json().data], about).toEqual([400, 'BAD_REQUEST', undefined]);
};

/** Bytes that are no UTF-8, between quotes. */
const noText: [string, number[]][] = [
  ['Latin-1', [0x70, 0xe4, 0x73]],
  ['UTF-16', [0xff, 0xfe, 0x70, 0x00]],
  ['a longer form of a slash', [0xc0, 0xaf]],
  ['half a surrogate pair', [0xed, 0xa0, 0x80]],
  ['a code point beyond the last', [0xf4, 0x90, 0x80, 0x80]],
  ['a byte of no meaning', [0xff]],
  ['half of a character', [0xf0, 0x9f, 0x98]],
  ['the rest of a character', [0x98, 0x80]],
];
const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
/** Escapes of JSON that stand for no character. */
const halves = ['\\ud800', '\\uDFFF', 'a\\udbffb', '\\udc00\\ud800', '\\ud83d\\u0041', '\\ud83d\\ud83d\\ude00'];

describe('T45 a body that is no text is refused and never mended', () => {
  test.each(noText)('%s: REST and GraphQL', async (_name, wrong) => {
    for (const body of [
      bytes('{"email":"dana@acme.example","password":"', wrong, '"}'),
      bytes('{"', wrong, '":1,"email":"dana@acme.example","password":"x"}'),
      bytes('{"email":"dana@acme.example","password":"x"}', wrong),
    ]) {
      expectRefusal(await post(login, body), 400, invalid);
    }
    for (const body of [
      bytes('{"query":"{ __typename #', wrong, '"}'),
      bytes('{"query":"query A($a: Int) { __typename }","variables":{"a":"', wrong, '"}}'),
      bytes('{"query":"{ __typename }","', wrong, '":1}'),
    ]) {
      refusedByGraphql(await graphql(body), String(body));
    }
  });

  test.each(halves)('half a surrogate pair by the escape %s: REST and GraphQL', async (half) => {
    for (const body of [`{"email":"dana@acme.example","password":"${half}"}`, `{"${half}":1}`, `{"a":[[{"b":["${half}"]}]]}`]) {
      expectRefusal(await post(login, body), 400, invalid, body);
    }
    const mutation = 'mutation($i: LogInInput!) { logIn(input: $i) { __typename } }';
    for (const body of [
      `{"query":"${mutation}","variables":{"i":{"email":"dana@acme.example","password":"${half}"}}}`,
      `{"query":"${mutation}","variables":{"${half}":1}}`,
      `{"query":"{ __typename }","operationName":"${half}"}`,
      `{"query":"{ __typename } # ${half}"}`,
      `{"query":"mutation { logIn(input: { email: \\"a@b.example\\", password: \\"${half}\\" }) { __typename } }"}`,
      `{"query":"{ __typename }","extensions":{"a":"${half}"}}`,
    ]) {
      refusedByGraphql(await graphql(body), body);
    }
  });

  test('half a surrogate pair by an escape of GraphQL itself', async () => {
    for (const half of ['\\ud800', '\\udc00\\ud800', '\\u{D800}', '\\u{110000}']) {
      const query = `mutation { logIn(input: { email: "a@b.example", password: "${half}" }) { __typename } }`;
      const { errors, data } = (await graphql(JSON.stringify({ query }))).json();
      expect([errors?.[0]?.extensions.code, data], half).toEqual(['BAD_REQUEST', undefined]);
    }
  });

  test('every operation that takes a body refuses both', async () => {
    const latin = bytes('{"name":"M', [0xfc], 'ller"}');
    for (const operation of operations.filter(({ fields }) => fields !== null)) {
      for (const payload of [latin, '{"name":"\\ud800"}', ...(operation.fields ?? []).map((field) => `{"${field}":"\\udc00"}`)]) {
        const headers = { 'content-type': 'application/json', ...credentials[operation.access] };
        const answer = await harness.app.http.inject({ method: operation.method as 'POST', url: operation.url, headers, payload });
        expectRefusal(answer, 400, invalid, `${operation.id} ${payload}`);
      }
    }
  });

  test('text inside of text is looked at as well', async () => {
    for (const field of ['metadata', 'vendorMetadata']) {
      const body = { email: `inside-${field}@acme.example`, tenantId: 'text', password, [field]: '{"a":["\\ud800"]}' };
      const answer = await harness.send({ method: 'POST', url: `${identity}/vendor-only/users/v1`, headers: credentials.environment, body });
      expectRefusal(answer, 400, faults(`${field} must be a JSON object`));
    }
  });

  test('U+0000 is refused, because not every database can store it', async () => {
    expectRefusal(await post(login, '{"email":"dana@acme.example","password":"a\\u0000b"}'), 400, faults('password must be a string'));
    for (const literal of ['"a\\u0000b"', '"a\\u{0}b"']) {
      const query = `mutation { logIn(input: { email: "a@b.example", password: ${literal} }) { __typename } }`;
      const { errors, data } = (await graphql(JSON.stringify({ query }))).json();
      expect(errors?.[0] ?? data.logIn, literal).toMatchObject(errors === undefined ? { __typename: 'InvalidInputError' } : {});
    }
  });
});

describe('T45 what is text is taken as it is', () => {
  test('characters of every length, escaped or not, are one password', async () => {
    const user = await createUserInTenant(harness, 'every-length', { password: 'pä€😀 password' });
    for (const written of ['pä€😀 password', 'p\\u00e4\\u20ac\\ud83d\\ude00 password', 'p\\u00E4\\u20AC😀 password']) {
      expect((await post(login, `{"email":"${user.email}","password":"${written}"}`)).statusCode, written).toBe(200);
    }
    expect((await post(login, `{"email":"${user.email}","password":"p\\ufffd€😀 password"}`)).statusCode).toBe(401);
    expectRefusal(await post(login, bytes(`{"email":"${user.email}","password":"p`, [0xe4], '€😀 password"}')), 400, invalid);
  });

  test('one byte order mark is ignored, and two are no JSON', async () => {
    const body = JSON.stringify({ email: 'text@acme.example', password });
    expect((await post(login, `\ufeff${body}`)).statusCode).toBe(200);
    expect((await graphql('\ufeff{"query":"{ __typename }"}')).json()).toEqual({ data: { __typename: 'Query' } });
    expectRefusal(await post(login, `\ufeff\ufeff${body}`), 400, invalid);
  });
});

describe('T45 URLs and headers are text too', () => {
  const wrong = ['%ff', '%e4', '%c0%af', '%ed%a0%80', '%f0%9f%98', '%98%80', '%', '%zz', '%4', '%00', '\u00e4'];

  test.each(wrong)('%s in a query', async (text) => {
    for (const url of [
      `${identity}/configurations/v1/mfa-policy/allow-remember-device?mfaToken=${text}`,
      `${identity}/configurations/v1/mfa-policy/allow-remember-device?mfaToken=x&${text}=1`,
      `/nowhere?a=${text}`,
      `/health?${text}`,
    ]) {
      const answer = await harness.app.http.inject({ url });
      // The library that sends these requests writes bytes beyond ASCII as escapes of UTF-8, which are text.
      if (text !== '\u00e4') expectRefusal(answer, 400, invalid, url);
    }
    if (text !== '\u00e4')
      refusedByGraphql(await harness.app.http.inject({ method: 'POST', url: `/graphql?a=${text}`, payload: { query: '{ __typename }' } }), text);
  });

  test.each(wrong.slice(0, -1))('%s in a path', async (text) => {
    const answer = await harness.app.http.inject({ url: `${identity}/users/v1/${text}`, headers: credentials.environment });
    expect(answer.statusCode, answer.body).toBe(400);
    expect(answer.json().errors).toHaveLength(1);
  });

  test('a tenant header beyond ASCII names no tenant', async () => {
    for (const tenant of ['t\u00e4', 't\u00c3\u00a4', 'text\u00a0']) {
      const headers = { ...credentials.environment, 'frontegg-tenant-id': tenant };
      const answer = await harness.send({ url: `${identity}/configurations/v1/mfa-policy`, headers });
      expectRefusal(answer, 400, refusal('frontegg-tenant-id header must contain a single tenant id'));
      const { errors } = (await graphql('{"query":"{ mfaPolicy { id } }"}', headers)).json();
      expect(errors[0].extensions.code).toBe('TENANT_HEADER_INVALID');
    }
  });

  test('a token in a cookie or a header that is no text is no token', async () => {
    const cookie = ['%ff', '%00', '%ed%a0%80', '\u00e4', '%'].map((text) => `fe_refresh_6da273731572-444f-b3c5-ef702ce65123=${text}`);
    for (const value of cookie) {
      expect((await harness.send({ method: 'POST', url: `${identity}/auth/v1/user/token/refresh`, cookie: value })).statusCode, value).toBe(401);
    }
    for (const headers of [{ authorization: 'Bearer \u00e4.b.c' }, { 'x-access-token': 'a.\u00ff.c' }]) {
      expect((await harness.send({ url: `${identity}/configurations/v1`, headers })).statusCode).toBe(401);
    }
  });
});

describe('T45 the body is JSON in UTF-8, as it is', () => {
  const body = JSON.stringify({ email: 'text@acme.example', password });
  const mediaType = refusal('Content-Type must be application/json');

  test.each(['utf-8', 'UTF-8', 'utf8', 'UTF8', '"utf-8"', '"Utf8"', '"UTF-8"', 'utf-8; charset=utf8', 'utf-8 ; x=y'])(
    'charset=%s is taken',
    async (charset) => {
      for (const type of [`application/json; charset=${charset}`, `Application/JSON;Charset=${charset}`]) {
        expect((await post(login, body, { 'content-type': type })).statusCode, type).toBe(200);
        expect((await graphql('{"query":"{ __typename }"}', { 'content-type': type })).statusCode, type).toBe(200);
      }
    },
  );

  test.each(['utf-16', 'utf16', 'UTF-7', 'iso-8859-1', 'us-ascii', '"latin1"', 'utf-8, latin1', 'utf-8; charset=utf-16', 'utf-88', ''])(
    'charset=%s is 415',
    async (charset) => {
      const headers = { 'content-type': `application/json; charset=${charset}` };
      expectRefusal(await post(login, body, headers), 415, mediaType);
      const answer = await graphql('{"query":"{ __typename }"}', headers);
      expect([answer.statusCode, answer.json().errors[0].extensions.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    },
  );

  test.each(['gzip', 'GZIP', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'identity, gzip', 'nonsense'])(
    'Content-Encoding: %s is 415',
    async (encoding) => {
      const headers = { 'content-encoding': encoding };
      expectRefusal(await post(login, body, headers), 415, mediaType);
      expect((await graphql('{"query":"{ __typename }"}', headers)).statusCode).toBe(415);
    },
  );

  test.each(['identity', 'Identity', ''])('Content-Encoding: %j is none', async (encoding) => {
    expect((await post(login, body, { 'content-encoding': encoding })).statusCode).toBe(200);
  });
});
