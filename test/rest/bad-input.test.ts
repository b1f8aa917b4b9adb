import type { LightMyRequestResponse } from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant } from '../support/builders.ts';
import { openHarness } from '../support/harness.ts';
import { asUser, credentialsOf, expectRefusal, faults, refusal } from '../support/rest.ts';
import type { Operation } from '../support/rest-operations.ts';
import { isFault, operations } from '../support/rest-operations.ts';
import { useHarness } from '../support/use-harness.ts';

const harness = useHarness(() => openHarness({ sms: true }));
let credentials: Record<Operation['access'], Record<string, string>>;
beforeAll(async () => {
  const user = await createUserInTenant(harness, 'sweep');
  const environment = await asEnvironment(harness, user.tenantId);
  credentials = credentialsOf(environment, user.id, await asUser(harness, user.email));
});

const leaks = /node_modules|\.[tj]s\b|\bat \S+ \(|sqlite|postgres|\bselect\b|\binsert\b|constraint|QueryFailed|zod|fastify|\/work\/|stack/i;

/** A refusal in the one shape, or a success; never a fault of the server, and nothing of its insides. */
function expectOrderly(operation: Operation, answer: LightMyRequestResponse, about: string): void {
  expect(isFault(operation, answer.statusCode), `${about}: ${answer.statusCode} ${answer.body}`).toBe(false);
  expect(answer.headers['frontegg-trace-id'], about).toBeDefined();
  if (answer.statusCode < 400) return;
  // Clients walk up at a segment of two dots. From the logo that leads to the account page, which refuses by a page.
  if (about.endsWith('%2e%2e') && String(answer.headers['content-type']).startsWith('text/html')) return;
  const { errors, errorCode, errorCodes, ...rest } = answer.json<{ errors: string[]; errorCode?: string; errorCodes?: string[] }>();
  expect(rest, about).toEqual({});
  expect(errors.length, about).toBeGreaterThan(0);
  for (const error of errors) expect(error, about).toMatch(/^\S.*\S$/s);
  for (const code of [errorCode ?? 'ER-00000', ...(errorCodes ?? [])]) expect(code, about).toMatch(/^ER-[0-9a-f]{5}([0-9a-f]{5})?$/);
  expect(answer.body, about).not.toMatch(leaks);
}

const send = (operation: Operation, body: unknown, headers: Record<string, string> = {}) =>
  harness.send({ method: operation.method, url: operation.url, headers: { ...credentials[operation.access], ...headers }, body });

const withBody = operations.filter((operation) => operation.fields !== null);
const invalid = faults('Invalid request body');
const mediaType = refusal('Content-Type must be application/json');
const nested = (depth: number, open: string, close: string, inner = ''): string => open.repeat(depth) + inner + close.repeat(depth);

describe('operations that take a body', () => {
  test.each(withBody)('$id refuses what is no JSON object', async (operation) => {
    for (const body of ['{', '{"a":1', 'a=1&b=2', '<a/>', "{'a':1}", '{"a":1}}', '\uFEFFx', 'NaN', '{"a":undefined}', '[', '"', '\u0000']) {
      expectRefusal(await send(operation, body), 400, invalid, JSON.stringify(body));
    }
    for (const body of ['{"__proto__":{"isAdmin":true}}', '{"constructor":{"prototype":{}}}', '[]']) {
      expectRefusal(await send(operation, body), 400, invalid, body);
    }
    const wrongKinds = ['"text"', '5', 'true', operation.list ? '{}' : '[{}]'];
    for (const body of wrongKinds) {
      expectRefusal(await send(operation, body), 400, operation.list ? faults('Expected body to be an array') : invalid, body);
    }
  });

  test.each(withBody)('$id refuses other formats, other encodings, and bodies without end', async (operation) => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml', 'nonsense', '']) {
      expectRefusal(await send(operation, '{}', { 'content-type': type }), 415, mediaType, type);
    }
    for (const charset of ['utf-16', 'UTF-16LE', 'iso-8859-1', '"latin1"', 'utf-7']) {
      expectRefusal(await send(operation, '{}', { 'content-type': `application/json; charset=${charset}` }), 415, mediaType, charset);
    }
    // More than imports of many users may have, whose bodies are the largest.
    const large = `{"name":"${'x'.repeat(2_200_000)}"}`;
    expectRefusal(await send(operation, large), 413, refusal('Request body is too large'));
    expectOrderly(operation, await send(operation, '{}', { 'content-type': 'application/json; charset=utf-8; charset=utf-16' }), 'two charsets');
    expectOrderly(operation, await send(operation, `\uFEFF{}`), 'byte order mark');
  });

  test.each(withBody)('$id keeps its countenance at depth and at every wrong type of every field', async (operation) => {
    for (const body of [
      nested(30_000, '[', ']'),
      nested(10_000, '{"a":', '}', '1'),
      `{"${'k'.repeat(5000)}":1}`,
      `{${Array.from({ length: 5000 }, (_, index) => `"k${index}":1`).join()}}`,
      '{"":"","toString":1,"hasOwnProperty":1,"then":{},"length":1e9,"0":1}',
    ]) {
      expectOrderly(operation, await send(operation, body), `${operation.id} ${body.slice(0, 40)}`);
    }
    const values = [
      5,
      -1,
      1.5,
      1e308,
      true,
      null,
      '',
      ' ',
      'x'.repeat(5000),
      'a\0b',
      '\ud800',
      '<script>',
      "' or 1=1 --",
      '{{7*7}}',
      [],
      {},
      [null],
      [['x']],
    ];
    const wrapped = (one: object): unknown => (operation.list ? [one] : one);
    const [open, close] = operation.list ? ['[{', '}]'] : ['{', '}'];
    for (const field of operation.fields ?? []) {
      for (const value of values) {
        expectOrderly(
          operation,
          await send(operation, wrapped({ [field]: value })),
          `${operation.id} ${field} ${JSON.stringify(value).slice(0, 40)}`,
        );
      }
      expectOrderly(operation, await send(operation, `${open}"${field}":1e999${close}`), `${operation.id} ${field} 1e999`);
      expectOrderly(operation, await send(operation, `${open}"${field}":${nested(5000, '[', ']')}${close}`), `${operation.id} ${field} deep`);
      expectOrderly(operation, await send(operation, `${open}"${field}":"x","${field}":5${close}`), `${operation.id} ${field} twice`);
    }
    for (const value of values) {
      const all = Object.fromEntries((operation.fields ?? []).map((field) => [field, value]));
      expectOrderly(operation, await send(operation, wrapped(all)), `${operation.id} all ${JSON.stringify(value).slice(0, 40)}`);
    }
  });
});

describe('every operation', () => {
  test.each(operations)('$id survives strange paths, queries, headers and cookies', async (operation) => {
    const own = credentials[operation.access];
    const { method } = operation;
    for (const suffix of [
      '?',
      '?a=1&a=2',
      '?__proto__[x]=1',
      `?q=${'x'.repeat(5000)}`,
      '?%zz',
      '?mfaToken=%00',
      '?mfaToken[a]=b',
      '#x',
      '%20',
      '%2f',
      '/%zz',
      '/..%2f..',
      '%00',
      ';a=b',
    ]) {
      expectOrderly(
        operation,
        await harness.send({ method, url: `${operation.url}${suffix}`, headers: own }),
        `${operation.id} ${suffix.slice(0, 30)}`,
      );
    }
    for (const id of ['%00', '%2e%2e', '%F0%9F', 'x'.repeat(201), "'%20or%201=1--", '%E2%80%AE', '*', '::', 'null', 'undefined', '__proto__']) {
      const url = operation.url.replace('some-id', id);
      if (url !== operation.url) expectOrderly(operation, await harness.send({ method, url, headers: own }), `${operation.id} ${id.slice(0, 30)}`);
    }
    for (const headers of [
      { 'frontegg-tenant-id': 'x'.repeat(8000) },
      { 'frontegg-tenant-id': 'tä\u00ff' },
      { 'frontegg-tenant-id': '__proto__' },
      { authorization: `Bearer ${'x'.repeat(8000)}` },
      { authorization: `Bearer ${nested(3, 'e30.', '')}` },
      { 'x-access-token': 'x' },
      { 'content-type': 'application/json' },
      { cookie: `fe_refresh_6da27373-1572-444f-b3c5-ef702ce65123=${'x'.repeat(8000)}` },
      { cookie: 'fe_device_6da273731572444fb3c5ef702ce65123=%E0%A4%A; =; a; ;;' },
      { 'user-agent': 'x'.repeat(8000), 'x-forwarded-for': '::::, 999.1.1.1', forwarded: 'for="_x"', host: '???' },
      { accept: 'text/html', 'accept-encoding': 'nonsense', 'x-http-method-override': 'DELETE', origin: '\u00e9' },
    ]) {
      expectOrderly(
        operation,
        await harness.send({ method, url: operation.url, headers: { ...own, ...headers } }),
        `${operation.id} ${JSON.stringify(headers).slice(0, 60)}`,
      );
    }
  });

  test.each(operations.filter(({ method, fields }) => method === 'POST' && fields === null))(
    '$id takes a content type without a body',
    async (operation) => {
      const headers = { ...credentials[operation.access], 'content-type': 'application/json' };
      const bare = await harness.send({ method: 'POST', url: operation.url, headers: credentials[operation.access] });
      expect((await harness.send({ method: 'POST', url: operation.url, headers })).statusCode).toBe(bare.statusCode);
      expect((await harness.send({ method: 'POST', url: operation.url, headers, body: '' })).statusCode).toBe(bare.statusCode);
      expect(isFault(operation, bare.statusCode)).toBe(false);
    },
  );

  test('an answer of the whole sweep was never a fault of the server', () => {
    expect(harness.logged.filter((line) => (line as { level: string }).level === 'error')).toEqual([]);
  });
});

test('a malformed URL answers 400 in the one shape', async () => {
  for (const url of ['/%zz', '/identity/resources/%', '/identity/resources/users/v1/%E0%A4%A', '/auth/%c0%af']) {
    expectRefusal(await harness.send({ url }), 400, refusal('Bad request'), url);
  }
});
